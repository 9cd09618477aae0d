"""An arm's answer to a question, and its scored answer to a benchmark question."""

from typing import Literal

from domaintune.core.frames import Record


class Answer(Record):
    """One answer."""

    arm: str
    question_id: str
    text: str
    tokens: int
    """Number of generated tokens, the end token not counted."""
    finished: bool
    """False where max_new_tokens cut the answer."""


class BenchmarkItem(Record):
    """One scored question."""

    arm: str
    benchmark: str
    """Key in params.yaml `benchmarks`."""
    method: Literal["likelihood", "generation", "continuation", "continuation_norm", "lm_eval"]
    """lm_eval: as lm-eval's own task of that name scores."""
    question_id: str
    rotation: int
    """By how many places the options were moved up when they were shown; 0: as given."""
    cluster: str
    """The question's cluster; of an lm-eval task's own question its id."""
    subset: str
    options: int
    gold: str
    """The right option as given, counted from 1; several: `1,3`, and whichever of them is chosen is correct."""
    choice: str
    """The chosen option as given, whatever place it was shown at, counted from 1; empty unless correct or wrong."""
    outcome: Literal["correct", "wrong", "unparsed", "refused"]
    log_likelihoods: list[float]
    """Of each option as given, or of the label it had, not divided by any length; empty for generation."""
    text: str
    """What the model wrote, for generation; else empty."""
    prompt_tokens: int
    truncated: bool
    """True where the prompt did not fit the model's context and lost its beginning."""

    @property
    def right(self) -> list[str]:
        """Return the right options one by one."""
        return self.gold.split(",")
