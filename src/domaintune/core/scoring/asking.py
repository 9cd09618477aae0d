"""Asking a judge: the prompt of a spec, equal prompts once, and its scores: none is made up, none moved into range."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, get_args

from domaintune.core.paying.protocol import Message
from domaintune.core.records.judgment import Outcome
from domaintune.core.scoring.prose import read_prose
from domaintune.core.scoring.rubric import PairSpec
from domaintune.core.scoring.spec import REASON, ScoringSpec
from domaintune.core.sections.evaluation import Language
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import content_id
from domaintune.core.teacher.asking import Asked, Asker, Prompt
from domaintune.core.template import render

SAME: tuple[Outcome, ...] = get_args(Outcome)
OUTCOMES: Mapping[str, Outcome] = {one: one for one in SAME} | {"reasked": "repaired", "too_long": "failed"}
"""The asker's outcome → the recorded one."""
PAID = ("reasked", "answers_used", "prompt_tokens", "completion_tokens")
"""Of the asker's accounts: requests, calibration and repeats among them, where all else counts rows or verdicts."""

CONVERSATION = "conversation"
"""Context field of a spec: what was said before a later turn."""


def unscored(stage: str, name: str, outcome: Outcome, detail: str, row: Mapping[str, str]) -> Reject:
    """Return the reject of what could not be scored: for want of an answer it failed, otherwise it is rejected."""
    kind = "rejected" if outcome in ("unparsed", "needs_model") else "failed"
    return Reject.of(stage, name, "too_long" if outcome == "failed" else outcome, detail, row, kind=kind)


def prompt_for(
    spec: PairSpec | ScoringSpec, language: Language | None, shown: Mapping[str, Any], **values: Any
) -> Prompt:
    """Render a spec's prompt templates with what it names of the texts; before a first turn there is no conversation.

    The templates know `criteria`, `context`, `scale` (of two answers), `values`, and whether there is a `conversation`.
    The texts go in as JSON: an answer that contains a heading, a quote or an instruction stays in its string. The
    prompt's id is that of its messages: equal context is one request.
    """
    context: dict[str, Any] = {n: shown.get(n, "") for n in spec.context if n != CONVERSATION or n in shown}
    criteria = [criterion.model_dump() for criterion in spec.criteria]
    if isinstance(spec, PairSpec):
        templates = (spec.system, spec.user)
        values |= {"scale": sorted(spec.scale.items())}
    else:
        assert language is not None, "read_specs holds each rubric against its spec"
        templates = (spec.prompts[language].system, spec.prompts[language].user)
        for one in criteria:
            one |= {field: one[field][language] for field in ("title", "description")}
    values |= {"criteria": criteria, CONVERSATION: CONVERSATION in context}
    system = render(templates[0], **values).strip()
    as_json = json.dumps(context, ensure_ascii=False, indent=1)
    user = render(templates[1], context=as_json, **values).strip()
    messages = (Message("system", system), Message("user", user))
    facts = {"verdict": getattr(spec, "verdict", "scores"), **context}
    return Prompt(content_id(spec.name, system, user, length=32), messages, facts)


def ask(
    asker: Asker, spec: PairSpec | ScoringSpec, prompts: Iterable[Prompt], **reading: Any
) -> dict[str, Asked]:
    """Return what came of each prompt, by its id; equal prompts are asked once.

    `reading`, as for `Asker.ask_json`, is of two answers, which are never read out of prose.
    """
    if isinstance(spec, ScoringSpec):
        reading = {"tidy": partial(tidy_scores, spec), "prose": partial(read_prose, spec)}
    different = {prompt.id: prompt for prompt in prompts}
    asked = asker.ask_json(
        [different[name] for name in sorted(different)], schema=spec.reply_schema, **reading
    )
    return {one.id: one for one in asked}


def tidy_scores(spec: ScoringSpec, value: Any) -> Any:
    """Return the reply in the schema's spelling where its meaning is plain; anything else stays as it is.

    4.0, "4" and "4/5" (where 5 is the highest) are 4; keys that nobody asked for are dropped.
    """
    if not isinstance(value, Mapping):
        return value
    scores = {
        one.name: plain_score(value[one.name], one.highest) for one in spec.criteria if one.name in value
    }
    return {**({REASON: value[REASON]} if REASON in value else {}), **scores}


def read_scores(spec: ScoringSpec, value: Mapping[str, Any]) -> tuple[dict[str, float], str]:
    """Return scores and reason of a reply that matches the spec's schema, by its fields' names, never their order."""
    return {name: float(value[name]) for name in spec.names}, value[REASON].strip()


def plain_score(given: Any, highest: int) -> Any:
    """Return a score as a whole number where it is spelt as one, else as it is."""
    if isinstance(given, float) and given.is_integer():
        return int(given)
    if not isinstance(given, str):
        return given
    found = re.fullmatch(rf"\s*([0-9]{{1,3}})(?:\.0+)?(?:\s*/\s*{highest})?\s*", given)
    return int(found[1]) if found else given
