"""JSON records in every shape that exports have: one a line, an array, an object that holds one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.stage.errors import InputError
from domaintune.core.tables import json_scanner
from domaintune.core.tables.cells import BrokenRow, Cells
from domaintune.core.tables.opening import open_table
from domaintune.core.tables.typed_rows import JsonObject, read_objects

ROWS: list[dict[str, Any]] = [
    {"title": "Cast films", "n": 1.5},
    {"title": "막", "n": None, "more": ["a", "b"]},
]
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
BEHIND = [' GARBAGE {"a": 2}', '\n[{"a": 2}]', "]", ', {"a": 2}']
CUT_OFF = ['[{"a": 1}, {"a"', '{"x": [{"a": 1}]', '[{"a": 1}', "[", "{", "no JSON", '{"a": 1']


def write(tmp_path: Path, text: str, name: str = "file.json") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return path


def values(path: Path, max_chars: int = 1000) -> list[Any]:
    found = list(read_objects(path, max_chars))
    return [row.value if isinstance(row, JsonObject) else row.reason for row in found]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("shape", ["array", "object", "lines"])
def test_an_array_an_object_that_holds_one_and_lines_give_the_same_rows(
    tmp_path: Path, shape: str, indent: int | None
) -> None:
    text = {
        "array": json.dumps(ROWS, indent=indent),
        "object": json.dumps({"total": 2, "links": ["x"], "results": ROWS, "end": {"a": [1]}}, indent=indent),
        "lines": "\n".join(map(json.dumps, ROWS)),
    }[shape]
    path = write(tmp_path, f"\ufeff{text}\n")
    assert values(path) == ROWS
    table = open_table(path, 1000, ";")
    assert table.columns == ("title", "n", "more")
    assert [row.values for row in table.records if isinstance(row, Cells)] == [
        {"title": "Cast films", "n": "1.5"},
        {"title": "막", "n": "", "more": "a;b"},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *((f'[{{"a": 1}}]{rest}', "expected the end of the file behind the closing bracket") for rest in BEHIND),
        *((f'{{\n"projects": [{{"a": 1}}]}}{rest}', "expected the end of the file") for rest in BEHIND),
        *((text, "file.json") for text in CUT_OFF),
        (json.dumps({"train": ROWS, "test": ROWS}, indent=1), "expected one array of records, found train, test"),
    ],
)  # fmt: skip
def test_json_with_more_than_one_array_of_records_or_less_is_an_error(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        values(write(tmp_path, text))


def test_the_key_is_found_where_it_is_a_key_and_one_record_s_turns_are_no_records(tmp_path: Path) -> None:
    row = {"id": 1, "conversations": [{"from": "human", "value": "Hi"}], "turns": [{"a": 1}]}
    for name in ("file.json", "file.jsonl"):
        assert values(write(tmp_path, json.dumps(row), name)) == [row]
    for value in ({"note": 'see "projects": [{"a": 0}]', "projects": ROWS}, {"train": [], "test": ROWS}):
        assert values(write(tmp_path, json.dumps(value))) == ROWS


def test_what_is_no_object_or_too_deep_costs_one_row(tmp_path: Path) -> None:
    deep = "[" * 900 + "]" * 900
    for inner in ('"]\\\\", "\\""', "[" * 500_000 + "]" * 500_000):
        deeper = f'{{"b": {"[" * 500}{inner}{"]" * 500}}}'
        array = f'[{{"a": 1}}, 12, "x", {{"a": {deep}}}, {deeper}, {{"a": 2}}]'
        for text in (array, f'{{"x": {deeper}, "rows": {array}}}'):
            found = values(write(tmp_path, text), 10_000)
            assert found == [{"a": 1}, "broken_row", "broken_row", "too_deep", "too_deep", {"a": 2}]
    lines = write(tmp_path, f'{{"a": 1}}\n{{"a": {deep}}}\n{{"a": {"[" * 20_000}\n{{"a": 2}}\n', "file.jsonl")
    assert values(lines, 50_000) == [{"a": 1}, "too_deep", "too_deep", {"a": 2}]
    kinds = [type(row) for row in open_table(lines, 50_000, ";").records]
    assert kinds == [Cells, BrokenRow, BrokenRow, Cells]


def test_what_python_writes_is_read_and_nothing_is_lost_on_the_way(tmp_path: Path) -> None:
    path = write(tmp_path, '[{"a": NaN, "b": "half \\ud83d pair", "c": 1.50, "d": ' + "9" * 5000 + "}]")
    [row] = open_table(path, 10_000, ";").records
    assert isinstance(row, Cells)
    assert (row.values["a"], row.values["b"], row.values["d"]) == ("", "half \ud83d pair", "9" * 5000)
    for name in ("file.json", "file.jsonl"):
        lines = write(tmp_path, f'{{"a": {"9" * 5000}}}\n{{"a": 1}}\n', name)
        assert values(lines, 10_000) == [{"a": "9" * 5000}, {"a": 1}]


@given(
    st.lists(st.dictionaries(st.text(max_size=4), VALUE, max_size=4), min_size=1, max_size=5),
    st.integers(2, 40),
)
def test_an_array_read_in_pieces_is_what_was_written(
    tmp_path: Path, rows: list[dict[str, Any]], piece: int
) -> None:
    path = write(tmp_path, json.dumps(rows, indent=piece % 3 or None))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_scanner, "PIECE", piece)
        assert values(path, 1_000_000) == rows


@pytest.mark.timeout(60)
def test_many_small_records_of_an_array_are_not_copied_over_and_over(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps([{"n": n} for n in range(200_000)]))
    assert sum(1 for _ in read_objects(path, 1000)) == 200_000  # quadratic copying took minutes


@pytest.mark.parametrize("piece", [61, json_scanner.PIECE])
def test_a_record_longer_than_allowed_costs_one_row_of_an_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(json_scanner, "PIECE", piece)
    long = [{"b": ['\\"]}' * 400_000]}, {"c": "\\" * 1_100_001, "d": [{"e": "{"}]}, "x" * 2_500_000]
    path = write(tmp_path, json.dumps([{"a": 1}, *long, {"a": 2}]))
    assert values(path) == [{"a": 1}, *["too_long"] * 3, {"a": 2}]
    with pytest.raises(InputError, match="record 2: not valid JSON .it never ends.: "):
        values(write(tmp_path, json.dumps([{"a": 1}, long[0]])[:-9]))
