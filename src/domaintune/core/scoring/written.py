"""Numbers that are written as scores, in double brackets, after a label, with their scale or alone; and the labels."""

import re
from collections.abc import Callable, Iterator, Sequence

from domaintune.core.scoring.spec import ScoredCriterion, ScoringSpec

OVERALL = ("overall", "total", "average", "final", "종합", "총점", "총평", "평균", "전체", "합계")
"""Words with which a score of the whole begins; what follows one belongs to no criterion."""


def labels_of(spec: ScoringSpec) -> tuple[str, Callable[[str], str | None]]:
    """Return a pattern of all labels, longest first, and whose label a match is; None: of the whole."""
    names: dict[str, str | None] = {alias: one.name for one in spec.criteria for alias in aliases(one)}
    patterns: dict[str, str | None] = {
        r"[\s_-]*".join(map(re.escape, alias.split())): name
        for alias, name in (names | dict.fromkeys(OVERALL)).items()
    }
    labels = "|".join(sorted(patterns, key=len, reverse=True))

    def named(label: str) -> str | None:
        return next(name for one, name in patterns.items() if re.fullmatch(one, label, re.IGNORECASE))

    return labels, named


def aliases(one: ScoredCriterion) -> tuple[str, ...]:
    """Return what a criterion is called: its name and its title in each language."""
    return tuple(dict.fromkeys((one.name.replace("_", " "), *one.title.values())))


NUMBER = r"(?P<n>[-\u2212]?\d+(?:[.,]\d+)?)"
RANGE = r"(?P<to>\s*(?:[-–~]|to)\s*\d+)?"
OF = r"만점\s*(?:중에서|중|에서|에|의|기준)?|중에서|중|가운데"
MORE = r"[ \t]*[-–—~\u2212][ \t]*\d"
"""A number that is deducted from the one before, or the other end of a range."""
SCALE = rf"(?P<scale>\s*(?:/|out\s+of)\s*(?P<of>\d+)|\s*점(?!\s*(?:{OF}|에서)|{MORE}[\d.]*\s*점))"
LABELS = ("score", "scores", "rating", "grade", "rate", "rated", "점수", "평점", "평가", "총점", "별점")
GLUE = (
    r"(?:[\s:=>|,\"'(\[–—]|-(?!\d)|은|는|이|가|의|에|를|을|점수|평점|score|rating|grade|"
    r"\b(?:is|of|an?|it|this|the|answer|response|as|at|gets|receives|deserves|would|should|be)\b){0,14}?"
)
ENDS = rf"(?!{MORE})(?=\s*(?:$|[.;:,)\]}}|\"'!\n–—(<]|-\s|입니다|이다|으로))"
IN_BRACKETS = re.compile(rf"\[\[\s*{NUMBER}{RANGE}(?:{SCALE})?\s*\]\]")
WITH_SCALE = re.compile(
    rf"(?P<full>\d+)\s*점?\s*(?:{OF})\s*(?P<m>-?\d+(?:\.\d+)?)\s*점?"
    rf"|(?<![\d.,/]){NUMBER}\s*(?:/|out\s+of)\s*(?P<of>\d+)(?![\d/])"
    r"|(?<![\d.,/~–—\-\u2212])(?P<given>\d+(?:\.\d+)?)\s*점"
    r"(?=입니다|이다|을\s*(?:줍니다|주겠|드립니다|드리겠|부여합니다|부여하겠)|으로\s*(?:평가|채점)|\s*$)"
)
ALONE = re.compile(rf"[^\w\-\u2212]*{NUMBER}(?:{SCALE})?\W*")
ALONE_TWICE = re.compile(r"\s*(\d+(?:\.\d+)?)(?:[\s,;]+(\d+(?:\.\d+)?))+\s*")


Label = tuple[str, ...] | None
"""What a score is called where it is read: any of these names or the general words (score, rating, 점수 …).

None: the text stands behind its label."""


def written_scores(texts: Sequence[str], label: Label, highest: int) -> list[str]:
    """Return the different scores in some texts about one thing, in the order found, as they are written.

    Double brackets go before all else: nothing but a verdict is written so. Then a score with its scale that follows
    the label, with which all behind it must agree that have one too; then any with its scale together with bare ones
    after the label, which must agree.
    """
    cleaned = [_without_ranges(text, highest) for text in texts]
    ways = (
        [as_written(match, highest) for text in cleaned for match in IN_BRACKETS.finditer(text)],
        [score for text in cleaned for score in _labelled_with_scale(text, label, highest)],
        [
            score
            for text in cleaned
            for score in (
                *_with_scale(text, highest),
                *(as_written(match, highest) for match in _labelled(text, label, rf"{NUMBER}{RANGE}{ENDS}")),
            )
        ],
        [score for text in cleaned for score in _alone(text, highest)],
    )
    return list(dict.fromkeys(next((way for way in ways if way), [])))


def _labelled_with_scale(text: str, label: Label, highest: int) -> Iterator[str]:
    """Yield the numbers with their scale that directly follow the label, and all with theirs behind the first."""
    if found := _labelled(text, label, rf"{NUMBER}{RANGE}{SCALE}"):
        yield from (as_written(match, highest) for match in found)
        yield from _with_scale(text, highest, found[0].end())


def _labelled(text: str, label: Label, tail: str) -> list[re.Match[str]]:
    """Return where something of this pattern directly follows the label."""
    if label is None:
        return [match] if (match := re.match(GLUE + tail, text, re.IGNORECASE)) else []
    names = "|".join(re.escape(name) for name in (*label, *LABELS))
    pattern = rf"(?<![^\W_])(?:{names})(?![A-Za-z]){GLUE}{tail}"
    return list(re.finditer(pattern, text, re.IGNORECASE))


def _with_scale(text: str, highest: int, start: int = 0) -> Iterator[str]:
    """Yield numbers on the wanted scale: 8/10, 8 out of 10, 10점 만점에 8점; others count something else."""
    for match in WITH_SCALE.finditer(text, start):
        if (match["full"] or match["of"] or str(highest)) == str(highest):
            yield match["m"] or match["n"] or match["given"]


def _alone(text: str, highest: int) -> list[str]:
    if match := ALONE.fullmatch(text):
        return [as_written(match, highest)]
    return re.findall(r"\d+(?:\.\d+)?", text) if ALONE_TWICE.fullmatch(text) else []


def as_written(match: re.Match[str], highest: int) -> str:
    """Return the score as written; with another scale or a range as that, so that it cannot pass for a score."""
    groups = match.groupdict()
    value = match["n"].replace("\u2212", "-").replace(",", ".")
    if groups.get("to"):
        return f"{value}{groups['to'].strip()}"
    if groups.get("of") not in (None, str(highest)):
        return f"{value}/{groups['of']}"
    return value


def _without_ranges(text: str, highest: int) -> str:
    """Drop mentions of the scale itself: (1-10), 1 to 10, (out of 10), (10점 만점)."""
    text = re.sub(
        rf"\(?\b[01]\s*점?\s*(?:-|–|~|to|에서|부터)\s*{highest}\b(?:\s*점)?(?:\s*까지)?\)?", " ", text
    )
    return re.sub(rf"\(\s*(?:out\s+of|/)\s*{highest}\s*\)|\(\s*{highest}\s*점\s*만점\s*\)", " ", text)
