"""Compare each arm with its baseline."""

import typer

from domaintune.compare.benchmarks.inputs import read_benchmarks, read_suite
from domaintune.compare.comparison import compare_arms, write_all
from domaintune.compare.inputs import read_inputs
from domaintune.compare.judge_checks import read_judging
from domaintune.compare.params import Comparing
from domaintune.compare.terminal import as_text
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Answering, AnyBenchmark, Rubric
from domaintune.core.stage.files import read_json
from domaintune.core.stage.params import load_mapping, load_section, load_values
from domaintune.core.stage.running import Given, running, stage_app


def main(
    *, params: Given, questions: Given, near_copies: Given, answers: Given, judgments: Given, benchmarks: Given,
    specs: Given, suites: Given, rubrics: Given, mixtures: Given, labels: Given, out: Given, metrics: Given,
    accounting: Given,
) -> None:  # fmt: skip
    """Test each arm against its baseline on the same questions."""
    with running("compare", "all"):
        inputs = read_inputs(
            load_mapping(params, Arm), load_mapping(params, Rubric), load_section(params, Answering),
            load_section(params, Comparing), questions=questions, answers=answers, judgments=judgments, specs=rubrics,
            mixtures=mixtures,
        )  # fmt: skip
        benches = read_benchmarks(load_mapping(params, AnyBenchmark), inputs.arms, benchmarks, specs)
        suite = read_suite(suites, inputs.comparing.suite)
        values = load_values(params, "judge", "grade", "gradings", "teacher", "tasks", "models")
        judging = read_judging(judgments, labels, inputs.arms, values)
        comparison, scores = compare_arms(
            inputs, judging, benches, suite=suite, near_copies=read_json(near_copies)
        )
        write_all(inputs, benches, comparison, scores, out=out, metrics=metrics, accounting=accounting)
        typer.echo(as_text(comparison))


app = stage_app(main, __name__)
