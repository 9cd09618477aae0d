"""Write the report."""

from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Answering
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import load_mapping, load_section, load_values
from domaintune.core.stage.running import Given, running, stage_app
from domaintune.report.inputs import read_material
from domaintune.report.page import render_page
from domaintune.report.params import Reporting


def main(
    *, params: Given, comparison: Given, corpus: Given, reconciled: Given, validation: Given, curated: Given,
    curves: Given, answers: Given, judgments: Given, accounting: Given, out: Given,
) -> None:  # fmt: skip
    """Write one self-contained page about the whole run."""
    with running("report", "all"):
        values = load_values(
            params, "seed", "sample", "references", "tasks", "sets", "gradings", "teacher", "models", "vocabulary",
            "lora", "train", "decode", "judge",
        )  # fmt: skip
        sources = {key: source.chosen for key, source in load_mapping(params, AnySource).items()}
        material = read_material(
            sources, load_mapping(params, Arm), load_section(params, Answering), values, comparison=comparison,
            corpus=corpus, reconciled=reconciled, validation=validation, curated=curated, curves=curves,
            answers=answers, judgments=judgments, accounting=accounting,
        )  # fmt: skip
        write_text(out / "report.html", render_page(material, load_section(params, Reporting).examples))


app = stage_app(main, __name__)
