"""What a judge is asked about one text, and the scores in its reply: none is made up, none moved into its range."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from domaintune.core.paying.protocol import Message
from domaintune.core.records.judgment import Outcome
from domaintune.core.scoring.spec import REASON, ScoringSpec
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.core.teacher.asking import Prompt
from domaintune.core.template import render

OUTCOMES: Mapping[str, Outcome] = {
    "parsed": "parsed",
    "repaired": "repaired",
    "reasked": "repaired",
    "unparsed": "unparsed",
    "refused": "refused",
    "needs_model": "needs_model",
    "too_long": "failed",
}
"""The asker's outcome → the recorded one."""
PAID = ("reasked", "answers_used", "prompt_tokens", "completion_tokens")
"""Of the asker's accounts: requests, planted answers and repeats among them, where all else counts rows or verdicts."""

CONVERSATION = "conversation"
"""Material: what was said before a later turn."""


def unscored(stage: str, name: str, outcome: Outcome, detail: str, row: Mapping[str, str]) -> Reject:
    """Return the reject of what could not be scored: for want of an answer it failed, otherwise it is rejected."""
    kind = "failed" if outcome in ("refused", "failed") else "rejected"
    return Reject.of(stage, name, "too_long" if outcome == "failed" else outcome, detail, row, kind=kind)


def scoring_prompt(
    card: ScoringSpec, language: Language, material: Mapping[str, Any], **values: Any
) -> Prompt:
    """Render a card for one text, in the judge's language. Its templates know `criteria`, `context` and `values`."""
    criteria = [
        one.model_dump() | {"title": one.title[language], "description": one.description[language]}
        for one in card.criteria
    ]
    prompt = card.prompts[language]
    return prompt_of(
        card.name, "scores", (prompt.system, prompt.user), material, {"criteria": criteria, **values}
    )


def prompt_of(
    name: str,
    verdict: str,
    templates: tuple[str, str],
    material: Mapping[str, Any],
    values: Mapping[str, Any],
) -> Prompt:
    """Return the prompt, whose templates know too whether there is a `conversation` in the material. Its id is that of
    the messages: equal material is one request.

    The texts go in as JSON: an answer that contains a heading, a quote or an instruction stays in its string.
    """
    values = {CONVERSATION: CONVERSATION in material, **values}
    system = render(templates[0], **values).strip()
    shown = json.dumps(dict(material), ensure_ascii=False, indent=1)
    user = render(templates[1], context=shown, **values).strip()
    messages = (Message("system", system), Message("user", user))
    return Prompt(content_id(name, system, user, length=32), messages, {"verdict": verdict, **material})


class ScoreError(ValueError):
    """A reply has a score missing, out of its range or no whole number."""


class Scores(NamedTuple):
    """What a reply says of one text."""

    values: dict[str, int]
    """By criterion, in the card's order."""
    reason: str


def tidy_scores(card: ScoringSpec, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is.

    4.0, "4" and "4/5" (where 5 is the highest) are 4; keys that nobody asked for are dropped.
    """
    if not isinstance(value, Mapping):
        return value
    tidied = {REASON: value[REASON]} if REASON in value else {}
    for one in card.criteria:
        if one.name in value:
            tidied[one.name] = plain_score(value[one.name], one.highest)
    return tidied


def read_scores(card: ScoringSpec, value: Any) -> Scores:
    """Read a reply, by the names of its fields and never by their order.

    Raises:
        ScoreError: the reason or a score is missing, or a score is out of its range or no whole number; all that is
            wrong is named.
    """
    tidied = tidy_scores(card, value)
    if not isinstance(tidied, Mapping):
        raise ScoreError(f"expected a JSON object, got {type(value).__name__}")
    problems = [f"{name} missing" for name in (REASON, *card.names) if name not in tidied]
    if REASON in tidied and not isinstance(tidied[REASON], str):
        problems.append(f"{REASON}: expected text, got {shown(tidied[REASON])}")
    for one in card.criteria:
        given = tidied.get(one.name, one.lowest)
        if isinstance(given, bool) or not isinstance(given, int) or not one.lowest <= given <= one.highest:
            problems.append(f"{one.name}: expected {one.lowest} to {one.highest}, got {shown(given)}")
    if problems:
        raise ScoreError("; ".join(problems))
    return Scores({name: tidied[name] for name in card.names}, tidied[REASON].strip())


def scores_problem(card: ScoringSpec, value: Any) -> str | None:
    """Say why a reply cannot be read, or None when it can."""
    try:
        read_scores(card, value)
    except ScoreError as error:
        return str(error)
    return None


def plain_score(given: Any, highest: int) -> Any:
    """Return a score as a whole number where it is spelt as one, else as it is."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if not isinstance(given, str):
        return given
    found = re.fullmatch(rf"\s*([0-9]{{1,3}})(?:\.0+)?(?:\s*/\s*{highest})?\s*", given)
    return int(found[1]) if found else given


def shown(value: Any) -> str:
    """Return a value for a message."""
    return repr(value)[:100]
