"""The offline teacher: it quotes a text's own sentences as answers, and declines what needs a model.

It invents nothing, and asks in English only. It is given one JSON object: language, title, text (for context), fields
(name to text), pairs (how many to write) and quotes (which question templates).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.seeds import derive_seed, unit_interval
from domaintune.core.stage.files import to_json
from domaintune.generate.question_templates import QUESTIONS, SECTION, VALUE, QuestionTemplates
from domaintune.science.sentences import split_sentences

ANSWER_CHARS = 400
"""A quoted section ends with the sentence that passes this length."""

MIN_WORDS = 4
"""Of a sentence that answers a question about the text."""

QuotedPair = dict[str, str]
"""`question` and its quoted `answer`."""


class Extractive:
    """A teacher without a model."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its answer, or with the reason why a model is needed."""
        for request in requests:
            yield request, answer(json.loads(request.messages[0].content))


def answer(context: Mapping[str, Any]) -> Reply | Failure:
    """Write pairs about one document; a context with `writes` asks for something else than pairs."""
    if shape := context.get("writes"):
        return Failure("needs_model", f"the extractive teacher quotes pairs, it cannot write a {shape}")
    if context["quotes"] == "nothing":
        return Failure("needs_model", "the extractive teacher quotes, it cannot make up what to ask")
    language: str = context["language"]
    fields: dict[str, str] = context["fields"]
    if not language.startswith("en"):
        return Failure(
            "needs_model", f"the extractive teacher asks in English, the document is in {language!r}"
        )
    asks = QUESTIONS[context["quotes"]]
    about = asks.about.format(title=context["title"]) if context["title"] else asks.nameless
    by_field = [_pairs(asks, name, value, about, context["text"]) for name, value in fields.items()]
    # every field is asked about before one is asked about twice
    in_turn = [pair for pairs in zip_longest(*by_field) for pair in pairs if pair is not None]
    if not in_turn:
        return Failure("needs_model", f"nothing to quote in {', '.join(fields)}")
    return Reply(to_json({"pairs": in_turn[: context["pairs"]]}, indent=None), "stop", 0, 0)


def _pairs(asks: QuestionTemplates, field: str, value: str, about: str, text: str) -> list[QuotedPair]:
    """Return all pairs a field gives, the one to use first at the front."""
    if field == "text":
        return _aspects(asks, value, about)
    sentences = split_sentences(value)
    if field == "title":
        return [_pair(asks.title, value, value, sentence=one) for one in split_sentences(text)[:1]]
    if field == "keywords":
        words = ", ".join(word.strip() for word in value.split(";"))
        return [_pair(asks.keywords, about, f"The keywords are {words}.", about=about)]
    if field in asks.values:
        return [_pair(asks.values[field], about, value, about=about)]
    if field in asks.sections:
        return [_pair(asks.sections[field], about, _quote(sentences), about=about)]
    label = field.replace("_", " ")
    templates = SECTION if len(sentences) > 1 else VALUE
    return [_pair(templates, about + field, _quote(sentences), about=about, label=label)]


def _aspects(asks: QuestionTemplates, text: str, about: str) -> list[QuotedPair]:
    """Return a pair for each aspect that a sentence speaks of, in an order that varies by text."""
    sentences = split_sentences(text)
    # Headings and stray letters are no answers, unless there is nothing else.
    sentences = [sentence for sentence in sentences if len(sentence.split()) >= MIN_WORDS] or sentences
    found: dict[str, QuotedPair] = {}
    for at, sentence in enumerate(sentences):
        for aspect in asks.aspects:
            if aspect.name not in found and aspect.fits(sentence, at):
                found[aspect.name] = _pair(aspect.templates, about, sentence, about=about)
                break
    return [found[name] for name in sorted(found, key=lambda name: unit_interval(0, "aspect", name, about))]


def _quote(sentences: Sequence[str]) -> str:
    """Return whole sentences from the start, until they pass ANSWER_CHARS."""
    quoted: list[str] = []
    for sentence in sentences:
        quoted.append(sentence)
        if sum(map(len, quoted)) > ANSWER_CHARS:
            break
    return " ".join(quoted)


def _pair(templates: Sequence[str], name: str, quoted: str, **given: str) -> QuotedPair:
    template = templates[derive_seed(0, "wording", name) % len(templates)]
    return {"question": template.format(**given), "answer": quoted}
