"""Lost rows, and the accounting that must balance: in = kept + duplicates + contaminated + rejected + failed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from domaintune.core.frames import Record
from domaintune.core.stage.errors import AccountingError, GateError, InputError
from domaintune.core.stage.files import read_json, to_json, write_json

LONGEST = 20_000
"""Characters of a lost row that are kept."""


class Reject(Record):
    """One lost row."""

    id: str
    stage: str
    kind: Literal["duplicate", "contaminated", "rejected", "failed"]
    """The column of the accounts it is counted in."""
    reason: str
    detail: str
    """Where it was found and what was seen, for a person."""
    row: str
    """The lost row as JSON, cut at 20,000 characters."""

    @classmethod
    def of(
        cls,
        stage: str,
        name: str,
        reason: str,
        detail: str,
        row: Record | Mapping[str, Any] | str,
        *,
        kind: str = "rejected",
    ) -> Self:
        """Return the reject with id `name` of a record, of what is worth keeping of it, or of its text.

        Half a surrogate pair, which a broken file may hold, becomes a question mark.
        """
        values = row.model_dump() if isinstance(row, Record) else row
        text = (values if isinstance(values, str) else to_json(values, indent=None))[:LONGEST]
        kept = text.encode("utf-8", "replace").decode("utf-8")
        return cls.model_validate(
            {"id": name, "stage": stage, "kind": kind, "reason": reason, "detail": detail, "row": kept}
        )


class Loss(NamedTuple):
    """Why something is lost."""

    reason: str
    """One word for the accounts."""
    detail: str
    """What was seen, for a person, or for a model that is asked again."""


KINDS = {"duplicate": "duplicates"} | {kind: kind for kind in ("contaminated", "rejected", "failed")}
"""Kind of a loss → its column."""


class Accounts:
    """The accounting of one stage item; `rows` names what is counted, `kept` how many came in and were all kept."""

    def __init__(self, stage: str, item: str, rows: str, kept: int = 0) -> None:
        self.stage, self.item, self.rows = stage, item, rows
        self.rows_in = self.kept = kept
        self.lost: dict[str, Counter[str]] = {column: Counter() for column in KINDS.values()}
        self.extra: dict[str, int | float | str] = {}
        self.parts: dict[str, Accounts] = {}
        """Accounts of other rows of the stage, e.g. the requests behind the pairs; they must balance too."""

    def lose(self, rejects: Iterable[Reject]) -> None:
        """Count rows that were lost, by kind and reason."""
        for reject in rejects:
            self.lost[KINDS[reject.kind]][reject.reason] += 1

    def total_lost(self) -> int:
        """Return the number of rows in any column but kept."""
        return sum(sum(reasons.values()) for reasons in self.lost.values())

    def check(self) -> None:
        """Compare both sides."""
        if self.rows_in != self.kept + self.total_lost():
            raise AccountingError(
                f"{self.stage} ({self.item}): {self.rows_in} {self.rows} came in, but {self.kept} were kept "
                f"and {self.total_lost()} lost ({ {k: dict(v) for k, v in self.lost.items() if v} }). "
                "Nothing was written. This is a bug in domaintune: please report it with this line."
            )
        for part in self.parts.values():
            part.check()

    def check_reject_fraction(
        self, max_reject_fraction: float, aside: Collection[str] = (), told: str = ""
    ) -> None:
        """Check, then stop when more rows than allowed were rejected or failed; duplicates do not count.

        Rows lost for a reason in `aside` leave both sides of the fraction: nothing went wrong with them.
        `told` ends the message.
        """
        self.check()
        lost = self.lost["rejected"] + self.lost["failed"]
        bad = Counter({reason: count for reason, count in lost.items() if reason not in aside})
        rows_in = self.rows_in - (lost.total() - bad.total())
        if rows_in and bad.total() / rows_in > max_reject_fraction:
            reasons = ", ".join(f"{reason} {n}" for reason, n in bad.most_common())
            told = (ask_again(self.stage, self.item) if bad["unparsed"] else "") + told
            raise GateError(
                f"{self.stage} ({self.item}): {bad.total()} of {rows_in} {self.rows} were "
                f"rejected ({reasons}), more than max_reject_fraction = {max_reject_fraction}. Nothing was "
                f"written. Mend the cause; or raise {self.stage}.max_reject_fraction in params.yaml, run "
                f"again, and look at the rejected rows with `domaintune show`.{told}"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return what is written: stage, item, rows, in, kept, the four columns with reasons, and extras."""
        return {
            "stage": self.stage,
            "item": self.item,
            "rows": self.rows,
            "in": self.rows_in,
            "kept": self.kept,
            **{column: dict(sorted(reasons.items())) for column, reasons in self.lost.items()},
            **self.extra,
            **{name: part.as_dict() for name, part in self.parts.items()},
        }

    def write(self, path: Path) -> None:
        """Check, then write as JSON."""
        self.check()
        write_json(path, self.as_dict())


def ask_again(stage: str, item: str) -> str:
    """Say how answers that could not be read are asked for again: a rerun alone takes what was paid for."""
    command = f"domaintune ledger forget --stage {stage} --item {item} --outcome unparsed"
    return f" If the server answered nonsense and is mended, `{command}` has the next run ask these again."


def check_groups(where: str, wanted: Iterable[str], there: Iterable[str]) -> None:
    """Stop where a group has no curated rows: its name is known, but all its rows may have been lost."""
    known = sorted(set(there))
    if empty := sorted(set(wanted) - set(known)):
        raise InputError(
            f"{where}: no curated row has the groups {empty}; there are rows of {known}. See why they were lost with "
            "`domaintune show data/curated/rejects.parquet`, or in data/accounting."
        )


def check_gate(path: Path) -> None:
    """Stop unless a suite's expectations were kept: before money is spent, and before a model learns from the rows."""
    gate = read_json(path)
    if gate.get("passed") is not True:
        suite = gate.get("suite", path.stem)
        raise GateError(
            f"{path}: the {suite} broke an expectation, so no teacher or judge is asked and no model trained. Open "
            f"data/validation/{suite}/page.html to see which, mend the source, and run `dvc repro` again."
        )
