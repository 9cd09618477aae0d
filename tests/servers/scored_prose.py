"""Specs of one and of four criteria, and what is read of a judge's prose by them."""

from functools import partial
from typing import Any

from domaintune.core.scoring.asking import tidy_scores
from domaintune.core.scoring.prose import read_prose, scores_in_prose
from domaintune.core.scoring.spec import JudgePrompt, ScoredCriterion, ScoringSpec
from domaintune.core.teacher.repair import Read, Unreadable, read_answer

FOUR = {
    "helpfulness": ("Helpfulness", "유용성"),
    "relevance": ("Relevance", "관련성"),
    "accuracy": ("Accuracy", "정확성"),
    "level_of_detail": ("Level of detail", "상세함"),
}


def spec_of(criteria: dict[str, tuple[str, str]]) -> ScoringSpec:
    text = {"en": "how?", "ko": "어떠한가?"}
    return ScoringSpec(
        name="c",
        description="d",
        source="s",
        context=["answer"],
        criteria=[
            ScoredCriterion(
                name=name, title={"en": english, "ko": korean}, description=text, lowest=1, highest=10
            )
            for name, (english, korean) in criteria.items()
        ],
        prompts={"en": JudgePrompt(system="s", user="u"), "ko": JudgePrompt(system="s", user="u")},
    )


ONE_SPEC, FOUR_SPEC = spec_of({"quality": ("Quality", "품질")}), spec_of(FOUR)


def one(text: str) -> Any:
    return scores_in_prose(ONE_SPEC, text)["quality"]


def four(text: str) -> Any:
    found = scores_in_prose(FOUR_SPEC, text)
    return [found[name] for name in FOUR]


def ladder(of: ScoringSpec, text: str, *, complete: bool = True) -> Read | Unreadable:
    return read_answer(
        text,
        of.reply_schema,
        complete=complete,
        tidy=partial(tidy_scores, of),
        prose=partial(read_prose, of),
    )
