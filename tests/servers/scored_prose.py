"""Specs of one and of four criteria, and what is read of a judge's prose by them."""

from functools import partial
from typing import Any

from committed import ROOT

from domaintune.core.scoring.asking import tidy_scores
from domaintune.core.scoring.prose import read_prose
from domaintune.core.scoring.spec import ScoringSpec
from domaintune.core.teacher.repair import Read, Unreadable, read_answer
from domaintune.grade.spec import read_grade_spec

FOUR_SPEC = read_grade_spec(ROOT / "catalog/grades/quality.yaml", "en")
FOUR = {one.name: (one.title["en"], one.title["ko"]) for one in FOUR_SPEC.criteria}
QUALITY = {"name": "quality", "title": {"en": "Quality", "ko": "품질"}}
ONE_SPEC = FOUR_SPEC.model_copy(update={"criteria": [FOUR_SPEC.criteria[0].model_copy(update=QUALITY)]})


def one(text: str) -> Any:
    """Return the score, or why there is none."""
    found = read_prose(ONE_SPEC, text)
    return found.value["quality"] if isinstance(found, Read) else found.problem


def four(text: str) -> Any:
    """Return the scores, or why there are none."""
    found = read_prose(FOUR_SPEC, text)
    return [found.value[name] for name in FOUR] if isinstance(found, Read) else found.problem


def ladder(of: ScoringSpec, text: str, *, complete: bool = True) -> Read | Unreadable:
    return read_answer(
        text,
        of.reply_schema,
        complete=complete,
        tidy=partial(tidy_scores, of),
        prose=partial(read_prose, of),
    )
