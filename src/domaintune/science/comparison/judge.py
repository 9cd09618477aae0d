"""How far a judge is to be believed: calibration pairs, order, constancy, length, repeats, and people's choices."""

from typing import NamedTuple


class ToldApart(NamedTuple):
    """Calibration pairs, and those of which the judge told the good answer from the bad one."""

    pairs: int
    told_apart: int

    @property
    def share(self) -> float:
        """Return the share told apart, 0–1."""
        return self.told_apart / self.pairs


class Calibration(NamedTuple):
    """All calibration pairs of a rubric, by fault of the bad answer (`version`), and by language."""

    all: ToldApart
    version: dict[str, ToldApart]
    language: dict[str, ToldApart]


class OrderAgreement(NamedTuple):
    """Questions read in both orders: how often both name the same winner, how many points their scores are apart."""

    questions: int
    choices: int
    same_choice: int
    mean_score_difference: float | None


class FirstPlace(NamedTuple):
    """Choices for the answer shown first, over questions asked in both orders; half is fair, whoever is better."""

    choices: int
    first: int
    share: float
    ci_low: float
    ci_high: float
    questions_first: int
    """Whose two verdicts together lean to the first place."""
    questions_second: int
    p: float | None


class Constancy(NamedTuple):
    """Scores on a criterion, the most frequent one, and its share 0–1."""

    scores: int
    value: float
    share: float


class LengthPreference(NamedTuple):
    """Spearman's correlation of scores with lengths in characters; of two answers, of differences."""

    questions: int
    spearman: float
    p: float | None
    """Over clusters."""


class WinRate(NamedTuple):
    """Share 0–1 of wins over the baseline, as found and at equal length of the answers."""

    questions: int
    win_rate: float
    length_controlled: float


class Repeats(NamedTuple):
    """Verdicts asked for several times."""

    verdicts: int
    asked: int
    unread: int
    agreement: dict[str, dict[str, float]]
    """Criterion → figures of self_agreement."""


class WithPeople(NamedTuple):
    """The judge's choices beside people's: share 0–1 that agree, Cohen's kappa, and how often each says what."""

    questions: int
    agreement: float
    kappa: float | None
    people: dict[str, int]
    judge: dict[str, int]


class RubricJudge(NamedTuple):
    """What is known of the judge by one rubric; None where it was not asked, or too little to tell."""

    judgments: int
    declined: int
    calibration: Calibration | None
    orders: OrderAgreement | None
    first_place: FirstPlace | None
    constancy: dict[str, Constancy]
    contradictory: int
    """Replies in which the choice contradicts the scores."""
    length: LengthPreference | None
    length_controlled: dict[str, WinRate]
    """By arm."""
    repeats: Repeats | None
    labels: WithPeople | None
    warnings: list[str]
    in_words: str


class Judge(NamedTuple):
    """The judge by rubric, its warnings, and whom it is the same model as."""

    model: str
    rubrics: dict[str, RubricJudge]
    same_model: list[str]
    warnings: list[str]

    @property
    def judged(self) -> dict[str, RubricJudge]:
        """Return the rubrics by which anything was judged."""
        return {name: one for name, one in sorted(self.rubrics.items()) if one.in_words}
