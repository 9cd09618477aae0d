"""Judge one arm against its baseline."""

from domaintune.core.frames import read_records
from domaintune.core.records.question import Question
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections.arms import ArmBaseline
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.params import filled, load_item, load_mapping, load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.judge.judging import judge_arm
from domaintune.judge.params import Judge
from domaintune.judge.plan import PairwiseComparison, answers_of, plan
from domaintune.judge.trial import known_pairs, languages_of, read_calibration


def main(
    *, params: Given, arm: Named, rubrics: Given,
    calibration: Given, questions: Given, answers: Given, baseline_answers: Given,
    out: Given, responses: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the judge about one arm's answers and its baseline's."""
    with running("judge", arm):
        wanted, chosen = load_mapping(params, Rubric), load_item(params, ArmBaseline, arm)
        settings, runtime = load_section(params, Judge), load_section(params, Runtime)
        specs = read_specs(sorted(rubrics.glob("*.yaml")), wanted)
        theirs = answers_of(chosen.baseline, filled(baseline_answers, chosen))
        compared = PairwiseComparison(arm, chosen.baseline, answers_of(arm, answers), theirs)
        rows = {row.id: row for row in read_records(questions, Question)}
        planned = plan(specs, wanted, rows, compared)
        languages = languages_of((item.question_id for item in planned.planned), rows)
        known = known_pairs(read_calibration(calibration), languages)
        judge_arm(
            wanted, specs, known, compared, planned, settings=settings, runtime=runtime,
            out=out, responses=responses, accounting=accounting,
        )  # fmt: skip


app = stage_app(main, __name__)
