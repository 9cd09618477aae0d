"""Bring one instruction set into the language it is wanted in."""

from typing import Annotated

import typer

from domaintune.core.sections.data import InstructionSet
from domaintune.core.sections.models import Runtime, Teacher
from domaintune.core.stage.params import load_item, load_section, load_value
from domaintune.core.stage.running import Given, guarded, running, stage_app
from domaintune.translate.params import Fractions, Translate
from domaintune.translate.stage import Engines, SetPaths, write_set
from domaintune.translate.translating import SetSettings


def main(
    *, params: Given, name: Annotated[str, typer.Option("--set")], prompts: Given, source: Given, out: Given,
    responses: Given, accounting: Given,
) -> None:  # fmt: skip
    """Pass the rows of one set through, or have them translated."""
    with running("translate", name):
        wanted, teacher = load_item(params, InstructionSet, name), load_section(params, Teacher)
        seed, fractions = load_value(params, "seed", int), load_section(params, Fractions)
        settings = SetSettings(name, load_section(params, Translate), fractions, seed)
        engines = Engines(teacher, load_section(params, Runtime), prompts)
        accounts = write_set(wanted, settings, engines, SetPaths(source, out, responses))
        accounts.write(accounting)


app = stage_app(main)

if __name__ == "__main__":
    guarded(app)
