"""Loading sections of params.yaml into strict models; a ParamsError names all problems with their places at once."""

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.renamed import renamed_problems

KEY_PATTERN = r"^[a-z0-9_]+$"
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
    """An item of a section whose entries differ in `kind`, each with its model in the union `chosen`."""

    chosen: Any


ParamsT = TypeVar("ParamsT", bound=Params)
ValueT = TypeVar("ValueT")


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping with DVC's own parser, so that 1e-4 is a number here as it is there."""
    try:
        value = deepcopy(_parsed(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ParamsError(f"{path}: not found. Run the command in the repository's root folder.") from error
    except (YAMLError, ValueError, KeyError, RecursionError, TypeError, OSError) as error:
        # for a month of 13, `!!bool x` and a list as a key too
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
    """Load a whole section."""
    return parse(path, model.section, model, _section(path, model.section))


def load_mapping(path: Path, model: type[ParamsT]) -> dict[str, ParamsT]:
    """Load a section that maps keys to items, e.g. all arms, sorted by key."""
    parsed: dict[str, ParamsT] = {}
    problems = []
    items = _section(path, model.section, mapping=True).items()
    for key, value in sorted(items, key=lambda item: str(item[0])):
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
    """Load one item of a section that is a mapping."""
    items = _section(path, model.section, mapping=True)
    if key not in items:
        raise ParamsError(f"{path}: {model.section}.{key}: no such entry{did_you_mean(key, items)}")
    return parse(path, f"{model.section}.{key}", model, items[key])


def filled(path: Path, entry: Params) -> Path:
    """Return a path of dvc.yaml's commands, each `@field` replaced by what the stage's entry says there (0020)."""
    fields = entry.model_dump()
    return Path(re.sub(r"@(\w+)", lambda found: str(fields.get(found[1], found[0])), str(path)))


def load_values(path: Path, *sections: str) -> dict[str, Any]:
    """Load sections as they stand in the file, for a stage that only shows them."""
    return {section: _section(path, section) for section in sections}


def load_value(path: Path, section: str, expected: type[ValueT]) -> ValueT:
    """Load a section that is a single value, e.g. `seed`."""
    value = _section(path, section)
    try:
        return TypeAdapter(expected).validate_python(value, strict=True)
    except ValidationError as error:
        raise ParamsError(f"{path}: {section}: expected {expected.__name__}, got {value!r}") from error


def parse(path: Path, where: str, model: type[ParamsT], value: Any) -> ParamsT:
    """Validate one value against a model, of several kinds its own; problems tell what was given, or what is meant."""
    if issubclass(model, OneOf):
        models: list[type[Params]] = _models_in(model.model_fields["chosen"].annotation)
        of_kind = {kind: one for one in models for kind in get_args(one.model_fields["kind"].annotation)}
        kind = value.get("kind") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in of_kind:
            raise ParamsError(f"{path}: {where}.kind: expected one of {', '.join(of_kind)}, got {kind!r}")
        return cast("ParamsT", model.model_construct(chosen=parse(path, where, of_kind[kind], value)))
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
        models: list[type[BaseModel]] = [model]
        for part in item["loc"][:-1]:  # positions in lists and keys of mappings lead on
            fields = [field for one in models if (field := one.model_fields.get(str(part)))]
            models = [inner for field in fields for inner in _models_in(field.annotation)] or models
        known = {name for one in models for name in one.model_fields}
        return f"{location}: unknown parameter{did_you_mean(str(item['loc'][-1]), known)}"
    if item["type"] == "missing":
        return f"{location}: missing; add it to the file"
    message = item["msg"][0].lower() + item["msg"][1:]
    return f"{location}: {message}, got {item['input']!r}"


def _models_in(annotation: Any) -> list[Any]:
    """Return the models in `Model`, `Model | None`, `list[Model]` or `dict[str, Model]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]


def _section(path: Path, section: str, *, mapping: bool = False) -> Any:
    everything = read_yaml(path)
    if section not in everything:
        raise ParamsError(f"{path}: {section}: missing section{did_you_mean(section, everything)}")
    value = everything[section]
    if mapping and not isinstance(value, dict):
        raise ParamsError(f"{path}: {section}: expected a mapping of names to entries, got {value!r}")
    return value


def did_you_mean(word: str, known: Iterable[Any]) -> str:
    """Return the closest known name as a suggestion, or all of them."""
    names = sorted(map(str, known))
    if close := difflib.get_close_matches(word, names, n=1):
        return f" (did you mean {close[0]}?)"
    return f"; known here: {', '.join(names) or 'nothing'}"
