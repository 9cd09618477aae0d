"""Questions about a text, answered with the text's own sentences.

Its material: language, title, text (for context), fields (name to text), pairs (how many to write) and quotes (the key
of its questions in `wordings.py`). It asks in English only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.core.seeds import derive_seed, unit_interval
from domaintune.core.stage.files import to_json
from domaintune.generate.offline.wordings import QUESTIONS, SECTION, VALUE, Questions
from domaintune.science.sentences import split_sentences

ANSWER_CHARS = 400
"""A quoted section ends with the sentence that passes this length."""

MIN_WORDS = 4
"""Of a sentence that answers a question about the text."""


class Pair(NamedTuple):
    """One question and its quoted answer."""

    question: str
    answer: str


def answer(material: Mapping[str, Any]) -> Reply | Failure:
    """Write pairs about one piece of material."""
    language: str = material["language"]
    title: str = material["title"]
    fields: dict[str, str] = material["fields"]
    if not language.startswith("en"):
        return Failure(
            "needs_model", f"the extractive teacher asks in English, the document is in {language!r}"
        )
    asks = QUESTIONS[material["quotes"]]
    about = asks.about.format(title=title) if title else asks.nameless
    by_field = [_pairs(asks, name, value, about, material["text"]) for name, value in fields.items()]
    found = _in_turn(by_field)[: material["pairs"]]
    if not found:
        return Failure("needs_model", f"nothing to quote in {', '.join(fields)}")
    return Reply(to_json({"pairs": [pair._asdict() for pair in found]}, indent=None), "stop", 0, 0)


def _pairs(asks: Questions, field: str, value: str, about: str, text: str) -> list[Pair]:
    """Return all pairs a field gives, the one to use first at the front."""
    if field == "text":
        return _aspects(asks, value, about)
    if field == "title":
        first = split_sentences(text)[:1]
        return [Pair(_worded(asks.title, value, sentence=first[0]), value)] if first else []
    if field == "keywords":
        words = ", ".join(word.strip() for word in value.split(";"))
        return [Pair(_worded(asks.keywords, about, about=about), f"The keywords are {words}.")]
    if field in asks.values:
        return [Pair(_worded(asks.values[field], about, about=about), value)]
    label = field.replace("_", " ")
    quoted = _quote(value)
    if field in asks.sections:
        return [Pair(_worded(asks.sections[field], about, about=about), quoted)]
    wordings = SECTION if len(split_sentences(value)) > 1 else VALUE
    return [Pair(_worded(wordings, about + field, about=about, label=label), quoted)]


def _aspects(asks: Questions, text: str, about: str) -> list[Pair]:
    """Return a pair for each aspect that a sentence speaks of, in an order that varies by text."""
    sentences = split_sentences(text)
    # Headings and stray letters are no answers, unless there is nothing else.
    sentences = [sentence for sentence in sentences if len(sentence.split()) >= MIN_WORDS] or sentences
    found: dict[str, Pair] = {}
    for at, sentence in enumerate(sentences):
        for aspect in asks.aspects:
            if aspect.name not in found and aspect.fits(sentence, at):
                found[aspect.name] = Pair(_worded(aspect.wordings, about, about=about), sentence)
                break
    return [found[name] for name in sorted(found, key=lambda name: unit_interval(0, "aspect", name, about))]


def _quote(text: str) -> str:
    """Return whole sentences from the start, until they pass ANSWER_CHARS."""
    quoted: list[str] = []
    for sentence in split_sentences(text):
        quoted.append(sentence)
        if sum(map(len, quoted)) > ANSWER_CHARS:
            break
    return " ".join(quoted)


def _worded(wordings: Sequence[str], name: str, **given: str) -> str:
    return wordings[derive_seed(0, "wording", name) % len(wordings)].format(**given)


def _in_turn(lists: Sequence[list[Pair]]) -> list[Pair]:
    """Return first elements first, so that every field is asked about before one is asked about twice."""
    longest = max((len(pairs) for pairs in lists), default=0)
    return [pairs[at] for at in range(longest) for pairs in lists if at < len(pairs)]
