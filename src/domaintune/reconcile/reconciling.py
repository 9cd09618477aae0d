"""Agreement of two exports field by field: two sides in, levels of agreement, mismatches and unmatched records out."""

import re
import unicodedata
from collections import Counter
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from domaintune.core.frames import Record
from domaintune.core.sections.data import Reference
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.reconcile.sides import Side
from domaintune.science.matching import fact, number
from domaintune.science.repair_text import repair_text

COMPARED = ("exact", "normalised", "fuzzy", "different")
LEVELS = (*COMPARED, "missing_in_documents", "missing_in_reference", "missing_in_both")
SHOWN_CHARS = 2_000


def normalise(value: str) -> str:
    """Reduce a value to what two exports can be expected to write alike.

    Repairs as in ingest, then NFKC, case folded, marks as spaces; `139,882` and `139882.00` are one number.
    """
    plain = number(value)
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", plain):
        return plain
    text = unicodedata.normalize("NFKC", repair_text(value).text).casefold()
    return re.sub(r"[\W_]+", " ", text).strip()


def compare(ours: str, theirs: str, fuzzy_threshold: float | None) -> tuple[str, float]:
    """Return the best level at which two values agree, and their similarity 0–1; a threshold allows fuzzy agreement.

    Similarity is the normalised Indel similarity of the normalised values. Source: rapidfuzz `fuzz.ratio`.
    """
    if not fact(ours):
        return "missing_in_documents" if fact(theirs) else "missing_in_both", 0.0
    if not fact(theirs):
        return "missing_in_reference", 0.0
    if ours.strip() == theirs.strip():
        return "exact", 1.0
    one, other = normalise(ours), normalise(theirs)
    if one == other:
        return "normalised", 1.0
    similarity = fuzz.ratio(one, other) / 100
    agrees = fuzzy_threshold is not None and similarity >= fuzzy_threshold
    return "fuzzy" if agrees else "different", round(similarity, 6)


class Mismatch(Record):
    """A field of a matched record that is not the same on both sides after normalisation."""

    key: str
    field: str
    ours: str
    """Cut at 2,000 characters, as `theirs`."""
    theirs: str
    similarity: float
    """0–1, of the normalised values."""
    level: str
    """fuzzy (agrees by its threshold), different, missing_in_documents, missing_in_reference."""


class Reconciled(NamedTuple):
    """What the stage writes."""

    agreement: dict[str, Any]
    mismatches: list[Mismatch]
    unmatched: list[Reject]
    accounts: Accounts


def reconcile(item: str, settings: Reference, ours: Side, theirs: Side) -> Reconciled:
    """Compare the records that both sides have; refuse sides with none in common, or a fuzzy field not compared."""
    if unknown := sorted(set(settings.fuzzy) - set(settings.fields)):
        raise ParamsError(
            f"params.yaml: references.{item}.fuzzy: {unknown} are not among the compared fields "
            f"{sorted(settings.fields)}. Add them to references.{item}.fields, or take them out."
        )
    matched = sorted(ours.entries.keys() & theirs.entries.keys())
    if not matched:
        example = [next(iter(side.entries), "none") for side in (ours, theirs)]
        raise InputError(
            f"references.{item}: no key occurs on both sides: {len(ours.entries)} keys of {settings.source} such "
            f"as {example[0]!r}, {len(theirs.entries)} of {settings.path} such as {example[1]!r}. Correct "
            f"references.{item}.key in params.yaml."
        )
    levels: dict[str, Counter[str]] = {field: Counter() for field in settings.fields}
    mismatches: list[Mismatch] = []
    for key in matched:
        for field in sorted(settings.fields):
            one, other = ours.entries[key].values.get(field, ""), theirs.entries[key].values[field]
            threshold = settings.fuzzy_threshold if field in settings.fuzzy else None
            level, alike = compare(one, other, threshold)
            levels[field][level] += 1
            if level not in {"exact", "normalised", "missing_in_both"}:
                one, other = one[:SHOWN_CHARS], other[:SHOWN_CHARS]
                mismatches.append(
                    Mismatch(key=key, field=field, ours=one, theirs=other, similarity=alike, level=level)
                )
    ours.lose_unmatched(theirs)
    theirs.lose_unmatched(ours)
    lost = [*ours.rejects, *theirs.rejects]
    accounts = Accounts("reconcile", item, "records of both sides")
    accounts.rows_in = ours.rows + theirs.rows
    accounts.kept = 2 * len(matched)
    accounts.lose(lost)
    accounts.check()
    records = {"documents": ours.rows, "reference": theirs.rows, "matched": len(matched)}
    records |= {reason: n for column in accounts.lost.values() for reason, n in column.items()}
    agreement = {"records": records, "fields": {field: _summary(levels[field]) for field in levels}}
    return Reconciled(agreement, mismatches, lost, accounts)


def _summary(levels: Counter[str]) -> dict[str, Any]:
    """Return counts by level, and the fractions of the compared pairs that agree up to each level."""
    compared = sum(levels[level] for level in COMPARED)
    summary: dict[str, Any] = {level: levels[level] for level in LEVELS} | {"compared": compared}
    agreeing = 0
    for level in COMPARED[:-1]:
        agreeing += levels[level]
        summary[f"fraction_{level}"] = round(agreeing / compared, 6) if compared else None
    return summary
