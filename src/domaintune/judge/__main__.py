"""Judge one arm against its baseline."""

from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections.arms import ArmBaseline
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.params import load_item, load_mapping, load_section
from domaintune.core.stage.running import Given, Named, guarded, running, stage_app
from domaintune.judge.calibration import known_pairs, languages_of, read_calibration
from domaintune.judge.params import Judge
from domaintune.judge.plan import plan
from domaintune.judge.run import Rubrics, judge_arm, read_comparison, read_questions, write


def main(
    *, params: Given, arm: Named, rubrics: Given,
    calibration: Given, questions: Given, answers: Given, baseline_answers: Given,
    out: Given, responses: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the judge about one arm's answers and its baseline's."""
    with running("judge", arm):
        wanted, settings = load_mapping(params, Rubric), load_section(params, Judge)
        baseline, runtime = load_item(params, ArmBaseline, arm).baseline, load_section(params, Runtime)
        cards, duel = (
            read_specs(sorted(rubrics.glob("*.yaml")), wanted),
            read_comparison(arm, baseline, answers, baseline_answers),
        )
        rows = read_questions(questions)
        planned = plan(cards, wanted, rows, duel)
        languages = languages_of((item.question_id for item in planned.planned), rows)
        asked = Rubrics(wanted, cards, known_pairs(read_calibration(calibration), languages))
        write(judge_arm(asked, duel, planned, settings, runtime, responses=responses), out, accounting)


app = stage_app(main)

if __name__ == "__main__":
    guarded(app)
