"""Check params.yaml before anything runs, and find what the stages' code amounts to."""

from domaintune.check import sections
from domaintune.check.references import cross_section_problems
from domaintune.check.scoring import judging_problems
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import read_yaml
from domaintune.core.stage.renamed import renamed_problems
from domaintune.core.stage.running import Given, running, stage_app


def main(
    *, params: Given, source: Given, grades: Given, rubrics: Given, benchmarks: Given, recordings: Given,
    labels: Given, out: Given,
) -> None:  # fmt: skip
    """Name every problem of params.yaml at once, then folders of renamed entries; write what the other stages read."""
    with running("check", "all"):
        problems = renamed_problems(params, read_yaml(params)) or [
            *sections.section_problems(params),
            *sections.rewriting_problems(params),
            *cross_section_problems(params, grades),
            *judging_problems(params, rubrics, labels),
            *sections.raw_file_problems(params),
        ]
        if problems:
            raise ParamsError("\n".join(dict.fromkeys(problems)))
        sections.check_leftovers(params)
        sections.write_checked(
            params, source, out, rubrics=rubrics, benchmarks=benchmarks, recordings=recordings
        )


app = stage_app(main, __name__)
