# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Concepts that the text itself defines, in its own sentence.

English: `A heat pump is a device that …`, `… refers to …`, `… is defined as …`. Korean: `…(이)란 …이다`,
`…은(는) …을(를) 말한다`. A sentence that only looks like one (`This is a …`, `The aim is a …`) is left; what the text
does not define needs a model.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.core.seeds import derive_seed
from domaintune.core.stage.files import to_json
from domaintune.science.sentences import split_sentences

MAX_WORDS = 6
"""Of a term."""
_ENGLISH = (
    re.compile(
        r"(?P<article>An?|The)?\s?(?P<term>[A-Za-z][\w /-]*?(?: \([\w -]+\))?) (?:is|are) (?:an? |the )?[^,;]{3,80}?\b"
        r"(?:that|which|in which|by which|whose|used|made|consisting|composed|where)\b.{10,}",
    ),
    re.compile(
        r"(?P<article>An?|The)?\s?(?P<term>[A-Za-z][\w /-]*?(?: \([\w -]+\))?) "
        r"(?:refers? to|(?:is|are) defined as|(?:is|are) the term for) .{15,}"
    ),
)
_KOREAN = (
    re.compile(
        r"(?P<term>[^\s,].{0,40}?)(?:이란|란) .{10,}(?:이다|말한다|뜻한다|의미한다|가리킨다|입니다|합니다)\.?"
    ),
    re.compile(r"(?P<term>[^\s,].{0,40}?)[은는] .{10,}[을를] (?:말|뜻|의미)(?:한다|합니다)\.?"),
)
_NO_TERM = frozenset(
    """aim aims application approach approaches article challenge concept conclusion device effort focus goal goals idea
    innovation instrument it its method methods model motivation objective objectives one our paper phase plan
    problem process product program project proposal purpose research result results solution study such system
    task team technique technology that their there these they this those tool we what which work""".split()
)
"""First or last words of what is no term, or means something else in every text."""
_KOREAN_NO_TERM = re.compile(
    r"^(?:이|그|저|본|이것|그것|우리|여기)(?:\s|$)|(?:연구|논문|과제|방법|목적|목표)$"
)
_ASKED = {
    "en": ("What is {term}?", "Explain the concept of {term}.", "What is meant by {term}?"),
    "ko": ("{term}의 개념을 설명하십시오.", "{term}의 뜻은 무엇입니까?", "다음 개념을 설명하십시오: {term}"),
}


def definitions(material: Mapping[str, Any]) -> Reply | Failure:
    """Return a pair for each term that a sentence of the material defines, the first sentence of each."""
    language = material["language"].split("-")[0]
    if language not in _ASKED:
        return Failure("needs_model", f"it knows definitions in English and Korean, not in {language!r}")
    found: dict[str, str] = {}
    for text in material["fields"].values():
        for sentence in split_sentences(text):
            if term := defined(" ".join(sentence.split()), language):
                found.setdefault(term, " ".join(sentence.split()))
    if not found:
        return Failure("needs_model", "no sentence of the text defines a term")
    pairs = [
        {"question": _asked(_ASKED[language], term), "answer": sentence} for term, sentence in found.items()
    ]
    return Reply(to_json({"pairs": pairs[: material["pairs"]]}, indent=None), "stop", 0, 0)


def defined(sentence: str, language: str) -> str | None:
    """Return the term that a sentence defines, without its article, or None."""
    for pattern in _ENGLISH if language == "en" else _KOREAN:
        if (found := pattern.fullmatch(sentence)) and _is_term(term := found["term"].strip(), language):
            return term
    return None


def _is_term(term: str, language: str) -> bool:
    words = term.lower().split()
    if len(words) > MAX_WORDS:
        return False
    if language == "ko":
        return not _KOREAN_NO_TERM.search(term)
    return not {words[0], words[-1]} & _NO_TERM


def _asked(wordings: Sequence[str], term: str) -> str:
    return wordings[derive_seed(0, "definition", term) % len(wordings)].format(term=term)
