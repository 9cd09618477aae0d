"""Translating a sample back, to see how much of the source is still there."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.records.instruction import Instruction
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Loss
from domaintune.translate.segments import Translator, job_of

SCHEMA: dict[str, Any] = {"id": pl.String, "source": pl.String, "back": pl.String, "chrf": pl.Float64}


class RowPair(NamedTuple):
    """A row of the source and its translation."""

    source: Instruction
    translation: Instruction


class BackTranslations(NamedTuple):
    """What the sample showed."""

    scores: dict[str, float]
    """Id of the source row → chrF of its back-translation."""
    table: list[dict[str, Any]]
    """Rows of back_translation.parquet."""
    signature: str
    """sacrebleu's own, so that others can compute the same."""


def sample(pairs: Sequence[RowPair], rows: int, seed: int) -> list[RowPair]:
    """Return the pairs with the smallest hashes."""
    ranked = sorted(pairs, key=lambda pair: (unit_interval(seed, "back", pair.source.id), pair.source.id))
    return ranked[:rows]


def compare_back(translator: Translator, pairs: Sequence[RowPair]) -> BackTranslations:
    """Translate the pairs' translations back and score them by chrF against the source.

    chrF is the F-score of character n-grams (1–6, recall weighted twice), 0–100; it needs no word list of either
    language. Source: Popović 2015, doi:10.18653/v1/W15-3049, as sacrebleu computes it. A row whose back-translation
    fails has no score: that says nothing about its translation.
    """
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF()
    apart = translator.texts_apart
    jobs = [job_of(pair.translation, pair.source.language.split("-")[0], texts_apart=apart) for pair in pairs]
    outcomes = translator.translate(jobs, ask_again=False).outcomes
    scores: dict[str, float] = {}
    table = []
    for pair in pairs:
        found = outcomes[pair.translation.id].found
        if isinstance(found, Loss):
            continue
        source, back = _said(pair.source), _said(found)
        scores[pair.source.id] = round(metric.sentence_score(back, [source]).score, 4)
        table.append(
            {"id": pair.translation.id, "source": source, "back": back, "chrf": scores[pair.source.id]}
        )
    return BackTranslations(scores, table, f"chrF{metric.beta}|{metric.get_signature()}" if scores else "")


def _said(row: Instruction) -> str:
    return "\n".join(text for text in row.texts() if text)
