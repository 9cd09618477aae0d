"""From a task's items to its instruction rows: what the source itself holds passes through, the rest is asked for."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, NamedTuple

from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.question import Question
from domaintune.core.sections.data import Task
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.teacher.asking import Asker
from domaintune.generate.grounding import occurs_as_term
from domaintune.generate.making import AnsweredItem, Maker
from domaintune.generate.normalisers import shown_option
from domaintune.generate.params import TaskSpec
from domaintune.generate.prompts import PromptItem, PromptItems, prompt_for

ENOUGH = 3
"""Keywords of the authors that occur in the text; with fewer, a teacher is asked."""
MARGIN = 1.1
"""Of the items that are asked about for the rows that are still missing."""
ENOUGH_ASKED = 20
"""Requests from which the share of the lost says something."""
BEYOND = "beyond_want"
"""Why good rows are left aside where so many are wanted as were kept: it counts on neither side of the gate."""

ADVICE = (
    "Answers are kept in the ledger; a teacher that writes JSON (see `teacher` in params.yaml) is needed for "
    "this task."
)
KOREAN = {"Q1": "summary_ko", "Q2": "purpose_ko", "Q3": "result_ko"}
"""Reply field → section of the document."""

Answer = dict[str, Any]


def explanation(item: PromptItem) -> Answer | None:
    """Return key and explanation of an exam question that has one; nothing is paid for one that has no valid key."""
    question = item.record
    assert isinstance(question, Question)
    if not question.right:
        return {"Answer": "", "Explanation": ""}
    if not question.explanation.strip():
        return None
    at = question.right[0]
    return {"Answer": shown_option(question.options[at - 1], at), "Explanation": question.explanation}


def keywords(item: PromptItem) -> Answer | None:
    """Return the authors' keywords that occur in the text, if they are enough."""
    assert isinstance(item.record, Document)
    found = [word for word in item.record.keywords if occurs_as_term(word, item.text)]
    return {"keywords": found} if len(found) >= ENOUGH else None


def korean_summary(item: PromptItem) -> Answer | None:
    """Return Korean summary, purpose and result, if the document has all three as sections."""
    assert isinstance(item.record, Document)
    found = {field: item.record.section(name) or "" for field, name in KOREAN.items()}
    return found if all(text.strip() for text in found.values()) else None


def own_answer(item: PromptItem) -> Answer:
    """Return an open question's answer, or the right options of one with options and what explains them."""
    question = item.record
    assert isinstance(question, Question)
    right = [shown_option(question.options[at - 1], at) for at in question.right]
    texts = "; ".join(question.options[at - 1] for at in question.right)
    return {
        "answer": texts or question.answer,
        "Answer": right[0] if right else "",
        "Explanation": question.explanation,
    }


PRECOMPUTED: dict[str, dict[str, Callable[[PromptItem], Answer | None]]] = {
    "documents": {"keywords": keywords, "korean_summary": korean_summary},
    "questions": {"explanation": explanation},
}
"""What a task reads → what its spec may say of `precomputed`: where an answer is looked for that needs no request."""


class GeneratedRows(NamedTuple):
    """What the stage writes."""

    instructions: list[Instruction]
    rejects: list[Reject]
    accounts: Accounts


class Waves:
    """Passes on what the source holds, asks about the rest, and makes rows of the answers, wave by wave of items."""

    def __init__(self, asker: Asker, name: str, task: Task, spec: TaskSpec, most: float) -> None:
        """`most`: the largest share that may be lost."""
        self._asker, self._task, self._spec, self._most = asker, task, spec, most
        self.maker = Maker(name, task, spec)
        self.failed: list[Reject] = []
        self.asked = self.passed = 0
        """Items asked about, and those that the source holds an answer to."""

    def add(self, items: Sequence[PromptItem]) -> None:
        """Make the rows of some items."""
        spec, reads = self._spec, self._task.reads
        find = own_answer if spec.makes == "pass_through" else PRECOMPUTED[reads].get(spec.precomputed or "")
        held = {item.id: reply for item in items if find and (reply := find(item))}
        prompts = [prompt_for(item, spec, self._task.pairs or 1) for item in items if item.id not in held]
        check = _has_pairs if spec.makes == "pairs" else None
        answers = {one.id: one for one in self._asker.ask_json(prompts, spec.reply_schema or {}, check=check)}
        self.asked, self.passed = self.asked + len(prompts), self.passed + len(held)
        for item in items:
            if item.id in held:
                self.maker.add(AnsweredItem(item, held[item.id], ""))
            elif (asked := answers[item.id]).value is not None:
                self.maker.add(AnsweredItem(item, asked.value, asked.request_id))
            else:
                kept = {"request_id": asked.request_id, "title": item.title}
                detail = f"{item.where}: {asked.detail}"
                lost = Reject.of("generate", asked.id, asked.outcome, detail, kept, kind="failed")
                self.failed.append(lost)

    def next(self, done: int, left: int) -> int:
        """Return how many further items to ask about, of those left: what was kept so far says how many it takes."""
        want, kept = self._task.want, len(self.maker.instructions)
        if want is None:
            return left
        if kept >= want or self._hopeless():
            return 0
        if not done:
            return min(left, ceil(want / (self._task.pairs or 1)))
        # what a few items gave is no good estimate: never more than were asked about before
        return min(left, done, ceil((want - kept) * done / kept * MARGIN) if kept else done)

    def _hopeless(self) -> bool:
        """Tell whether so much is lost that the gate will close: a teacher that cannot do it is not paid on."""
        lost = sum(one.reason != "needs_model" for one in self.failed)
        wrong = sum(one.kind == "rejected" for one in self.maker.rejects)
        rows, share = len(self.maker.rejects) + len(self.maker.instructions), (1 + self._most) / 2
        return self.asked >= ENOUGH_ASKED and (lost > share * self.asked or wrong > share * rows)

    def requests(self, name: str) -> Accounts:
        """Return the checked accounting of the requests."""
        found = Accounts("generate", name, "requests")
        found.rows_in, found.kept = self.asked, self.asked - len(self.failed)
        found.lose(self.failed)
        found.extra |= self._asker.counts()
        # what the offline teacher declines counts against it only where nothing at all is left
        aside = ("needs_model",) if found.kept + self.passed else ()
        example = next((reject.detail for reject in self.failed if reject.reason not in aside), "")
        found.check_reject_fraction(self._most, aside=aside, told=f" For example: {example}. {ADVICE}")
        return found


def generate(
    asker: Asker, name: str, task: Task, spec: TaskSpec, chosen: PromptItems, *, max_reject_fraction: float
) -> GeneratedRows:
    """Make the task's rows: of all its items, or of as many as give the rows that are wanted."""
    waves, done, pairs = Waves(asker, name, task, spec, max_reject_fraction), 0, spec.makes == "pairs"
    while size := waves.next(done, len(chosen.items) - done):
        waves.add(chosen.items[done : done + size])
        done += size
    requests, made = waves.requests(name), waves.maker
    rows, rejects = made.instructions[: task.want], [*made.rejects]
    for row in made.instructions[len(rows) :]:
        told = f"document {row.document_id}: {task.want} rows are wanted"
        rejects.append(Reject.of("generate", row.id, BEYOND, told, row))
    accounts = Accounts("generate", name, "pairs" if pairs else "rows")
    accounts.rows_in, accounts.kept = len(made.instructions) + len(made.rejects), len(rows)
    accounts.parts["requests"] = requests
    accounts.lose(rejects)
    accounts.extra |= chosen.counts | ({} if pairs else {"passed": waves.passed})
    if task.want:
        accounts.extra |= {"wanted": task.want, "items": len(chosen.items), "items_used": done}
    accounts.check_reject_fraction(max_reject_fraction, aside=(BEYOND,))
    return GeneratedRows(rows, waves.failed + rejects, accounts)


def _has_pairs(value: Any) -> str | None:
    return None if value["pairs"] else "`pairs` is empty; at least one question with its answer is needed"
