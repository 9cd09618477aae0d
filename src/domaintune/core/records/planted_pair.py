"""A planted pair: a good and a bad answer to one question, and whether the judge told them apart."""

from domaintune.core.frames import Record


class PlantedPair(Record):
    """One pair of one rubric."""

    id: str
    rubric: str
    row: str
    """Name of the planted row."""
    version: str
    """What is bad about the bad answer, or `paraphrased`: the good one is in other words."""
    language: str
    told_apart: bool
    """Whether the judge prefers the good answer; of two answers side by side, in both orders."""
    said: str
    """What the judge said of them, in words."""
    request_ids: list[str]
