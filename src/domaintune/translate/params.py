"""`translate`: how rows are sent and what a translation must keep; of `corpus`, how splits are cut."""

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from domaintune.core.stage.params import Params, View


class Translate(Params):
    """How instruction sets are translated. Sets without `to` use `max_reject_fraction` alone."""

    section: ClassVar[str] = "translate"
    max_tokens_a_request: int = Field(gt=0)
    """Estimated tokens of the rows that share a request; a longer row goes alone. At most `teacher.max_tokens`."""
    length_ratio: Annotated[list[float], Field(min_length=2, max_length=2)]
    """Least and largest width of a translation over that of its source, in columns: a Hangul syllable is two wide."""
    min_script_share: float = Field(ge=0, le=1)
    """Least share (0–1) of the letters that belong to the target language's script, outside of what is protected."""
    ask_again: bool
    """A row whose translation fails a check is asked for once more, alone, with what was wrong."""
    back_translation: int = Field(ge=0)
    """Rows, chosen by a hash, that are translated back and compared with their source; 0: none."""
    min_chrf: float | None = Field(ge=0, le=100)
    """chrF (0–100) under which a row that was translated back is rejected; null: it is reported only."""
    max_reject_fraction: float = Field(ge=0, le=1)
    """Share of rows that may be lost before the stage fails; what the offline teacher declines does not count."""

    @field_validator("length_ratio")
    @classmethod
    def _in_order(cls, ratio: list[float]) -> list[float]:
        if not 0 < ratio[0] < ratio[1]:
            raise ValueError("expected two numbers above 0, the smaller one first")
        return ratio


class Fractions(View):
    """What `translate` needs of `corpus`: rows of sets are split as documents are."""

    section: ClassVar[str] = "corpus"
    validation_fraction: float = Field(gt=0, lt=1)
    test_fraction: float = Field(ge=0, lt=1)
