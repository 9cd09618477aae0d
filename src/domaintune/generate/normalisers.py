"""Normalisers: the shape of a teacher's reply, checked and written as the answer of a training row."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domaintune.core.records.question import Question
from domaintune.core.stage.accounting import Loss
from domaintune.generate.answers import CleanAnswer, clean, is_absent
from domaintune.generate.card import TaskCard
from domaintune.generate.prompt_items import PromptItem
from domaintune.generate.property_table import property_table
from domaintune.science.chemistry.chemical_names import display_name, normalise_name
from domaintune.science.choices.answer_text import read_answer
from domaintune.science.choices.choice_text import LABELS

ABSENT = "N/A"
SEPARATOR = "; "  # a comma stands inside names: 2,3-butanediol


def record(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return the answers as JSON in the order of the schema; an empty one is a loss unless it is optional."""
    del unit
    cleaned = {field: clean(reply.get(field, "")) for field in card.reply_fields}
    for field, text in cleaned.items():
        if not text and field not in (card.optional or ()):
            return Loss("empty_answer", f"{field} is empty")
    filled = {field: text for field, text in cleaned.items() if text}
    return CleanAnswer(filled, json.dumps(filled, ensure_ascii=False))


def record_or_absent(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return the answers as JSON; every way to say that there is none becomes N/A, the study's word for it.

    Source: the chemistry study, Table 3.
    """
    del unit
    cleaned = {field: clean(reply.get(field, "")) for field in card.reply_fields}
    told = {field: ABSENT if is_absent(text) else text for field, text in cleaned.items()}
    return CleanAnswer(told, json.dumps(told, ensure_ascii=False))


def plain(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return the text of a reply with one field as it stands."""
    del unit
    (field,) = card.reply_fields
    text = clean(reply[field])
    return CleanAnswer({field: text}, text) if text else Loss("empty_answer", f"{field} is empty")


def summary_compounds(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return a summary and its numbered compounds in the study's form.

    Source: the chemistry study, Table 1: `Summary: …` and `Chemnames: {0: "…", 1: "…"}`.
    """
    del unit, card
    summary = " ".join(clean(reply["summary"]).split())
    if not summary:
        return Loss("empty_answer", "summary is empty")
    compounds = distinct(reply["compounds"])
    numbered = ", ".join(f"{at}: {json.dumps(name, ensure_ascii=False)}" for at, name in enumerate(compounds))
    output = f"Summary: {summary}\nChemnames: {{{numbered}}}"
    return CleanAnswer({"summary": summary, "compounds": compounds}, output)


def keywords(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return keywords on one line."""
    del unit, card
    found = distinct(word.strip(" .;,") for word in reply["keywords"])
    return (
        CleanAnswer({"keywords": found}, SEPARATOR.join(found))
        if found
        else Loss("empty_answer", "no keyword")
    )


def distinct(names: Iterable[str]) -> list[str]:
    """Return names cleaned for display, each once whatever its spelling, in order; those that say nothing go."""
    found: dict[str, str] = {}
    for name in names:
        shown = display_name(clean(name))
        if shown and not is_absent(shown):
            found.setdefault(normalise_name(shown), shown)
    return list(found.values())


def exam_answer(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return answer and explanation in the study's form, if the answer is the key.

    An explanation of a wrong answer would teach the mistake, so that the row is lost with it.
    Source: the chemistry study, Table 5: {'Answer': ② 0.01, 'Explanation': …}.
    """
    question = unit.record
    assert isinstance(question, Question)
    options = question.options
    if not question.right:
        return Loss("no_options", f"{len(options)} options with the answer {question.answer!r}")
    told = read_answer(clean(reply["Answer"]), len(options), options)
    if told is None:
        return Loss("unreadable_answer", f"{reply['Answer']!r} names no option")
    if told not in question.right:
        return Loss("wrong_answer", f"{reply['Answer']!r} is option {told}, the key is {question.answer}")
    explanation = clean(reply.get("Explanation", ""))
    if not explanation and "Explanation" not in (card.optional or ()):
        return Loss("empty_answer", "Explanation is empty")
    row = {"Answer": shown_option(options[told - 1], told)} | (
        {"Explanation": explanation} if explanation else {}
    )
    return CleanAnswer(row, json.dumps(row, ensure_ascii=False))


def own_answer(reply: Mapping[str, Any], unit: PromptItem, card: TaskCard) -> CleanAnswer | Loss:
    """Return a question's own answer as it stands."""
    del unit, card
    answer = clean(reply["answer"])
    return CleanAnswer({"answer": answer}, answer) if answer else Loss("empty_answer", "the answer is empty")


def shown_option(text: str, at: int) -> str:
    """Return an option behind its label, `② 0.01` for the second."""
    return f"{LABELS[at - 1]} {clean(text)}"


Normaliser = Callable[[Mapping[str, Any], PromptItem, TaskCard], CleanAnswer | Loss]

NORMALISERS: dict[str, Normaliser] = {
    "exam_answer": exam_answer,
    "keywords": keywords,
    "own_answer": own_answer,
    "plain": plain,
    "property_table": property_table,
    "record": record,
    "record_or_absent": record_or_absent,
    "summary_compounds": summary_compounds,
}

FIELDS = {
    "exam_answer": {"Answer", "Explanation"},
    "keywords": {"keywords"},
    "own_answer": set[str](),
    "plain": set[str](),
    "property_table": {"readings"},
    "record": set[str](),
    "record_or_absent": set[str](),
    "summary_compounds": {"summary", "compounds"},
}
"""Reply fields a normaliser needs to find in the schema."""
