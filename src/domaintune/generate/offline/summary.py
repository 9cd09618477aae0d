"""A summary in a sentence of the text itself, with the compounds that are named."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from domaintune.core.paying.protocol import Failure
from domaintune.science.chemistry.compounds import find_compounds
from domaintune.science.limits import count_sentences, count_words
from domaintune.science.sentences import split_sentences

FEWEST_WORDS = 8
LATEST = 60
"""Characters into a sentence at which a cue still says what the sentence is."""

# What authors begin their own findings with; of several, the first kind in this order is the summary.
CUES = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"(?:here(?:in)?|in this (?:work|study|paper|article|contribution|report))\b.{0,40}?\bwe|we (?:here(?:in)?)",
        r"^(?:here(?:in)?|in this (?:work|study|paper|article|contribution|report))",
        r"we (?:report|prepared?|present|introduce|propose|develop(?:ed)?|describe|demonstrated?|show(?:ed)?)",
        r"(?:this|the present) (?:work|study|paper|article|review|thesis|report)",
        r"(?:our|the) (?:results|findings|work|study|approach|method)",
        r"(?:is|are|was|were) (?:reported|presented|developed|prepared|synthesi[sz]ed|investigated|described|studied)",
    )
)


def summary(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return the sentence that says most plainly what was done, else the first, and the compounds of the whole."""
    longest = material["limits"].get("summary", {}).get("max_words")
    sentences = [" ".join(sentence.split()) for sentence in split_sentences(material["text"])]
    fitting = [sentence for sentence in sentences if _fits(sentence, longest)]
    if not fitting:
        return Failure("needs_model", "no sentence of the text has the length of a summary")
    return {"summary": _telling(fitting), "compounds": find_compounds(material["sent"])}


def plain_summary(material: Mapping[str, Any]) -> dict[str, Any] | Failure:
    """Return the telling sentence alone. Its cues are English, and another plain text than a summary needs a model."""
    if "summary" not in material["limits"]:
        return Failure("needs_model", "the extractive teacher quotes a summary, it cannot write another text")
    if not material["language"].startswith("en"):
        return Failure(
            "needs_model", f"it knows English summaries, the document is in {material['language']!r}"
        )
    found = summary(material)
    return found if isinstance(found, Failure) else {"summary": found["summary"]}


def _fits(sentence: str, longest: int | None) -> bool:
    words = count_words(sentence)
    return FEWEST_WORDS <= words <= (longest or words) and count_sentences(sentence) == 1


def _telling(sentences: Sequence[str]) -> str:
    for cue in CUES:
        for sentence in sentences:
            if (found := cue.search(sentence)) and found.start() <= LATEST:
                return sentence
    return sentences[0]
