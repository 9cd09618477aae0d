"""What a judge is sent about one text: the card's prompt in a language, and the texts as JSON."""

import json
from collections.abc import Mapping
from typing import Any

from domaintune.core.paying.protocol import Message
from domaintune.core.scoring.card import ScoringCard
from domaintune.core.sections.rubrics import Language
from domaintune.core.stage.files import content_id
from domaintune.core.teacher.asking import Prompt
from domaintune.core.template import render

CONVERSATION = "conversation"
"""Material: what was said before a later turn."""


def scoring_prompt(
    card: ScoringCard, language: Language, material: Mapping[str, Any], **values: Any
) -> Prompt:
    """Render a card for one text, in the judge's language. Its templates know `criteria`, `material` and `values`."""
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
    user = render(templates[1], material=shown, **values).strip()
    messages = (Message("system", system), Message("user", user))
    return Prompt(content_id(name, system, user, length=32), messages, {"verdict": verdict, **material})
