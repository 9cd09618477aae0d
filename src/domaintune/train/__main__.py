"""Tune an arm's adapter, or mark it untrained."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.sections.arms import Arm
from domaintune.core.sections.lora import Lora
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.files import read_json
from domaintune.core.stage.params import load_item, load_section, load_value
from domaintune.core.stage.running import guarded
from domaintune.train.launching import holding
from domaintune.train.params import Train
from domaintune.train.settings import settle
from domaintune.train.stage import Inputs, Outputs, train_arm, write_untrained

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]
Named = Annotated[str, typer.Option()]


@app.command()
def main(
    *, params: Given, arm: Named, mixture: Given, foundation: Given, out: Given, curve: Given, metrics: Given,
    accounting: Given,
) -> None:  # fmt: skip
    """Tune one arm."""
    with holding(arm, Path("locks/tables.txt"), Path("locks/model.txt")):
        chosen, seed = load_item(params, Arm, arm), load_value(params, "seed", int)
        settings = settle(arm, chosen, load_section(params, Lora), load_section(params, Train), seed)
        runtime, outputs = load_section(params, Runtime), Outputs(out, curve, metrics)
        described = read_json(mixture / "mixture.json")
        if described["trained"]:
            accounts = train_arm(Inputs(mixture, foundation), settings, runtime, outputs, sys.argv[1:])
        else:
            accounts = write_untrained(described, settings, outputs)
        if accounts is not None:
            accounts.write(accounting)


if __name__ == "__main__":
    guarded(app)
