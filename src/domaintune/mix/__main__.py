"""Write exactly what an arm will be trained on."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.sections.arms import ArmMixture
from domaintune.core.sections.gradings import GradingSet
from domaintune.core.stage.params import load_item, load_mapping, load_section
from domaintune.core.stage.running import guarded, running
from domaintune.mix.params import Mix
from domaintune.mix.stage import Places, write_arm

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]
Named = Annotated[str, typer.Option()]
LOCKS = (Path("locks/tables.txt"), Path("locks/model.txt"))


@app.command()
def main(
    *, params: Given, arm: Named, instructions: Given, gate: Given, grades: Given, foundation: Given, out: Given,
    metrics: Given, accounting: Given,
) -> None:  # fmt: skip
    """Render one arm's training and validation rows."""
    with running("mix", arm, *LOCKS):
        chosen, gradings = load_item(params, ArmMixture, arm), load_mapping(params, GradingSet)
        places = Places(instructions, gate, grades, foundation, out, metrics)
        write_arm(arm, chosen.mixture, gradings, load_section(params, Mix), places).write(accounting)


if __name__ == "__main__":
    guarded(app)
