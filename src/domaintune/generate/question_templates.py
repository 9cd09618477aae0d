"""Question templates of the extractive teacher, and the cue words by which it knows what a sentence is about."""

import re
from collections.abc import Mapping
from typing import NamedTuple


class Aspect(NamedTuple):
    """Something a text usually says in a sentence of its own."""

    name: str
    cue: re.Pattern[str] | None
    """None: the first sentence speaks of it, whatever it says."""
    templates: tuple[str, ...]

    def fits(self, sentence: str, at: int) -> bool:
        """Tell whether the sentence at this position speaks of the aspect."""
        return at == 0 if self.cue is None else self.cue.search(sentence) is not None


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_PROBLEM = _cue(
    r"current|currently|existing|conventional|today|problems?|limited|limitations?|lacks?|challenges?"
)
_RESULT = _cue(
    r"improve\w*|increas\w+|reduc\w+|lower\w*|benefits?|advantages?|enabl\w+|results?|allow\w*|cut|efficien\w+"
)
_METHOD = _cue(
    r"us(?:e|es|ing)|methods?|approach\w*|techniques?|innovation\w*|algorithms?|process\w*|based on|by means of"
)
_FIGURES = re.compile(r"\d")


class QuestionTemplates(NamedTuple):
    """What is asked about a kind of text, template by template; `about` is how a question names the text."""

    about: str
    nameless: str
    """`about` of a text without a title."""
    aspects: tuple[Aspect, ...]
    """A sentence goes to the first aspect it fits, so that narrow cues stand before wide ones."""
    title: tuple[str, ...]
    keywords: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    """Of sections that have questions of their own; the others are asked about by their label."""
    values: Mapping[str, tuple[str, ...]]
    """Of attributes, likewise."""


ANY_TEXT = QuestionTemplates(
    about="\u201c{title}\u201d",
    nameless="this text",
    aspects=(
        Aspect("subject", None, ("What is {about} about?", "How does {about} begin?")),
        Aspect(
            "problem",
            _PROBLEM,
            ("Which problem or limit does {about} name?", "What is difficult, according to {about}?"),
        ),
        Aspect(
            "result", _RESULT, ("Which effect does {about} state?", "What follows, according to {about}?")
        ),
        Aspect(
            "method",
            _METHOD,
            ("Which method or means does {about} name?", "How is it done, according to {about}?"),
        ),
        Aspect("figures", _FIGURES, ("Which figures does {about} give?", "Which values stand in {about}?")),
    ),
    title=("Which text says this? {sentence}", "What is the title of the text that says: {sentence}"),
    keywords=("What are the keywords of {about}?", "Which keywords describe {about}?"),
    sections={},
    values={},
)

PROJECT_RECORDS = QuestionTemplates(
    about="the project {title}",
    nameless="this project",
    aspects=(
        Aspect(
            "aim",
            None,
            ("What is the aim of {about}?", "What does {about} set out to do?", "What is {about} about?"),
        ),
        Aspect(
            "work",
            _cue(r"phase (?:i{1,3}|1|2|3|one|two)"),
            ("Which work is planned in {about}?", "What will the team do in {about}?"),
        ),
        Aspect(
            "problem",
            _PROBLEM,
            (
                "Which problem does {about} address?",
                "What is wrong with present solutions, according to {about}?",
            ),
        ),
        Aspect("result", _RESULT, ("What will {about} achieve?", "Which benefit does {about} expect?")),
        Aspect("method", _METHOD, ("Which method does {about} use?", "How does {about} approach its task?")),
        Aspect(
            "figures",
            _FIGURES,
            ("Which figures does {about} give?", "Which technical data are given for {about}?"),
        ),
    ),
    title=(
        "Which project is described by this sentence? {sentence}",
        "What is the title of the project that says: {sentence}",
    ),
    keywords=("What are the keywords of {about}?", "Which keywords describe {about}?"),
    sections={
        "nasa_applications": (
            "What are the NASA applications of {about}?",
            "How could NASA use the results of {about}?",
        ),
        "non_nasa_applications": (
            "What are the non-NASA applications of {about}?",
            "How could the results of {about} be used outside NASA?",
        ),
    },
    values={
        "firm": ("Which firm carries out {about}?",),
        "program": ("Under which program does {about} run?",),
        "phase": ("In which phase is {about}?",),
        "year": ("In which year was {about} awarded?",),
        "amount": ("How many dollars were awarded to {about}?",),
        "contract": ("What is the contract number of {about}?",),
    },
)

QUESTIONS = {"statements": ANY_TEXT, "aspects": PROJECT_RECORDS}
"""A task spec's `quotes` → its questions; `nothing` has none."""

SECTION = ("What is said about {label} in {about}?",)
VALUE = ("What is the {label} of {about}?",)
