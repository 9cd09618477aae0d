"""From the rows of a source to the rows of a set, with books."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import InstructionSet
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Accounts, Loss, Reject
from domaintune.core.stage.files import content_id
from domaintune.translate.back_translation import BackTranslations, RowPair, compare_back, sample
from domaintune.translate.checking import UNANSWERED
from domaintune.translate.params import Fractions, Translate
from domaintune.translate.segments import Outcome, Round, RowSegments, Translator, job_of, wanted_language

ANSWERED = {"parsed", "repaired", "reasked", "translated"}


class SetSettings(NamedTuple):
    """What shapes a set's rows."""

    name: str
    """The set's."""
    params: Translate
    fractions: Fractions
    seed: int


class Made(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    rejects: list[Reject]
    back: list[dict[str, Any]]
    accounts: Accounts


class Rows(NamedTuple):
    """What became of the chosen rows."""

    instructions: list[Instruction]
    rejects: list[Reject]


def make_set(
    translator: Translator, wanted: InstructionSet, rows: Sequence[Instruction], settings: SetSettings
) -> Made:
    """Pass rows through, or have them translated and checked.

    Raises:
        GateError: more rows were lost than `max_reject_fraction`; what the offline teacher declines does not count.
        TeacherError: the teacher or the endpoint cannot answer.
    """
    chosen = choose(rows, wanted.max_rows, settings.seed)
    apart = translator.texts_apart
    jobs = [
        job_of(row, to, texts_apart=apart)
        for row in chosen
        if (to := wanted_language(row, wanted)) is not None
    ]
    asked = _translated(translator, jobs, settings.params)
    pairs = [
        RowPair(job.row, found)
        for job in jobs
        if isinstance(found := asked.outcomes[job.row.id].found, Instruction) and job.sent
    ]
    compared = compare_back(translator, sample(pairs, settings.params.back_translation, settings.seed))
    outcomes = {row.id: Outcome(row, row.request_id) for row in chosen} | asked.outcomes
    outcomes |= _too_far(asked.outcomes, compared.scores, settings.params.min_chrf)
    made = _rows(chosen, outcomes, wanted, settings)
    accounts = Accounts("translate", settings.name, "rows")
    accounts.rows_in, accounts.kept = len(chosen), len(made.instructions)
    accounts.lose(made.rejects)
    accounts.extra |= {
        "rows_beyond_max": len(rows) - len(chosen),
        "as_they_are": len(chosen) - len(jobs),
        "nothing_to_translate": sum(not job.sent for job in jobs),
    }
    if jobs:
        accounts.extra |= _back_books(compared)
        accounts.parts["requests"] = _request_books(translator, settings.name, asked)
    accounts.check()
    accounts.check_reject_fraction(settings.params.max_reject_fraction, aside=("needs_model",))
    return Made(made.instructions, made.rejects, compared.table, accounts)


def _rows(
    chosen: Sequence[Instruction],
    outcomes: Mapping[str, Outcome],
    wanted: InstructionSet,
    settings: SetSettings,
) -> Rows:
    """Return the rows under the set's names, and the lost ones."""
    made = Rows([], [])
    for row in chosen:
        found, request_id = outcomes[row.id]
        if isinstance(found, Loss):
            made.rejects.append(_reject(row, found, request_id))
        else:
            split = split_of(row.id, wanted, settings.fractions, settings.seed)
            named = found.model_copy(update={"request_id": request_id})
            made.instructions.append(placed(named, row.id, wanted, split))
    return made


def _translated(translator: Translator, jobs: Sequence[RowSegments], params: Translate) -> Round:
    """Ask for what can be asked for; a row without a word is its own translation."""
    whole = {
        job.row.id: Outcome(job.row.model_copy(update={"language": job.to}), job.row.request_id)
        for job in jobs
        if not job.sent
    }
    sent = [job for job in jobs if job.sent]
    asked = translator.translate(sent, ask_again=params.ask_again)
    return asked._replace(outcomes=asked.outcomes | whole)


def _too_far(
    outcomes: Mapping[str, Outcome], scores: Mapping[str, float], least: float | None
) -> dict[str, Outcome]:
    return {
        name: outcomes[name]._replace(found=Loss("back_translation", f"chrF {score:.1f}, at least {least}"))
        for name, score in scores.items()
        if least is not None and score < least
    }


def _back_books(compared: BackTranslations) -> dict[str, int | float | str]:
    """Return how many rows were translated back, and mean and least chrF, by its name."""
    scores = compared.scores.values()
    if not scores:
        return {"back_translated": 0}
    return {
        "back_translated": len(scores),
        "back_translation_measure": compared.signature,
        "back_translation_mean": round(sum(scores) / len(scores), 2),
        "back_translation_least": round(min(scores), 2),
    }


def _request_books(translator: Translator, name: str, asked: Round) -> Accounts:
    """Return the books of the requests for translations; back-translations are in the answers used alone."""
    books = Accounts("translate", name, "requests")
    books.rows_in = asked.requests.total()
    books.kept = sum(count for outcome, count in asked.requests.items() if outcome in ANSWERED)
    books.lost["failed"].update({o: count for o, count in asked.requests.items() if o not in ANSWERED})
    books.extra |= translator.books()
    return books


def _reject(row: Instruction, loss: Loss, request_id: str) -> Reject:
    kind = "failed" if loss.reason in UNANSWERED else "rejected"
    detail = f"row {row.id}: {loss.detail}"[:1000]
    kept = row.model_dump() | {"request_id": request_id}
    return Reject.of("translate", row.id, loss.reason, detail, kept, kind=kind)


def choose(rows: Sequence[Instruction], max_rows: int | None, seed: int) -> list[Instruction]:
    """Return the rows with the smallest hashes, in order of their ids: a new row displaces one other at most."""
    ranked = sorted(rows, key=lambda row: (unit_interval(seed, "translate", row.id), row.id))
    return sorted(ranked[:max_rows], key=lambda row: row.id)


def placed(row: Instruction, source_id: str, wanted: InstructionSet, split: str) -> Instruction:
    """Return a row under its set's names. It is traced to the row of the source that it says the same as."""
    return row.model_copy(
        update={
            "id": content_id(wanted.task, source_id, row.category, row.language, *row.texts()),
            "task": wanted.task,
            "group": wanted.group,
            "document_id": source_id,
            "split": split,
        }
    )


def split_of(source_id: str, wanted: InstructionSet, fractions: Fractions, seed: int) -> str:
    """Return the split, by the source row's id: a row and its translation never stand on two sides."""
    if wanted.use == "evaluate":
        return "test"
    position = unit_interval(seed, "split", source_id)
    if position < fractions.test_fraction:
        return "test"
    return "validation" if position < fractions.test_fraction + fractions.validation_fraction else "train"
