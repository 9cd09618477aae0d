"""Reading the rows of a grading, opening the judge, and writing grades, metrics and accounts."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.judgment import READ, Grade, Grading
from domaintune.core.scoring.asking import PAID
from domaintune.core.scoring.calibration import agreement
from domaintune.core.sections.data import GradingSet
from domaintune.core.sections.models import Runtime
from domaintune.core.stage.accounting import Accounts, Reject, check_gate
from domaintune.core.stage.files import write_json
from domaintune.core.teacher.opening import Declines, open_asker
from domaintune.grade.asking import OFFLINE, GradingJob
from domaintune.grade.grading import Graded, Repeat, grade, means, repeated_values
from domaintune.grade.params import GradeSettings
from domaintune.grade.planted import VERSIONS, Planted, pairs
from domaintune.grade.rows import choose
from domaintune.grade.spec import read_grade_spec
from domaintune.science.evidence.self_agreement import self_agreement

ASIDE = ("needs_model", "beyond_max_rows")
"""Reasons that are no fault of the judge: they count on neither side of the share that may be lost."""
DECLINED = (
    "the offline backend heuristic reads nothing; grading by criteria needs a judge model (grade.model)"
)


class GradingPaths(NamedTuple):
    """Where the stage reads and writes."""

    instructions: Path
    documents: Path
    gate: Path
    card: Path
    out: Path
    responses: Path
    metrics: Path
    accounting: Path


def write_grading(
    key: str, wanted: GradingSet, settings: GradeSettings, runtime: Runtime, places: GradingPaths
) -> str:
    """Grade one set of rows, write everything, and return a line that tells what was done.

    Nothing is written before the books balance and the judge has passed.

    Raises:
        GateError: the instructions broke an expectation, the judge does not tell planted answers apart, or too many
            rows stay ungraded.
        TeacherError: the judge cannot answer.
        InputError: a table is missing, or a group has no rows.
        ParamsError: the card is wrong.
    """
    check_gate(places.gate)
    job = GradingJob(key, read_grade_spec(places.card, wanted.language), wanted.language, settings)
    documents = {row.id: row for row in read_records(places.documents, Document)}
    chosen = choose(key, read_records(places.instructions, Instruction), documents, wanted)
    with open_asker(
        settings.model, runtime, places.responses, {OFFLINE: partial(Declines, DECLINED)}
    ) as asker:
        graded = grade(asker, job, chosen)
        accounts = keep_books(key, graded, len(chosen.rows), asker.books(), settings.max_reject_fraction)
        write_tables(places.out, graded)
        asker.write_responses()
    write_json(places.metrics, figures(graded, accounts))
    accounts.write(places.accounting)
    sent = (
        f"{asker.sent} requests sent" if job.asks_model else "a judge model is needed for more (grade.model)"
    )
    return (
        f"grade ({key}): {accounts.kept} of {accounts.rows_in} rows graded, surfaces of {len(chosen.asked)} measured; "
        f"{sent}"
    )


def write_tables(out: Path, graded: Graded) -> None:
    """Write each table of a grading, empty ones too."""
    write_records(out / "grades.parquet", Grade, graded.grades, ("instruction_id", "name"))
    write_records(out / "gradings.parquet", Grading, graded.gradings, ("instruction_id",))
    write_records(out / "planted.parquet", Planted, graded.planted)
    write_records(
        out / "repeats.parquet", Repeat, graded.repeats.values, ("instruction_id", "repeat", "name")
    )
    write_records(out / "rejects.parquet", Reject, graded.rejects)


def keep_books(
    key: str, graded: Graded, rows_in: int, asked: Mapping[str, int], max_reject_fraction: float
) -> Accounts:
    """Return checked books. A row is one training row of the groups.

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
    """Return the metrics: rows, means, agreement with the planted answers and of the judge with itself."""
    by_judge, by_surface = (
        means([one for one in graded.grades if one.by == who]) for who in ("judge", "surface")
    )
    found: dict[str, Any] = {
        "rows": accounts.rows_in,
        "graded": accounts.kept,
        "ungraded": dict(sorted((accounts.lost["rejected"] + accounts.lost["failed"]).items())),
        "judge": {name: one["mean"] for name, one in by_judge.items()},
        "surface": by_surface,
    }
    if graded.planted:
        both = pairs(graded.planted)
        found["planted"] = {
            "pairs": len(both),
            "agreement": agreement(both),
            "unread": sum(row.mean is None for row in graded.planted),
            **{
                version: agreement([pair for pair in both if pair.version == version]) for version in VERSIONS
            },
        }
    if again := graded.repeats.asked:
        found["repeats"] = {
            "asked": again,
            "unread": graded.repeats.unread,
            "agreement": self_agreement(repeated_values(graded.repeats.values)),
        }
    return found
