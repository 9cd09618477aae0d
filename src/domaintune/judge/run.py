"""One arm's run: questions and answers read, the judge tried and asked, accounts checked, and only then written."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.judgment import CalibrationPair, Judgment
from domaintune.core.records.question import Answer
from domaintune.core.scoring.asking import PAID
from domaintune.core.scoring.calibration import check_calibration
from domaintune.core.scoring.rubric import AnySpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Reject
from domaintune.core.teacher.opening import open_asker
from domaintune.judge.judging import account_for, judge, lost, repeated
from domaintune.judge.params import Judge
from domaintune.judge.plan import PairwiseComparison, Plan
from domaintune.judge.token_f1 import TokenF1Judge
from domaintune.judge.trial import KnownPair, try_judge

OFFLINE = "token_f1"
"""It says the same every time, so nothing is asked for again."""
MEND = "word the rubric more clearly in catalog/rubrics; or see whether catalog/calibration/judge.yaml fits your domain"


def read_comparison(arm: str, baseline: str, answers: Path, baseline_answers: Path) -> PairwiseComparison:
    """Return the answers of both arms.

    Raises:
        InputError: a table is missing.
    """
    ours, theirs = (
        {answer.question_id: answer for answer in read_records(folder / "answers.parquet", Answer)}
        for folder in (answers, baseline_answers)
    )
    return PairwiseComparison(arm, baseline, ours, theirs)


def judge_arm(
    rubrics: Mapping[str, Rubric],
    specs: Mapping[str, AnySpec],
    known: Sequence[KnownPair],
    compared: PairwiseComparison,
    planned: Plan,
    *,
    settings: Judge,
    runtime: Runtime,
    out: Path,
    responses: Path,
    accounting: Path,
) -> None:
    """Try the judge, judge one arm, and write its tables, the answers that were used, and the accounts.

    With nothing to ask, no judge is opened: the answers file is empty, and the accounts say so. All judgments that were
    asked for are written, read or not, so that a parse rate can be told; and those that were asked for again.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
        GateError: the judge does not tell calibration pairs apart, or too many verdicts were lost.
    """
    waiting = {item.rubric for item in planned.planned}
    specs = {name: spec for name, spec in specs.items() if name in waiting}
    with open_asker(settings.model, runtime, responses, {OFFLINE: TokenF1Judge}) as asker:
        tried = try_judge(asker, specs, rubrics, known)
        spared = f"{len(planned.planned)} verdicts was asked for"
        check_calibration(
            "judge", compared.arm, tried, least=settings.min_agreement, spared=spared, mend=MEND
        )
        judgments = judge(asker, specs, compared, planned.planned)
        rejects = planned.rejects + lost(judgments)
        rows_in = len(planned.planned) + len(planned.rejects)
        accounts = account_for(compared.arm, judgments, rejects, rows_in, settings.max_reject_fraction)
        again = 1 if settings.model.backend == OFFLINE else settings.repeats
        repeats = judge(asker, specs, compared, repeated(planned.planned, again, settings.repeat_rows))
        counts = asker.counts()
        accounts.extra |= {name: counts[name] for name in PAID}
        asker.write_responses()
    write_records(out / "judgments.parquet", Judgment, judgments)
    write_records(out / "planted.parquet", CalibrationPair, tried)
    write_records(out / "repeats.parquet", Judgment, repeats)
    write_records(out / "rejects.parquet", Reject, rejects)
    accounts.write(accounting)
