"""One grading's run: rows read, the judge opened, and grades, metrics and accounts written."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from domaintune.core.frames import write_records
from domaintune.core.records.judgment import READ, Grade, Grading
from domaintune.core.scoring.asking import PAID
from domaintune.core.scoring.calibration import Value, agreement, self_agreement
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.files import write_json
from domaintune.core.teacher.opening import Declines, open_asker
from domaintune.grade.grading import CalibrationAnswer, Graded, Repeat, grade, pairs
from domaintune.grade.rows import GradedRows
from domaintune.grade.spec import OFFLINE, GradingJob

ASIDE = ("needs_model", "beyond_max_rows")
"""Reasons that are no fault of the judge: they count on neither side of the share that may be lost."""
DECLINED = (
    "the offline backend heuristic reads nothing; grading by criteria needs a judge model (grade.model)"
)


def write_grading(
    job: GradingJob,
    chosen: GradedRows,
    runtime: Runtime,
    out: Path,
    *,
    responses: Path,
    metrics: Path,
    accounting: Path,
) -> None:
    """Grade the chosen rows and write everything.

    Nothing is written before the accounts balance and the judge has passed.

    Raises:
        GateError: the judge does not tell the calibration items apart, or too many rows stay ungraded.
        TeacherError: the judge cannot answer.
    """
    settings = job.settings
    with open_asker(settings.model, runtime, responses, {OFFLINE: partial(Declines, DECLINED)}) as asker:
        graded = grade(asker, job, chosen)
        accounts = account_for(
            job.key, graded, len(chosen.rows), asker.counts(), settings.max_reject_fraction
        )
        write_records(out / "grades.parquet", Grade, graded.grades, ("instruction_id", "name"))
        write_records(out / "gradings.parquet", Grading, graded.gradings, ("instruction_id",))
        write_records(out / "planted.parquet", CalibrationAnswer, graded.calibration)
        write_records(out / "repeats.parquet", Repeat, graded.repeats, ("instruction_id", "repeat", "name"))
        write_records(out / "rejects.parquet", Reject, graded.rejects)
        asker.write_responses()
    write_json(metrics, figures(graded, accounts))
    accounts.write(accounting)


def account_for(
    key: str, graded: Graded, rows_in: int, asked: Mapping[str, int], max_reject_fraction: float
) -> Accounts:
    """Return checked accounts. A row is one training row of the groups.

    Raises:
        AccountingError: rows that came in are neither graded nor accounted for.
        GateError: too many of those asked about stay ungraded.
    """
    accounts = Accounts("grade", key, "rows")
    outcomes = Counter(grading.outcome for grading in graded.gradings)
    accounts.rows_in, accounts.kept = rows_in, sum(outcomes[name] for name in READ)
    accounts.lose(graded.rejects)
    accounts.extra |= {name: outcomes[name] for name in READ}
    accounts.extra |= {name: asked[name] for name in PAID}
    accounts.check()
    accounts.check_reject_fraction(max_reject_fraction, aside=ASIDE)
    return accounts


def figures(graded: Graded, accounts: Accounts) -> dict[str, Any]:
    """Return the metrics: rows, means, agreement with the calibration items and of the judge with itself."""
    values: dict[str, dict[str, list[float]]] = {"judge": {}, "surface": {}}
    for one in graded.grades:
        values[one.by].setdefault(one.name, []).append(one.value)
    means = {by: {name: sum(own) / len(own) for name, own in named.items()} for by, named in values.items()}
    found: dict[str, Any] = {
        "rows": accounts.rows_in,
        "graded": accounts.kept,
        "ungraded": dict(accounts.lost["rejected"] + accounts.lost["failed"]),
        "judge": means["judge"],
        "surface": {
            name: {"rows": len(values["surface"][name]), "mean": mean}
            for name, mean in means["surface"].items()
        },
    }
    if graded.calibration:
        both = pairs("", graded.calibration)
        found["planted"] = {
            "pairs": len(both),
            "agreement": agreement(both),
            "unread": sum(row.mean is None for row in graded.calibration),
            **{
                version: agreement([pair for pair in both if pair.version == version])
                for version in {pair.version for pair in both}
            },
        }
    if graded.unread is not None:
        found["repeats"] = {
            "asked": len({(one.instruction_id, one.repeat) for one in graded.repeats}) + graded.unread,
            "unread": graded.unread,
            "agreement": self_agreement(
                Value(one.name, one.instruction_id, one.value) for one in graded.repeats
            ),
        }
    return found
