"""`translate`: how rows are sent and what a translation must keep; of `corpus`, how splits are cut."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from domaintune.core.stage.params import Params, View


class TranslationEndpoint(Params):
    """A server that translates texts."""

    protocol: Literal["deepl"]
    """How it is spoken to: POST /v2/translate, as DeepL documents it."""
    server: str
    """Key in `runtime.servers` with the base URL, without /v2, and the name of the key's environment variable."""
    provider: str = Field(min_length=1)
    """A name of your choice for who translates; part of the ledger key, so that two servers may share answers."""
    model: str
    """Sent as `model_type`, e.g. quality_optimized, and part of the ledger key; empty: the server's own choice."""
    tag_handling: Literal["xml"] | None
    """xml: marks are sent as XML tags, which DeepL leaves alone; null: as ⟦3⟧ in plain text, for other servers."""


class Translate(Params):
    """How instruction sets are translated. Sets without `to` use `max_reject_fraction` alone."""

    section: ClassVar[str] = "translate"
    engine: Literal["teacher", "endpoint"]
    """Who translates: the model of `teacher`, or the server of `endpoint`."""
    endpoint: TranslationEndpoint | None
    """The translation endpoint; null where the teacher translates."""
    max_tokens_a_request: int = Field(gt=0)
    """Estimated tokens of the rows (endpoint: of the texts) that share a request; a longer one goes alone. At most
    `teacher.max_tokens` where the teacher translates."""
    length_ratio: Annotated[list[float], Field(min_length=2, max_length=2)]
    """Least and largest width of a translation over that of its source, in columns: a Hangul syllable is two wide."""
    min_script_share: float = Field(ge=0, le=1)
    """Least share (0–1) of the letters that belong to the target language's script, outside of what is protected."""
    ask_again: bool
    """A row whose translation fails a check is asked for once more, alone, with what was wrong. Not of an endpoint: it
    says the same of the same text, so the row is lost at once and counted as `not_asked_again`."""
    back_translation: int = Field(ge=0)
    """Rows, chosen by a hash, that are translated back and compared with their source; 0: none. Sources of sets
    that are translated must then be in English or Korean."""
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

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.engine == "endpoint") != (self.endpoint is not None):
            raise ValueError(
                f"engine is {self.engine}, but endpoint is {'null' if self.endpoint is None else 'given'}: engine "
                "endpoint needs translate.endpoint, engine teacher needs endpoint: null"
            )
        return self


class Fractions(View):
    """What `translate` needs of `corpus`: rows of sets are split as documents are."""

    section: ClassVar[str] = "corpus"
    validation_fraction: float = Field(gt=0, lt=1)
    test_fraction: float = Field(ge=0, lt=1)
