"""Having the teacher translate rows: its spec, which rows share a request, its prompt, and what is asked again."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from domaintune.core.paying.protocol import Message
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.accounting import Loss
from domaintune.core.stage.files import content_id, to_json
from domaintune.core.stage.params import Params, parse, read_yaml
from domaintune.core.teacher.asking import Asked, Asker, Prompt, object_schema
from domaintune.core.template import TemplateText, render
from domaintune.translate.params import Translate
from domaintune.translate.segments import UNANSWERED, Outcome, Round, RowSegments, translated

FIRST, NUMBERS = 1000, 9000
BITS = 256
"""Of the hash by which rows come together."""

TEXTS = {"type": "array", "items": {"type": "string"}}
ROW = object_schema({"row": {"type": "integer"}, "texts": TEXTS})
SCHEMA = object_schema({"rows": {"type": "array", "items": ROW}})


class TranslationSpec(Params):
    """catalog/translate/instructions.yaml."""

    description: str
    source: str
    """Where the prompt templates come from."""
    licence: str = Field(min_length=2)
    names: dict[str, str]
    """Language code → what prompts call it."""
    system: TemplateText
    """Jinja template; knows source and target, the names of the languages."""
    user: TemplateText
    """Jinja template; knows source, target and context, the rows as JSON."""
    again: TemplateText
    """Jinja template added to `user` where a translation was wrong; knows problem, source and target."""


def read_spec(path: Path) -> TranslationSpec:
    """Read the spec and fill in its templates once."""
    spec, languages = parse(path, "translate", TranslationSpec, read_yaml(path)), {"source": "", "target": ""}
    for template, given in ((spec.system, {}), (spec.user, {"context": ""}), (spec.again, {"problem": ""})):
        render(template, **languages, **given)
    return spec


def batches(jobs: Sequence[RowSegments], max_tokens: int) -> list[list[RowSegments]]:
    """Return the rows bucket by bucket, those of a bucket in order of their ids; a row over the limit is alone.

    A row belongs to the bucket that the leading bits of its id's hash name: the largest bucket whose rows fit under the
    token limit. What a bucket holds depends on its own rows alone, so that an edited row asks again for its own bucket
    and for no other, and a new row may split one bucket in two at most. Cutting a sorted list at the limit would shift
    every cut behind an edit (docs/decisions/0012-translating.md has the measurement).
    """
    ordered = sorted(jobs, key=lambda job: job.row.id)
    alone = [[job] for job in ordered if job.tokens > max_tokens]
    found = _split([job for job in ordered if job.tokens <= max_tokens], max_tokens, 0)
    return sorted([*alone, *found], key=lambda batch: batch[0].row.id)


def _split(jobs: Sequence[RowSegments], max_tokens: int, bit: int) -> list[list[RowSegments]]:
    if sum(job.tokens for job in jobs) <= max_tokens or bit == BITS:
        return [list(jobs)] if jobs else []
    halves: tuple[list[RowSegments], list[RowSegments]] = ([], [])
    for job in jobs:
        digest = int.from_bytes(hashlib.sha256(job.row.id.encode()).digest(), "big")
        halves[digest >> (BITS - 1 - bit) & 1].append(job)
    return [batch for half in halves for batch in _split(half, max_tokens, bit + 1)]


def prompt_for(batch: Sequence[RowSegments], spec: TranslationSpec, problem: str = "") -> Prompt:
    """Return the prompt for rows of one source language."""
    first = batch[0]
    code = first.row.language.split("-")[0]
    languages = {"source": spec.names.get(code, first.row.language), "target": spec.names[first.to]}
    sent = {number: [one.text for one in job.sent] for number, job in numbered(batch).items()}
    rows = [{"row": number, "texts": texts} for number, texts in sent.items()]
    user = render(spec.user, **languages, context=to_json({"rows": rows}, indent=None)).strip()
    if problem:
        user += "\n\n" + render(spec.again, **languages, problem=problem).strip()
    messages = (Message("system", render(spec.system, **languages).strip()), Message("user", user))
    ids = [job.row.id for job in batch]
    return Prompt(content_id(*ids, problem), messages, {"rows": ids})


def numbered(batch: Sequence[RowSegments]) -> dict[int, RowSegments]:
    """Give the rows of a request numbers of four digits by a hash of their ids."""
    # counted from 1, a row that a model leaves out would be hidden by the next ones moving up
    found: dict[int, RowSegments] = {}
    for job in batch:
        number = FIRST + int(content_id("row", job.row.id), 16) % NUMBERS
        while number in found:
            number = FIRST + (number - FIRST + 1) % NUMBERS
        found[number] = job
    return found


class ByTeacher:
    """The teacher, asked for JSON. Rows are sent as wholes."""

    texts_apart = False

    def __init__(self, asker: Asker, spec: TranslationSpec, params: Translate, longest: int | None) -> None:
        """`longest`: the teacher's longest answer in tokens; a row beyond it is not sent. None: nothing is sent."""
        self._asker, self._spec, self._params, self._longest = asker, spec, params, longest
        self.counts = asker.counts

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
        again, problems = [], []
        for job in (job for job in jobs if job.row.id in sizes):
            loss = first.outcomes[job.row.id].found
            if isinstance(loss, Loss) and _worth_another(loss, sizes[job.row.id], ask_again=ask_again):
                again.append([job])
                problems.append("" if loss.reason in UNANSWERED else loss.detail)
        second = self._ask(again, problems)
        return Round(first.outcomes | second.outcomes | long, first.requests + second.requests)

    def _ask(self, own: Sequence[Sequence[RowSegments]], problems: Sequence[str]) -> Round:
        prompts = [prompt_for(batch, self._spec, told) for batch, told in zip(own, problems, strict=True)]
        answers = self._asker.ask_json(prompts, SCHEMA) if prompts else []
        outcomes = {
            job.row.id: Outcome(_read(job, number, set(numbers), asked, self._params), asked.request_id)
            for numbers, asked in zip(map(numbered, own), answers, strict=True)
            for number, job in numbers.items()
        }
        return Round(outcomes, Counter(asked.outcome for asked in answers))


def _worth_another(loss: Loss, size: int, *, ask_again: bool) -> bool:
    """Ask again alone where the company may be to blame, or where what is wrong can be said."""
    alone = size > 1 and loss.reason in (UNANSWERED | {"missing_row"}) - {"needs_model"}
    return alone or (ask_again and loss.reason not in UNANSWERED)


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
