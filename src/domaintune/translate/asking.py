"""Having rows translated: bucket by bucket, then alone what went wrong."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from domaintune.core.records.instruction import Instruction
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.translate.batching import batches
from domaintune.translate.faults import UNANSWERED, Fault, Reason
from domaintune.translate.jobs import Job, translated
from domaintune.translate.params import Translate
from domaintune.translate.prompts import SCHEMA, TranslationCard, numbered, prompt_for


class Asks(Protocol):
    """What this stage needs of an asker."""

    def ask_json(self, prompts: Sequence[Prompt], schema: Mapping[str, Any]) -> list[Asked]:
        """Return one result a prompt, in prompt order."""
        ...

    def books(self) -> dict[str, int]:
        """Return counts of the answers used."""
        ...


class Outcome(NamedTuple):
    """What came of one row."""

    found: Instruction | Fault
    request_id: str


class Round(NamedTuple):
    """What came of all rows, and of the requests they shared."""

    outcomes: dict[str, Outcome]
    """Row id → outcome."""
    requests: Counter[str]
    """Outcome of a request, as the asker names it → how many."""


def translate_all(asker: Asks, jobs: Sequence[Job], card: TranslationCard, params: Translate) -> Round:
    """Ask for all rows, then once more, alone, for those whose translation is missing or wrong.

    Raises:
        TeacherError: the teacher cannot answer.
    """
    own = [batch for group in _by_language(jobs) for batch in batches(group, params.max_tokens_a_request)]
    first = _ask(asker, own, [""] * len(own), card, params)
    sizes = {job.row.id: len(batch) for batch in own for job in batch}
    again = [
        (job, outcome.found.detail if outcome.found.reason not in UNANSWERED else "")
        for job in jobs
        if isinstance((outcome := first.outcomes[job.row.id]).found, Fault)
        and _worth_another(outcome.found, sizes[job.row.id], params)
    ]
    second = _ask(asker, [[job] for job, _ in again], [problem for _, problem in again], card, params)
    return Round(first.outcomes | second.outcomes, first.requests + second.requests)


def _worth_another(fault: Fault, size: int, params: Translate) -> bool:
    """Ask again alone where the company may be to blame, or where what is wrong can be said."""
    if fault.reason == "needs_model":
        return False
    if fault.reason in UNANSWERED:
        return size > 1
    return params.ask_again or (fault.reason == "missing_row" and size > 1)


def _by_language(jobs: Sequence[Job]) -> list[list[Job]]:
    groups: dict[tuple[str, str], list[Job]] = defaultdict(list)
    for job in jobs:
        groups[job.row.language, job.to].append(job)
    return [groups[key] for key in sorted(groups)]


def _ask(
    asker: Asks,
    own: Sequence[Sequence[Job]],
    problems: Sequence[str],
    card: TranslationCard,
    params: Translate,
) -> Round:
    prompts = [prompt_for(batch, card, problem) for batch, problem in zip(own, problems, strict=True)]
    answers = asker.ask_json(prompts, SCHEMA) if prompts else []
    outcomes: dict[str, Outcome] = {}
    for batch, asked in zip(own, answers, strict=True):
        numbers = numbered(batch)
        for number, job in numbers.items():
            found = _read(job, number, set(numbers), asked, params)
            outcomes[job.row.id] = Outcome(found, asked.request_id)
    return Round(outcomes, Counter(asked.outcome for asked in answers))


def _read(job: Job, number: int, sent: set[int], asked: Asked, params: Translate) -> Instruction | Fault:
    """Return one row of an answer. A row that was never sent makes the whole answer doubtful."""
    if asked.value is None:
        return Fault(_unanswered(asked), asked.detail)
    texts = [row["texts"] for row in asked.value["rows"] if row["row"] == number]
    extra = sorted({row["row"] for row in asked.value["rows"]} - sent)
    if len(texts) != 1 or extra:
        more = f", and there are rows {extra} that were not sent" if extra else ""
        return Fault("missing_row", f"row {number} came back {len(texts)} times{more}")
    return translated(job, texts[0], params)


def _unanswered(asked: Asked) -> Reason:
    known: dict[str, Reason] = {"needs_model": "needs_model", "too_long": "too_long", "refused": "refused"}
    return known.get(asked.outcome, "unparsed")
