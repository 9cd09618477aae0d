"""From the rows of a source to the rows of a set, all accounted for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import InstructionSet
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Accounts, Loss, Reject
from domaintune.core.stage.files import content_id
from domaintune.translate.back_translation import BackTranslations, RowPair, compare_back, sample
from domaintune.translate.params import Fractions, Translate
from domaintune.translate.segments import UNANSWERED, Outcome, Round, Translator, job_of, wanted_language

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


def make_set(
    translator: Translator, wanted: InstructionSet, rows: Sequence[Instruction], settings: SetSettings
) -> Made:
    """Pass rows through, or have them translated and checked.

    Raises:
        GateError: more rows were lost than `max_reject_fraction`; what the offline teacher declines does not count.
        TeacherError: the teacher or the endpoint cannot answer.
    """
    chosen = choose(rows, wanted.max_rows, settings.seed)
    apart, params = translator.texts_apart, settings.params
    wanted_in = ((row, wanted_language(row, wanted)) for row in chosen)
    jobs = [job_of(row, to, texts_apart=apart) for row, to in wanted_in if to is not None]
    sent = [job for job in jobs if job.sent]
    asked = translator.translate(sent, ask_again=params.ask_again)
    outcomes = {row.id: Outcome(row, row.request_id) for row in chosen} | asked.outcomes
    for job in jobs:
        if not job.sent:  # a row without a word is its own translation
            outcomes[job.row.id] = Outcome(
                job.row.model_copy(update={"language": job.to}), job.row.request_id
            )
    done = [(job.row, outcomes[job.row.id].found) for job in sent]
    pairs = [RowPair(row, found) for row, found in done if isinstance(found, Instruction)]
    compared = compare_back(translator, sample(pairs, params.back_translation, settings.seed))
    for name, score in compared.scores.items():
        if params.min_chrf is not None and score < params.min_chrf:
            loss = Loss("back_translation", f"chrF {score:.1f}, at least {params.min_chrf}")
            outcomes[name] = outcomes[name]._replace(found=loss)
    made = Made([], [], compared.table, Accounts("translate", settings.name, "rows"))
    for row in chosen:
        _place(made, row, outcomes[row.id], wanted, settings)
    accounts = made.accounts
    accounts.rows_in, accounts.kept = len(chosen), len(made.instructions)
    accounts.lose(made.rejects)
    accounts.extra |= {
        "rows_beyond_max": len(rows) - len(chosen),
        "as_they_are": len(chosen) - len(jobs),
        "nothing_to_translate": len(jobs) - len(sent),
    }
    if jobs:
        accounts.extra |= _back_counts(compared)
        accounts.parts["requests"] = _request_accounts(translator, settings.name, asked)
    accounts.check()
    accounts.check_reject_fraction(params.max_reject_fraction, aside=("needs_model",))
    return made


def _place(
    made: Made, row: Instruction, outcome: Outcome, wanted: InstructionSet, settings: SetSettings
) -> None:
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
        "split": split_of(row.id, wanted, settings.fractions, settings.seed),
    }
    made.instructions.append(found.model_copy(update=named))


def _back_counts(compared: BackTranslations) -> dict[str, int | float | str]:
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


def _request_accounts(translator: Translator, name: str, asked: Round) -> Accounts:
    """Return the accounting of the requests for translations; back-translations are in the answers used alone."""
    accounts = Accounts("translate", name, "requests")
    accounts.rows_in = asked.requests.total()
    accounts.kept = sum(count for outcome, count in asked.requests.items() if outcome in ANSWERED)
    accounts.lost["failed"].update({o: count for o, count in asked.requests.items() if o not in ANSWERED})
    accounts.extra |= translator.counts()
    return accounts


def choose(rows: Sequence[Instruction], max_rows: int | None, seed: int) -> list[Instruction]:
    """Return the rows with the smallest hashes, in order of their ids: a new row displaces one other at most."""
    ranked = sorted(rows, key=lambda row: (unit_interval(seed, "translate", row.id), row.id))
    return sorted(ranked[:max_rows], key=lambda row: row.id)


def split_of(source_id: str, wanted: InstructionSet, fractions: Fractions, seed: int) -> str:
    """Return the split, by the source row's id: a row and its translation never stand on two sides."""
    if wanted.use == "evaluate":
        return "test"
    position = unit_interval(seed, "split", source_id)
    if position < fractions.test_fraction:
        return "test"
    return "validation" if position < fractions.test_fraction + fractions.validation_fraction else "train"
