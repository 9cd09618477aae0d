"""`decode`: how answers are decoded."""

from typing import ClassVar

from pydantic import Field

from domaintune.core.stage.params import Params


class Decode(Params):
    """Greedy decoding, a search over beams, or sampling; the same for every arm that is answered here."""

    section: ClassVar[str] = "decode"
    max_new_tokens: int = Field(gt=0)
    num_beams: int = Field(gt=0)
    """Hypotheses kept at each step; 1: the best alone."""
    do_sample: bool
    """Draw each token, as `seed` decides; false: temperature, top_k and top_p are recorded and have no effect."""
    temperature: float = Field(gt=0)
    """Below 1.0 likely tokens are drawn more often, above 1.0 less often."""
    top_k: int = Field(ge=0)
    """Draw among so many of the likeliest tokens; 0: all."""
    top_p: float = Field(gt=0, le=1)
    """Draw among the likeliest tokens that have this probability together; 1.0: all."""
    repetition_penalty: float = Field(gt=0)
    """Divides the score of a token that stands in prompt or answer already; 1.0: none."""
    batch: int = Field(gt=0)
    """Questions answered together; a parameter because padding can change the last bits of a logit."""
