"""Loading sections of params.yaml into strict models, with all problems reported at once."""

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.renamed import renamed_problems

KEY_PATTERN = r"^[a-z0-9_]+$"
UNREADABLE = (YAMLError, ValueError, KeyError, RecursionError, TypeError)
"""What the parser raises: for a month of 13, `!!bool x` and a list as a key too."""
MOST_VALUES = 100_000
"""Of a file that writes values by alias; a file without may have as many as it has characters for."""


class Params(BaseModel):
    """A section of params.yaml, or one item of a section that is a mapping."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )
    section: ClassVar[str]


class View(Params):
    """Some fields of an item, for a stage that must not rerun when the others change.

    DVC takes no parameter that may be left out: a view with such fields has a `name`, `check` writes it for every entry
    into data/checked/<section>, and the stage depends on that file.
    """

    model_config = ConfigDict(extra="ignore")


class OneOf(Params):
    """An item of a section whose entries are of several kinds; `chosen` is a union of models that differ in `kind`."""

    chosen: Any

    @model_validator(mode="wrap")
    @classmethod
    def choose(cls, value: Any, handler: ModelWrapValidatorHandler["OneOf"]) -> "OneOf":
        """Validate the item against the model of its kind, so that problems name that kind's fields only."""
        del handler
        models = _models_in(cls)
        of_kind = {kind: one for one in models for kind in get_args(one.model_fields["kind"].annotation)}
        kind = value.get("kind") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in of_kind:
            error = PydanticCustomError("kind", f"expected one of {', '.join(of_kind)}")
            raise ValidationError.from_exception_data(
                cls.__name__, [InitErrorDetails(type=error, loc=("kind",), input=kind)]
            )
        return cls.model_construct(chosen=of_kind[kind].model_validate(value))


ParamsT = TypeVar("ParamsT", bound=Params)
ValueT = TypeVar("ValueT")


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping with DVC's own parser, so that 1e-4 is a number here as it is there.

    Raises:
        ParamsError: it is missing, not valid YAML, or not a mapping.
    """
    try:
        value = deepcopy(_parsed(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ParamsError(f"{path}: not found. Run the command in the repository's root folder.") from error
    except (*UNREADABLE, OSError) as error:
        raise ParamsError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(value, dict):
        raise ParamsError(f"{path}: expected a mapping at the top, got {type(value).__name__}")
    return value


@lru_cache(maxsize=8)
def _parsed(text: str) -> Any:
    """Return what the text says; a stage asks for several sections of one file, and the parser is slow."""
    yaml = YAML(typ="safe")
    if "*" in text and _size(yaml.compose(text), {}) > max(2 * len(text), MOST_VALUES):
        raise ValueError(
            f"its aliases (*name) stand for more than {MOST_VALUES:,} values; write out what they name"
        )
    return yaml.load(text)


def _size(node: Any, sizes: dict[int, float]) -> float:
    """Return how many values there are once every alias is written out; one that holds itself is endless."""
    inner = node if isinstance(node, tuple) else getattr(node, "value", ())
    if isinstance(inner, str):
        return 1
    if id(node) not in sizes:
        sizes[id(node)] = math.inf
        sizes[id(node)] = 1 + sum(_size(one, sizes) for one in inner)
    return sizes[id(node)]


def load_section(path: Path, model: type[ParamsT]) -> ParamsT:
    """Load a whole section.

    Raises:
        ParamsError: the section is missing or has problems; all of them are named.
    """
    return parse(path, model.section, model, _section(path, model.section))


def load_mapping(path: Path, model: type[ParamsT]) -> dict[str, ParamsT]:
    """Load a section that maps keys to items, e.g. all arms, sorted by key.

    Raises:
        ParamsError: items or keys have problems; those of all are named.
    """
    parsed: dict[str, ParamsT] = {}
    problems = []
    for key, value in sorted(_mapping(path, model.section).items(), key=lambda item: str(item[0])):
        where = f"{model.section}.{key}"
        try:
            if not (isinstance(key, str) and re.fullmatch(KEY_PATTERN, key)):
                raise ParamsError(f"{path}: {where}: a key matches {KEY_PATTERN}")
            parsed[key] = parse(path, where, model, value)
        except ParamsError as error:
            problems.append(str(error))
    if problems:
        raise ParamsError("\n".join(problems))
    return parsed


def load_item(path: Path, model: type[ParamsT], key: str) -> ParamsT:
    """Load one item of a section that is a mapping.

    Raises:
        ParamsError: no such item, or it has problems.
    """
    items = _mapping(path, model.section)
    if key not in items:
        raise ParamsError(f"{path}: {model.section}.{key}: no such entry{did_you_mean(key, items)}")
    return parse(path, f"{model.section}.{key}", model, items[key])


def filled(path: Path, entry: Params) -> Path:
    """Return a path of dvc.yaml's commands, each `@field` replaced by what the stage's entry says there (0020)."""
    fields = entry.model_dump()
    return Path(re.sub(r"@(\w+)", lambda found: str(fields.get(found[1], found[0])), str(path)))


def load_values(path: Path, *sections: str) -> dict[str, Any]:
    """Load sections as they stand in the file, for a stage that only shows them.

    Raises:
        ParamsError: one is missing.
    """
    return {section: _section(path, section) for section in sections}


def load_value(path: Path, section: str, expected: type[ValueT]) -> ValueT:
    """Load a section that is a single value, e.g. `seed`.

    Raises:
        ParamsError: it is missing or of another type.
    """
    value = _section(path, section)
    try:
        return TypeAdapter(expected).validate_python(value, strict=True)
    except ValidationError as error:
        raise ParamsError(f"{path}: {section}: expected {expected.__name__}, got {value!r}") from error


def parse(path: Path, where: str, model: type[ParamsT], value: Any) -> ParamsT:
    """Validate one value against a model, naming every problem with its place.

    Raises:
        ParamsError: one line a problem: file, key, what is wrong, what was given, a suggestion.
    """
    if problems := renamed_problems(path, value, where):
        raise ParamsError("\n".join(problems))
    try:
        return model.model_validate(value, context=path)
    except ValidationError as error:
        raise ParamsError(
            "\n".join(f"{path}: {where}{_problem(model, item)}" for item in error.errors())
        ) from error


def _problem(model: type[BaseModel], item: Mapping[str, Any]) -> str:
    location = "".join(f".{part}" for part in item["loc"])
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, item["loc"][:-1])
        return f"{location}: unknown parameter{did_you_mean(str(item['loc'][-1]), known)}"
    if item["type"] == "missing":
        return f"{location}: missing; add it to the file"
    message = item["msg"][0].lower() + item["msg"][1:]
    return f"{location}: {message}, got {item['input']!r}"


def _fields_at(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """Return the fields known where an unknown one was found; positions in lists and keys of mappings lead on.

    Where an entry is of one of several kinds, the fields of all of them are known.
    """
    models = _models_in(model)
    for part in location:
        fields = [field for one in models if (field := one.model_fields.get(str(part)))]
        models = [inner for field in fields for inner in _models_in(field.annotation)] or models
    return list(dict.fromkeys(name for one in models for name in one.model_fields))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the models in `Model`, `Model | None`, `list[Model]`, `dict[str, Model]` or an item of several kinds."""
    if isinstance(annotation, type) and issubclass(annotation, OneOf):
        return _models_in(annotation.model_fields["chosen"].annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]


def _section(path: Path, section: str) -> Any:
    everything = read_yaml(path)
    if section not in everything:
        raise ParamsError(f"{path}: {section}: missing section{did_you_mean(section, everything)}")
    return everything[section]


def _mapping(path: Path, section: str) -> dict[str, Any]:
    value = _section(path, section)
    if not isinstance(value, dict):
        raise ParamsError(f"{path}: {section}: expected a mapping of names to entries, got {value!r}")
    return value


def did_you_mean(word: str, known: Iterable[Any]) -> str:
    """Return the closest known name as a suggestion, or all of them."""
    known = list(known)
    close = difflib.get_close_matches(word, [str(name) for name in known], n=1, cutoff=0.6)
    return (
        f" (did you mean {close[0]}?)"
        if close
        else f"; known here: {', '.join(sorted(map(str, known))) or 'nothing'}"
    )
