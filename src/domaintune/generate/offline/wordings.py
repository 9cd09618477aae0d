"""How the extractive teacher asks: wordings, and the words by which it knows what a sentence is about."""

import re
from typing import NamedTuple


class Aspect(NamedTuple):
    """Something an abstract usually says in a sentence of its own."""

    name: str
    cue: re.Pattern[str]
    wordings: tuple[str, ...]
    first_only: bool = False
    """Only the first sentence counts, whatever it says."""

    def fits(self, sentence: str, at: int) -> bool:
        """Tell whether the sentence at this position speaks of the aspect."""
        return at == 0 if self.first_only else self.cue.search(sentence) is not None


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


# A sentence goes to the first aspect it fits, so that narrow cues stand before wide ones.
ASPECTS = (
    Aspect(
        "aim",
        _cue("."),
        ("What is the aim of {about}?", "What does {about} set out to do?", "What is {about} about?"),
        first_only=True,
    ),
    Aspect(
        "work",
        _cue(r"phase (?:i{1,3}|1|2|3|one|two)"),
        ("Which work is planned in {about}?", "What will the team do in {about}?"),
    ),
    Aspect(
        "problem",
        _cue(
            r"current|currently|existing|conventional|today|problems?|limited|limitations?|lacks?|challenges?"
        ),
        (
            "Which problem does {about} address?",
            "What is wrong with present solutions, according to {about}?",
        ),
    ),
    Aspect(
        "result",
        _cue(
            r"improve\w*|increas\w+|reduc\w+|lower\w*|benefits?|advantages?|enabl\w+|results?|"
            r"allow\w*|cut|efficien\w+"
        ),
        ("What will {about} achieve?", "Which benefit does {about} expect?"),
    ),
    Aspect(
        "method",
        _cue(
            r"us(?:e|es|ing)|methods?|approach\w*|techniques?|innovation\w*|algorithms?|"
            r"process\w*|based on|by means of"
        ),
        ("Which method does {about} use?", "How does {about} approach its task?"),
    ),
    Aspect(
        "figures",
        re.compile(r"\d"),
        ("Which figures does {about} give?", "Which technical data are given for {about}?"),
    ),
)

TITLE = (
    "Which project is described by this sentence? {sentence}",
    "What is the title of the project that says: {sentence}",
)
KEYWORDS = ("What are the keywords of {about}?", "Which keywords describe {about}?")

SECTIONS = {
    "nasa_applications": (
        "What are the NASA applications of {about}?",
        "How could NASA use the results of {about}?",
    ),
    "non_nasa_applications": (
        "What are the non-NASA applications of {about}?",
        "How could the results of {about} be used outside NASA?",
    ),
}

VALUES = {
    "firm": ("Which firm carries out {about}?",),
    "program": ("Under which program does {about} run?",),
    "phase": ("In which phase is {about}?",),
    "year": ("In which year was {about} awarded?",),
    "amount": ("How many dollars were awarded to {about}?",),
    "contract": ("What is the contract number of {about}?",),
}

SECTION = ("What is said about {label} in {about}?",)
VALUE = ("What is the {label} of {about}?",)
