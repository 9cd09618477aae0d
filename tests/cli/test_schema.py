"""The schema that editors check params.yaml by takes what the loader takes, and refuses what a person mistypes."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, get_args

import pytest
from committed import PARAMS, ROOT
from jsonschema import Draft7Validator
from pydantic import ValidationError
from ruamel.yaml import YAML

from domaintune.check.references import cross_section_problems
from domaintune.check.sections import MAPPINGS, SECTIONS, WHOLE, section_problems
from domaintune.cli.recipe import FOLDER, Size, written
from domaintune.cli.schema import SCHEMA
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse

TEXT = PARAMS.read_text(encoding="utf-8")
NAMES = sorted(path.stem for path in (ROOT / FOLDER).glob("*.yaml"))
VALIDATOR = Draft7Validator(json.loads((ROOT / SCHEMA).read_text(encoding="utf-8")))
STRANGE = (None, "", "no such word", -1, 0, 1.5, True, [], ["no such word"], {}, {"no_such_word": 1})


def test_the_first_line_of_params_yaml_names_the_schema_of_all_its_sections() -> None:
    name = TEXT.partition("\n")[0].partition("# yaml-language-server: $schema=")[2]
    assert (ROOT / name) == ROOT / SCHEMA
    Draft7Validator.check_schema(VALIDATOR.schema)
    assert set(VALIDATOR.schema["required"]) == set(SECTIONS) == set(VALIDATOR.schema["properties"])
    values = YAML(typ="safe").load(TEXT)
    for mistyped in ({"trian": {}}, {"sets": {"Own": {}}}):
        assert not VALIDATOR.is_valid(values | mistyped)


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("size", get_args(Size))
@pytest.mark.parametrize("name", NAMES)
def test_every_recipe_at_every_size_passes_the_schema_and_check(
    name: str, size: Size, tmp_path: Path
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(written(TEXT, name, size), encoding="utf-8")
    assert list(VALIDATOR.iter_errors(YAML(typ="safe").load(path))) == []
    assert [*section_problems(path), *cross_section_problems(path, Path("catalog/grades"))] == []


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield where each value stands, mappings too, but for the sections themselves."""
    if len(path) > 1:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from leaves(inner, (*path, key))


def loader_faults(section: str, value: dict[str, Any]) -> set[str]:
    """Return the kinds of problems the loader finds in a section."""
    found = set[str]()
    for one in value.values() if section in MAPPINGS else [value]:
        try:
            parse(PARAMS, section, MAPPINGS.get(section) or WHOLE[section], one)
        except ParamsError as error:
            why = error.__cause__
            found |= {one["type"] for one in why.errors()} if isinstance(why, ValidationError) else {"kind"}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_schema_and_loader_refuse_the_same_values_but_for_rules_between_fields(name: str) -> None:
    values = YAML(typ="safe").load(written(TEXT, name, "study"))
    alone = VALIDATOR.evolve(schema={**VALIDATOR.schema, "required": []})
    tried = refused = 0
    for section, *between, last in leaves(values):
        for strange in (*STRANGE, KeyError):
            changed = deepcopy(values[section])
            parent = reduce(getitem, between, changed)
            parent.pop(last)
            if strange is not KeyError:
                parent[last] = strange
            if not all(isinstance(one, dict) for one in changed.values()) and section in MAPPINGS:
                continue
            found, taken = loader_faults(section, changed), alone.is_valid({section: changed})
            where = f"{'.'.join((section, *between, last))}: {strange!r}: {found}"
            assert taken or found, where  # the schema refuses nothing that is taken
            assert not taken or found <= {"value_error"}, where
            tried, refused = tried + 1, refused + (not taken)
    assert tried > 1000
    assert refused > tried / 2
