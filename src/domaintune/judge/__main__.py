"""Judge one arm against its baseline."""

from functools import partial

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.judgment import CalibrationPair, Judgment
from domaintune.core.records.question import Question
from domaintune.core.scoring.asking import PAID
from domaintune.core.scoring.calibration import check_calibration
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections.arms import ArmBaseline
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import filled, load_item, load_mapping, load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.core.teacher.opening import Embedded, Openers, open_asker
from domaintune.judge.judging import account_for, judge, lost, repeated
from domaintune.judge.offline import EmbeddingJudge, token_f1
from domaintune.judge.params import Judge
from domaintune.judge.plan import PairwiseComparison, answers_of, plan
from domaintune.judge.trial import known_pairs, languages_of, read_calibration, try_judge

MEND = "word the rubric more clearly in catalog/rubrics; or see whether catalog/calibration/judge.yaml fits your domain"


def main(
    *, params: Given, arm: Named, rubrics: Given,
    calibration: Given, questions: Given, answers: Given, baseline_answers: Given,
    out: Given, responses: Given, accounting: Given,
) -> None:  # fmt: skip
    """Ask the judge about one arm's answers and its baseline's. With nothing to ask, no judge is opened."""
    with running("judge", arm):
        wanted, chosen = load_mapping(params, Rubric), load_item(params, ArmBaseline, arm)
        settings, runtime = load_section(params, Judge), load_section(params, Runtime)
        every = read_specs(sorted(rubrics.glob("*.yaml")), wanted)
        theirs = answers_of(chosen.baseline, filled(baseline_answers, chosen))
        compared = PairwiseComparison(arm, chosen.baseline, answers_of(arm, answers), theirs)
        rows = {row.id: row for row in read_records(questions, Question)}
        planned, unasked = plan(every, wanted, rows, compared)
        specs = {item.rubric: every[item.rubric] for item in planned}
        languages = languages_of((item.question_id for item in planned), rows)
        known = known_pairs(read_calibration(calibration), languages)
        embedding = partial(EmbeddingJudge, settings.model, runtime)
        offline: Openers = {"token_f1": partial(Embedded, token_f1), "embedding": embedding}
        with open_asker(settings.model, runtime, responses, offline) as asker:
            tried = try_judge(asker, specs, wanted, known)
            spared, least = f"{len(planned)} verdicts was asked for", settings.min_agreement
            check_calibration("judge", arm, tried, least=least, spared=spared, mend=MEND)
            judgments = judge(asker, specs, compared, planned)
            accounts = account_for(arm, len(planned), judgments, unasked, settings.max_reject_fraction)
            # an offline judge says the same every time
            again = 1 if settings.model.backend in offline else settings.repeats
            repeats = judge(asker, specs, compared, repeated(planned, again, settings.repeat_rows))
            accounts.extra |= {name: count for name, count in asker.counts().items() if name in PAID}
        # read or not, so that a parse rate can be told
        write_records(out / "judgments.parquet", Judgment, judgments)
        write_records(out / "calibration.parquet", CalibrationPair, tried)
        write_records(out / "repeats.parquet", Judgment, repeats)
        write_records(out / "rejects.parquet", Reject, unasked + lost(judgments))
        accounts.write(accounting)


app = stage_app(main, __name__)
