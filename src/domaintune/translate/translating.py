"""From the rows of a source to the rows of a set, all accounted for, and a sample of them translated back."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import InstructionSet
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Accounts, Loss, Reject
from domaintune.core.stage.files import content_id
from domaintune.translate.by_endpoint import ByEndpoint
from domaintune.translate.by_teacher import ByTeacher
from domaintune.translate.params import Fractions, Translate
from domaintune.translate.segments import UNANSWERED, Outcome, Round, job_of

Translator = ByTeacher | ByEndpoint
SCHEMA: dict[str, Any] = {"id": pl.String, "source": pl.String, "back": pl.String, "chrf": pl.Float64}
ANSWERED = {"parsed", "repaired", "reasked", "translated"}


def smallest(rows: Iterable[Instruction], seed: int, name: str, most: int | None) -> list[Instruction]:
    """Return the rows with the smallest hashes, smallest first: a new row displaces one other at most."""
    return sorted(rows, key=lambda row: (unit_interval(seed, name, row.id), row.id))[:most]


def compare_back(
    translator: Translator,
    rows: Sequence[Instruction],
    outcomes: dict[str, Outcome],
    how: Translate,
    seed: int,
) -> tuple[list[dict[str, Any]], dict[str, int | float | str]]:
    """Translate a sample back, score it by chrF against the source, and count; lose what is below `min_chrf`.

    chrF is the F-score of character n-grams (1–6, recall weighted twice), 0–100; it needs no word list of either
    language. Source: Popović 2015, doi:10.18653/v1/W15-3049, as sacrebleu computes it. A row whose back-translation
    fails has no score: that says nothing about its translation.
    """
    from sacrebleu.metrics.chrf import CHRF

    metric, least, table = CHRF(), how.min_chrf, []
    done = {row.id: found for row in rows if isinstance(found := outcomes[row.id].found, Instruction)}
    translated = (row for row in rows if row.id in done)
    sample = smallest(translated, seed, "back", how.back_translation)
    jobs = [
        job_of(done[row.id], row.language.split("-")[0], texts_apart=translator.texts_apart) for row in sample
    ]
    again = translator.translate(jobs, ask_again=False).outcomes
    for row in sample:
        if isinstance(found := again[row.id].found, Instruction):
            source, back = ("\n".join(filter(None, one.texts())) for one in (row, found))
            score = round(metric.sentence_score(back, [source]).score, 4)
            table.append({"id": row.id, "source": source, "back": back, "chrf": score})
            if least is not None and score < least:
                loss = Loss("back_translation", f"chrF {score:.1f}, at least {least}")
                outcomes[row.id] = outcomes[row.id]._replace(found=loss)
    counts: dict[str, int | float | str] = {"back_translated": len(table)}
    if scores := [one["chrf"] for one in table]:
        counts["back_translation_measure"] = f"chrF{metric.beta}|{metric.get_signature()}"
        counts["back_translation_mean"] = round(sum(scores) / len(scores), 2)
        counts["back_translation_least"] = round(min(scores), 2)
    return table, counts


class Made(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    rejects: list[Reject]
    back: list[dict[str, Any]]
    accounts: Accounts


def make_set(
    translator: Translator, name: str, wanted: InstructionSet, rows: Sequence[Instruction], how: Translate,
    *, fractions: Fractions, seed: int,
) -> Made:  # fmt: skip
    """Pass rows through, or have them translated and checked; what is declined offline closes no gate."""
    chosen = sorted(smallest(rows, seed, "translate", wanted.max_rows), key=lambda row: row.id)
    to, apart = wanted.to, translator.texts_apart
    others = [row for row in chosen if to is not None and row.language.split("-")[0] != to]
    jobs = [job_of(row, to or "", texts_apart=apart) for row in others]
    sent = [job for job in jobs if job.sent]
    asked = translator.translate(sent, ask_again=how.ask_again)
    # a row without a word is its own translation
    wordless = (job.row.model_copy(update={"language": job.to}) for job in jobs if not job.sent)
    outcomes = {row.id: Outcome(row, row.request_id) for row in (*chosen, *wordless)} | asked.outcomes
    table, counts = compare_back(translator, [job.row for job in sent], outcomes, how, seed)
    made = Made([], [], table, Accounts("translate", name, "rows"))
    for row in chosen:
        _place(made, row, outcomes[row.id], wanted, split_of(row.id, wanted, fractions, seed))
    accounts = made.accounts
    accounts.rows_in, accounts.kept = len(chosen), len(made.instructions)
    accounts.lose(made.rejects)
    accounts.extra["rows_beyond_max"] = len(rows) - len(chosen)
    accounts.extra["as_they_are"] = len(chosen) - len(jobs)
    accounts.extra["nothing_to_translate"] = len(jobs) - len(sent)
    if jobs:
        accounts.extra |= counts
        accounts.parts["requests"] = _request_accounts(translator, name, asked)
    accounts.check_reject_fraction(how.max_reject_fraction, aside=("needs_model",))
    return made


def _place(made: Made, row: Instruction, outcome: Outcome, wanted: InstructionSet, split: str) -> None:
    """Put a row among the set's, traced to the row of the source that it says the same as, or among the lost."""
    found, request_id = outcome
    if isinstance(found, Loss):
        kind = "failed" if found.reason in UNANSWERED else "rejected"
        detail, kept = f"row {row.id}: {found.detail}"[:1000], row.model_dump() | {"request_id": request_id}
        made.rejects.append(Reject.of("translate", row.id, found.reason, detail, kept, kind=kind))
        return
    named = {
        "id": content_id(wanted.task, row.id, found.category, found.language, *found.texts()),
        "task": wanted.task,
        "group": wanted.group,
        "document_id": row.id,
        "request_id": request_id,
        "split": split,
    }
    made.instructions.append(found.model_copy(update=named))


def _request_accounts(translator: Translator, name: str, asked: Round) -> Accounts:
    """Return the accounting of the requests for translations; back-translations are in the answers used alone."""
    accounts = Accounts("translate", name, "requests")
    accounts.rows_in = asked.requests.total()
    accounts.kept = sum(count for outcome, count in asked.requests.items() if outcome in ANSWERED)
    accounts.lost["failed"].update({o: count for o, count in asked.requests.items() if o not in ANSWERED})
    accounts.extra |= translator.counts()
    return accounts


def split_of(source_id: str, wanted: InstructionSet, fractions: Fractions, seed: int) -> str:
    """Return the split, by the source row's id: a row and its translation never stand on two sides."""
    if wanted.use == "evaluate":
        return "test"
    position = unit_interval(seed, "split", source_id)
    if position < fractions.test_fraction:
        return "test"
    return "validation" if position < fractions.test_fraction + fractions.validation_fraction else "train"
