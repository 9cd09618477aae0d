"""What is the same for every request of a grading."""

from typing import NamedTuple

from domaintune.core.sections.rubrics import Language
from domaintune.grade.card import GradeCard
from domaintune.grade.params import GradeSettings

OFFLINE = "surface"


class Job(NamedTuple):
    """One entry of `gradings`, its card and the stage's settings."""

    key: str
    """Key in params.yaml `gradings`."""
    card: GradeCard
    language: Language
    """The judge is asked in."""
    settings: GradeSettings

    @property
    def asks_model(self) -> bool:
        """Return whether somebody grades by the card's criteria."""
        return self.settings.model.backend != OFFLINE
