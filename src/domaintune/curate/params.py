"""`curate`: from which similarity on two instruction rows are one, and what counts as a leaked question."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Contamination(Params):
    """When a training row holds a question that the arms are scored on; see science/contamination.py."""

    ngram: int = Field(ge=1)
    """Words in an n-gram."""
    overlap: float = Field(gt=0, le=1)
    """Least share (0–1) of a question's n-grams, and of its options, that a row must have."""
    letter_ngram: int = Field(ge=1)
    """Letters in an n-gram, which see through spacing and through a changed word; not of Korean questions."""
    jamo_ngram: int = Field(ge=1)
    """Jamo in an n-gram, for Korean questions, whose words change with their endings."""
    jamo_overlap: float = Field(gt=0, le=1)
    """As `overlap`, for jamo."""
    min_chars: int = Field(ge=1)
    """Letters (jamo for Hangul) from which a question that occurs letter for letter is a hit without its options."""
    answer_chars: int = Field(ge=1)
    """As `min_chars`, for a question with its right option."""


class CurateParams(Params):
    """How duplicates are found and how many losses are too many."""

    section: ClassVar[str] = "curate"
    similarity: float = Field(gt=0, le=1)
    """Jaccard similarity (0–1) of the word 5-grams of question and answer together."""
    permutations: int = Field(ge=16, le=1024)
    """Of MinHash; more find pairs at the threshold more surely."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Share of rows (0–1) that may be rejected before the stage fails; duplicates do not count."""
    contamination: Contamination
    """How training rows are searched for benchmark and held-out questions."""
