"""Check params.yaml before anything runs."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.check.judging import judging_problems
from domaintune.check.leftovers import check_leftovers
from domaintune.check.references import cross_section_problems
from domaintune.check.sections import rewriting_problems, section_problems
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_json
from domaintune.core.stage.running import guarded, running

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]


@app.command()
def main(params: Given, cards: Given, rubrics: Given, labels: Given, gate: Given) -> None:
    """Name every problem of params.yaml at once, then folders of renamed entries; write a gate of constant bytes."""
    with running("check", "all", Path("locks/tables.txt")):
        problems = [
            *section_problems(params),
            *rewriting_problems(params),
            *cross_section_problems(params, cards),
            *judging_problems(params, rubrics, labels),
        ]
        if problems:
            raise ParamsError("\n".join(dict.fromkeys(problems)))
        check_leftovers(params)
        write_json(gate, {"params": "consistent"})


if __name__ == "__main__":
    guarded(app)
