"""One item of `models`, whichever its kind."""

from typing import Any, ClassVar

from pydantic import ModelWrapValidatorHandler, TypeAdapter, model_validator

from domaintune.core.sections.models import FoundationModel, HubModel, LocalModel, StarterModel
from domaintune.core.stage.params import Params


class AnyModel(Params):
    """Chooses by `kind`, so that problems are named for that kind's fields only."""

    section: ClassVar[str] = "models"
    chosen: StarterModel | HubModel | LocalModel

    @model_validator(mode="wrap")
    @classmethod
    def choose(cls, value: Any, handler: ModelWrapValidatorHandler["AnyModel"]) -> "AnyModel":
        """Validate the item against the model of its kind."""
        del handler
        chosen = TypeAdapter[FoundationModel](FoundationModel).validate_python(value, strict=True)
        return cls.model_construct(chosen=chosen)
