"""From a task's items to its instruction rows: what the source itself holds passes through, the rest is asked for."""

from collections.abc import Callable
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


def generate(
    asker: Asker, name: str, task: Task, spec: TaskSpec, chosen: PromptItems, *, max_reject_fraction: float
) -> GeneratedRows:
    """Pass on what the source holds, ask about the rest, and make rows of the answers."""
    pairs = spec.makes == "pairs"
    find = own_answer if spec.makes == "pass_through" else PRECOMPUTED[task.reads].get(spec.precomputed or "")
    held = {item.id: AnsweredItem(item, reply, "") for item in chosen.items if find and (reply := find(item))}
    asked_about = [item for item in chosen.items if item.id not in held]
    prompts = [prompt_for(item, spec, task.pairs or 1) for item in asked_about]
    answers = asker.ask_json(prompts, spec.reply_schema or {}, check=_has_pairs if pairs else None)
    answered, failed = [*held.values()], []
    for item, asked in zip(asked_about, answers, strict=True):
        if asked.value is None:
            kept = {"request_id": asked.request_id, "title": item.title}
            detail = f"{item.where}: {asked.detail}"
            failed.append(Reject.of("generate", asked.id, asked.outcome, detail, kept, kind="failed"))
        else:
            answered.append(AnsweredItem(item, asked.value, asked.request_id))
    requests = Accounts("generate", name, "requests")
    requests.rows_in, requests.kept = len(prompts), len(prompts) - len(failed)
    requests.lose(failed)
    requests.extra |= asker.counts()
    # what the offline teacher declines counts against it only where nothing at all is left
    aside = ("needs_model",) if answered else ()
    example = next((reject.detail for reject in failed if reject.reason not in aside), "")
    told = f" For example: {example}. {ADVICE}"
    requests.check_reject_fraction(max_reject_fraction, aside=aside, told=told)
    maker = Maker(name, task, spec)
    for given in answered:
        maker.add(given)
    accounts = Accounts("generate", name, "pairs" if pairs else "rows")
    accounts.rows_in = len(maker.instructions) + len(maker.rejects)
    accounts.kept, accounts.parts["requests"] = len(maker.instructions), requests
    accounts.lose(maker.rejects)
    accounts.extra |= chosen.counts | ({} if pairs else {"passed": len(held)})
    accounts.check_reject_fraction(max_reject_fraction)
    return GeneratedRows(maker.instructions, failed + maker.rejects, accounts)


def _has_pairs(value: Any) -> str | None:
    return None if value["pairs"] else "`pairs` is empty; at least one question with its answer is needed"
