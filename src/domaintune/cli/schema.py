"""The JSON schema of params.yaml, for editors, and the reference of docs/your-data.md, both from the models."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, create_model
from pydantic.json_schema import GenerateJsonSchema

from domaintune.check.sections import MAPPINGS, WHOLE
from domaintune.core.stage.params import KEY_PATTERN, OneOf

SCHEMA, PAGE = Path("docs/params.schema.json"), Path("docs/your-data.md")
DRAFT = "http://json-schema.org/draft-07/schema#"
"""The newest that YAML language servers of all ages read; pydantic writes nothing that it lacks."""
BEGIN, END = "<!-- reference:", "<!-- /reference -->"
LISTED = ("sources", "tasks", "sets", "benchmarks")
"""Sections whose fields the page lists."""
BOUNDS = {
    "minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<", "pattern": "matching",
}  # fmt: skip
WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true`, `false`"}


class _Untitled(GenerateJsonSchema):
    """Leaves out titles made of the fields' names, which an editor shows anyway."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


def generated(root: Path) -> dict[Path, str]:
    """Return the text that each file made from the sections' models must have."""
    schema = params_schema()
    before, _, rest = (root / PAGE).read_text(encoding="utf-8").partition(BEGIN)
    mark, _, rest = rest.partition("\n")
    after = rest.partition(END)[2]
    page = f"{before}{BEGIN}{mark}\n{reference(schema)}\n{END}{after}"
    return {SCHEMA: json.dumps(schema, ensure_ascii=False, indent=1) + "\n", PAGE: page}


def params_schema() -> dict[str, Any]:
    """Return the JSON schema of params.yaml. It holds no rule between fields or sections; `check` does."""
    fields: dict[str, Any] = {"seed": (int, Field(description="Of every random choice."))}
    for name, model in MAPPINGS.items():
        item: Any = model
        if issubclass(model, OneOf):  # `kind` tells them apart
            union: Any = model.model_fields["chosen"].annotation
            item = Annotated[union, Field(discriminator="kind")]
        entries = dict[Annotated[str, Field(pattern=KEY_PATTERN)], item]
        fields[name] = entries, Field(alias=name)
    fields |= {f"{name}_": (model, Field(alias=name)) for name, model in WHOLE.items()}
    everything = create_model("params", __config__=ConfigDict(extra="forbid"), **fields)
    schema = everything.model_json_schema(schema_generator=_Untitled)
    for name, model in MAPPINGS.items():  # other names are refused, as the loader refuses them
        about = (model.__doc__ or "").partition("\n")[0]
        schema["properties"][name] |= {"description": about, "additionalProperties": False}
    return {"$schema": DRAFT, **schema}


def reference(schema: Mapping[str, Any]) -> str:
    """Return a table of fields in Markdown for each kind of entry of the listed sections."""
    parts = []
    for section in LISTED:
        (entry,) = schema["properties"][section]["patternProperties"].values()
        for model in _models(entry, schema["$defs"]):
            kind = model["properties"].get("kind")
            heading = f"### `{section}.<name>`" + (f" with `kind: {kind['const']}`" if kind else "")
            rows = [f"| {' | '.join(row)} |" for row in _rows(model, schema["$defs"])]
            table = "\n".join(["| field | value | what it says |", "|---|---|---|", *rows])
            parts.append(f"{heading}\n\n{model['description']}\n\n{table}")
    return "\n\n".join(parts)


def _models(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        yield defs[schema["$ref"].rpartition("/")[2]]
    for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _models(one, defs)


def _rows(
    model: Mapping[str, Any], defs: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and meaning of each field; a field that is a mapping of its own is followed by its fields."""
    for name, field in model["properties"].items():
        value = " or ".join(_values(field))
        if name not in model.get("required", ()):
            default = field.get("default")
            value += "; may be left out" + ("" if default is None else f" (`{json.dumps(default)}`)")
        inner = list(_models(field, defs))
        about = field.get("description") or " ".join(one["description"] for one in inner)
        yield f"`{prefix}{name}`", _cell(value), _cell(about)
        for one in inner:
            yield from _rows(one, defs, f"{prefix}{name}.")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _values(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words each sort of value that is taken, with its bounds."""
    if "anyOf" in schema:
        yield from (word for one in schema["anyOf"] for word in _values(one))
    elif "const" in schema or "enum" in schema:
        yield ", ".join(f"`{one}`" for one in schema.get("enum") or [schema["const"]])
    elif "$ref" in schema or schema["type"] == "null":
        yield "mapping" if "$ref" in schema else "`null`"
    elif schema["type"] == "array":
        yield f"list of {' or '.join(_values(schema['items']))}{_size(schema, 'Items')}"
    elif schema["type"] == "object":
        words = " or ".join(_values(schema["additionalProperties"]))
        yield f"mapping of names to {words}{_size(schema, 'Properties')}"
    else:
        bounds = [f"{sign} `{schema[key]}`" for key, sign in BOUNDS.items() if key in schema]
        empty = ", not empty" * ("minLength" in schema)
        yield " ".join([WORDS[schema["type"]] + empty, ", ".join(bounds)]).strip()


def _size(schema: Mapping[str, Any], what: str) -> str:
    few, many = schema.get(f"min{what}"), schema.get(f"max{what}")
    return f", {few} to {many}" if many else f", {few} or more" if few else ""
