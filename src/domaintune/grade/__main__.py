"""Grade the training rows of some groups."""

import typer

from domaintune.core.sections.data import GradingSet
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.params import load_item, load_section
from domaintune.core.stage.running import Given, Named, guarded, running, stage_app
from domaintune.grade.params import GradeSettings
from domaintune.grade.stage import GradingPaths, write_grading


def main(
    *, params: Given, grading: Named, instructions: Given, documents: Given, gate: Given,
    card: Given, out: Given, responses: Given, metrics: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the judge about one grading's rows, and measure what needs no judge."""
    with running("grade", grading):
        wanted, settings = load_item(params, GradingSet, grading), load_section(params, GradeSettings)
        places = GradingPaths(instructions, documents, gate, card, out, responses, metrics, accounting)
        typer.echo(write_grading(grading, wanted, settings, load_section(params, Runtime), places))


app = stage_app(main)

if __name__ == "__main__":
    guarded(app)
