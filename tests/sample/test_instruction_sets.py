"""The starter's instruction sets."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from domaintune.core.sections.sources import InstructionSource
from domaintune.ingest.params import Ingest
from domaintune.ingest.stage import ingest
from domaintune.sample.corpora import Composed
from domaintune.sample.instruction_sets import compose_instruction_sets
from domaintune.sample.params import InstructionSetsCorpus

WANTED = InstructionSetsCorpus(
    kind="instruction_sets", alpaca=40, dolly=40, sharegpt=30, korean=60, evaluation=20
)
FILTERS: dict[str, Any] = {
    "empty_output": True, "min_chars": 10, "min_chars_of": "row", "output_equals_input": True, "refusals": True,
    "wrong_language": "each", "duplicate_instruction": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def sets() -> Composed:
    return compose_instruction_sets(20240610, "instruct", WANTED)


class Kept(list[Any]):
    add = list.append


def read(
    tmp_path: Path, sets: Composed, name: str, form: str, language: str, part: str = "row"
) -> tuple[Kept, Counter[str]]:
    path = tmp_path / name
    path.write_text(sets.files[name], encoding="utf-8")
    filters = {**FILTERS, "min_chars_of": part}
    source = InstructionSource.model_validate(
        {"path": "x", "kind": "instructions", "format": form, "languages": [language], "licence": "Apache-2.0",
         "origin": "human", "filters": filters}
    )  # fmt: skip
    rows, rejects = Kept(), Kept()
    settings = Ingest(min_chars=80, max_chars=20_000, max_reject_fraction=1.0)
    accounts = ingest(path, name, source, settings, records=rows, rejects=rejects)
    assert accounts.rows_in == sets.rows[name]
    return rows, Counter(reject.reason for reject in rejects)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(sets: Composed) -> None:
    assert compose_instruction_sets(20240610, "instruct", WANTED) == sets
    assert compose_instruction_sets(7, "instruct", WANTED) != sets


def test_every_file_reads_back_with_its_faults_rejected_and_nothing_else(
    tmp_path: Path, sets: Composed
) -> None:
    rows, lost = read(tmp_path, sets, "alpaca_en.json", "alpaca", "en")
    assert len(rows) == WANTED.alpaca
    assert lost == {"empty_output": 1, "output_equals_input": 1, "refusal": 1, "duplicate_instruction": 1}
    rows, lost = read(tmp_path, sets, "dolly_en.jsonl", "dolly", "en")
    assert (len(rows), lost) == (WANTED.dolly, {"missing_field": 1})
    assert len({row.category for row in rows}) == 4
    rows, lost = read(tmp_path, sets, "sharegpt_en.json", "sharegpt", "en", "part")
    assert len(rows) == WANTED.sharegpt + 1, "the cut conversation is kept without its first turn"
    assert lost == {"wrong_language": 1, "too_short": 1, "empty_output": 1, "refusal": 1, "duplicate": 1}
    assert sum(len(row.turns) == 4 for row in rows) == 10
    rows, lost = read(tmp_path, sets, "chat_ko.jsonl", "openai_chat", "ko", "part")
    assert len(rows) == WANTED.korean
    assert lost == {"wrong_language": 1, "refusal": 1, "duplicate": 1}
    assert sum(bool(row.system) for row in rows) == 20
    for language in ("en", "ko"):
        rows, lost = read(tmp_path, sets, f"evaluation_{language}.jsonl", "self_instruct", language)
        assert (len(rows), lost) == (WANTED.evaluation, {})


def test_both_evaluation_sets_ask_the_same_in_two_languages(sets: Composed) -> None:
    english, korean = (
        [json.loads(line) for line in sets.files[f"evaluation_{language}.jsonl"].splitlines()]
        for language in ("en", "ko")
    )
    for one, other in zip(english, korean, strict=True):
        assert (one["id"], one["motivation_app"]) == (other["id"], other["motivation_app"])
        if one["motivation_app"] == "problem_solving":
            numbers = [
                {word for word in row["instances"][0]["output"].split() if word.isdigit()}
                for row in (one, other)
            ]
            assert numbers[0] & numbers[1]
    assert Counter(row["motivation_app"] for row in english).most_common()[0][1] == 5


def test_no_evaluation_task_is_a_training_row(sets: Composed) -> None:
    training = sets.files["alpaca_en.json"] + sets.files["dolly_en.jsonl"] + sets.files["sharegpt_en.json"]
    asked = [json.loads(line) for line in sets.files["evaluation_en.jsonl"].splitlines()]
    fixed = [row for row in asked if row["motivation_app"] != "document_summary"]
    assert len(fixed) == 15
    assert not [row["instruction"] for row in fixed if row["instruction"] in training]


def test_the_largest_sizes_can_be_composed() -> None:
    largest = InstructionSetsCorpus(
        kind="instruction_sets", alpaca=200, dolly=200, sharegpt=200, korean=400, evaluation=100
    )
    rows = compose_instruction_sets(1, "instruct", largest).rows
    assert (rows["alpaca_en.json"], rows["chat_ko.jsonl"], rows["evaluation_ko.jsonl"]) == (204, 403, 100)
