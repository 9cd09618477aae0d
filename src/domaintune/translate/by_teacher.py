"""Having the teacher translate rows: bucket by bucket, then alone what went wrong."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.accounting import Loss
from domaintune.core.teacher.asking import Asked, Asker
from domaintune.translate.params import Translate
from domaintune.translate.prompts import SCHEMA, TranslationSpec, batches, numbered, prompt_for
from domaintune.translate.segments import UNANSWERED, Outcome, Round, RowSegments, translated


class ByTeacher:
    """The teacher, asked for JSON. Rows are sent as wholes."""

    texts_apart = False

    def __init__(self, asker: Asker, spec: TranslationSpec, params: Translate, longest: int | None) -> None:
        """`longest`: the teacher's longest answer in tokens; a row beyond it is not sent. None: nothing is sent."""
        self._asker, self._spec, self._params, self._longest = asker, spec, params, longest
        self.counts, self.write_responses = asker.counts, asker.write_responses

    def translate(self, jobs: Sequence[RowSegments], *, ask_again: bool) -> Round:
        """Ask for all rows, then once more, alone, for those whose translation is missing or wrong."""
        longest, long = self._longest, dict[str, Outcome]()
        groups: dict[tuple[str, str], list[RowSegments]] = defaultdict(list)
        for job in jobs:
            if longest is not None and job.tokens > longest:
                told = f"about {job.tokens} tokens, teacher.max_tokens {longest}"
                long[job.row.id] = Outcome(Loss("too_long", told), "")
            else:
                groups[job.row.language, job.to].append(job)
        most = self._params.max_tokens_a_request
        own = [batch for key in sorted(groups) for batch in batches(groups[key], most)]
        first = self._ask(own, [""] * len(own))
        sizes = {job.row.id: len(batch) for batch in own for job in batch}
        again = [
            (job, outcome.found.detail if outcome.found.reason not in UNANSWERED else "")
            for job in jobs
            if job.row.id not in long
            and isinstance((outcome := first.outcomes[job.row.id]).found, Loss)
            and _worth_another(outcome.found, sizes[job.row.id], ask_again=ask_again)
        ]
        second = self._ask([[job] for job, _ in again], [problem for _, problem in again])
        return Round(first.outcomes | second.outcomes | long, first.requests + second.requests)

    def told(self) -> str:
        """Return how many requests this run sent."""
        return f"{self._asker.sent} requests sent"

    def _ask(self, own: Sequence[Sequence[RowSegments]], problems: Sequence[str]) -> Round:
        prompts = [prompt_for(batch, self._spec, told) for batch, told in zip(own, problems, strict=True)]
        answers = self._asker.ask_json(prompts, SCHEMA) if prompts else []
        outcomes: dict[str, Outcome] = {}
        for batch, asked in zip(own, answers, strict=True):
            numbers = numbered(batch)
            for number, job in numbers.items():
                found = _read(job, number, set(numbers), asked, self._params)
                outcomes[job.row.id] = Outcome(found, asked.request_id)
        return Round(outcomes, Counter(asked.outcome for asked in answers))


def _worth_another(loss: Loss, size: int, *, ask_again: bool) -> bool:
    """Ask again alone where the company may be to blame, or where what is wrong can be said."""
    if loss.reason == "needs_model":
        return False
    if loss.reason in UNANSWERED:
        return size > 1
    return ask_again or (loss.reason == "missing_row" and size > 1)


def _read(
    job: RowSegments, number: int, sent: set[int], asked: Asked, params: Translate
) -> Instruction | Loss:
    """Return one row of an answer. A row that was never sent makes the whole answer doubtful."""
    if asked.value is None:
        return Loss(asked.outcome, asked.detail)
    texts = [row["texts"] for row in asked.value["rows"] if row["row"] == number]
    extra = sorted({row["row"] for row in asked.value["rows"]} - sent)
    if len(texts) != 1 or extra:
        more = f", and there are rows {extra} that were not sent" if extra else ""
        return Loss("missing_row", f"row {number} came back {len(texts)} times{more}")
    return translated(job, texts[0], params)
