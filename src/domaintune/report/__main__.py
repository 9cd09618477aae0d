"""Write the report."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.sections.answer import Answering
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import load_mapping, load_section, load_value
from domaintune.core.stage.running import guarded, running
from domaintune.report.inputs import Folders, Settings, read_material
from domaintune.report.page import render_page
from domaintune.report.params import Reporting

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
In = Annotated[Path, typer.Option()]


@app.command()
def main(*, params: In, comparison: In, corpus: In, reconciled: In, validation: In, curated: In, curves: In,
         answers: In, judgments: In, books: In, out: In) -> None:  # fmt: skip
    """Write one self-contained page about the whole run."""
    with running("report", "all", Path("locks/tables.txt")):
        read = Folders(comparison, corpus, reconciled, validation, curated, curves, answers, judgments, books)
        values = {"decode": load_value(params, "decode", dict), "sample": load_value(params, "sample", dict),
            "references": load_value(params, "references", dict), "tasks": load_value(params, "tasks", dict),
            "sets": load_value(params, "sets", dict), "gradings": load_value(params, "gradings", dict),
            "models": load_value(params, "models", dict), "vocabulary": load_value(params, "vocabulary", dict),
            "teacher": load_value(params, "teacher", dict),
            "judge": load_value(params, "judge", dict), "lora": load_value(params, "lora", dict),
            "train": load_value(params, "train", dict), "seed": load_value(params, "seed", int)}  # fmt: skip
        sources = {key: source.chosen for key, source in load_mapping(params, AnySource).items()}
        shown = load_section(params, Reporting)
        settings = Settings(sources, load_mapping(params, Arm), load_section(params, Answering), values)
        write_text(out / "report.html", render_page(settings, read_material(read, settings), shown.examples))


if __name__ == "__main__":
    guarded(app)
