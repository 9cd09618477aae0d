"""Mixing: the arm's groups, never the test split, nothing cut, every lost row counted."""

import pytest

from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.rendering import Rendered
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.mix.mixing import check_groups, mix_rows, summary


def row(name: str, **fields: object) -> Instruction:
    values = {
        "id": name, "task": "t", "group": "nasa", "language": "en", "system": "", "instruction": "Plan.",
        "input": "Why?", "output": "So.", "turns": [], "document_id": "d", "field": "text", "origin": "generated",
        "request_id": "", "grade": None, "licence": "Apache-2.0", "split": "train", **fields,
    }  # fmt: skip
    return Instruction.model_validate(values)


def rendered(instruction: Instruction) -> Rendered:
    ids = list(range(3 + len(instruction.output)))
    return Rendered(instruction.output, ids, [False] * 3 + [True] * len(instruction.output), 3)


def test_rows_over_the_cutoff_are_rejected_and_never_cut() -> None:
    mixed = mix_rows(
        [row("b", output="x" * 8), row("a"), row("c", output="x" * 7)], ["nasa"], ["t"], rendered, 10
    )
    assert [instruction.id for instruction, _ in mixed.rows] == ["a", "c"]
    assert [(reject.id, reject.reason) for reject in mixed.rejects] == [("b", "over_cutoff")]
    assert mixed.rejects[0].detail == "11 tokens, cutoff 10"
    assert mixed.chosen == len(mixed.rows) + len(mixed.rejects)


def test_the_test_split_and_other_groups_and_removed_tasks_are_not_taken() -> None:
    rows = [
        row("a"),
        row("b", split="test"),
        row("c", group="other"),
        row("d", split="validation"),
        row("e", task="gone"),
    ]
    mixed = mix_rows(rows, ["nasa"], ["t"], rendered, 10)
    assert [instruction.id for instruction, _ in mixed.rows] == ["a", "d"]
    assert mixed.chosen == 2


def test_conversations_are_counted_not_mangled() -> None:
    talk = row("b", turns=[Turn(role="user", content="hi")])
    mixed = mix_rows([row("a"), talk], ["nasa"], ["t"], rendered, 10)
    assert [reject.reason for reject in mixed.rejects] == ["conversation"]


def test_nothing_left_to_train_on_stops_the_run() -> None:
    with pytest.raises(InputError, match="no training row is left of 1 rows"):
        mix_rows([row("a")], ["nasa"], ["t"], rendered, 4)


def test_an_unknown_group_names_the_known_ones() -> None:
    with pytest.raises(ParamsError, match=r"unknown groups \['nsa'\]; the tasks have the groups \['nasa'\]"):
        check_groups(["nsa"], {"t": "nasa"}, "tuned")
    with pytest.raises(ParamsError, match="is empty"):
        check_groups([], {"t": "nasa"}, "tuned")
    check_groups(["nasa"], {"t": "nasa"}, "tuned")


def test_the_summary_counts_rows_and_trained_tokens_by_split() -> None:
    mixed = mix_rows([row("a"), row("b", split="validation", output="1234")], ["nasa"], ["t"], rendered, 10)
    assert summary(mixed) == {
        "train": {"rows": 1, "tokens": 6, "answer_tokens": 3},
        "validation": {"rows": 1, "tokens": 7, "answer_tokens": 4},
        "licences": ["Apache-2.0"],
        "longest": 7,
    }
