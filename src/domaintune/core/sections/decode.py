"""`decode`: how answers are decoded."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Decode(Params):
    """Greedy decoding; the same for every arm."""

    section: ClassVar[str] = "decode"
    max_new_tokens: int = Field(gt=0)
    repetition_penalty: float = Field(gt=0)
    """1.0: none."""
    batch: int = Field(gt=0)
    """Questions answered together; a parameter because padding can change the last bits of a logit."""
