"""`corpus`: from which similarity on documents share a cluster, and how clusters are split."""

from typing import ClassVar, Self

from pydantic import Field, model_validator

from domaintune.core.stage.params import Params


class CorpusParams(Params):
    """How near-duplicates are found and the splits cut."""

    section: ClassVar[str] = "corpus"
    similarity: float = Field(gt=0, le=1)
    """Jaccard similarity (0–1) of the word 5-grams of title and text from which documents share a cluster."""
    question_similarity: float = Field(gt=0, le=1)
    """As `similarity`, of the letter 3-grams (Korean: of jamo) of two questions and their options."""
    permutations: int = Field(ge=16, le=1024)
    """Of MinHash; more find pairs at the threshold more surely."""
    validation_fraction: float = Field(gt=0, lt=1)
    """Expected share of the clusters (0–1)."""
    test_fraction: float = Field(ge=0, lt=1)
    """Expected share of the clusters (0–1); 0 where all questions come from sets with `use: evaluate`."""

    @model_validator(mode="after")
    def _leaves_something_to_train_on(self) -> Self:
        if self.validation_fraction + self.test_fraction >= 1:
            raise ValueError(
                "validation_fraction + test_fraction must be < 1, or nothing is left to train on"
            )
        return self
