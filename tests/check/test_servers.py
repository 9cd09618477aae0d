"""Servers and questions that params.yaml asks for are looked for before anything is spent."""

from typing import Any

import pytest

from domaintune.check.servers import availability_problems

SERVERS = {"servers": {"teacher": {}, "judge": {}}}
HELD_OUT = {"questions": {"n": 5, "from": "test", "context": "none"}}


def test_every_server_that_is_named_must_be_known() -> None:
    found = list(
        availability_problems({
            "runtime": SERVERS,
            "arms": {"gpt_4": {"endpoint": {"server": "jugde"}}, "base": {}},
            "teacher": {"backend": "openai", "server": "tutor"},
            "judge": {"model": {"backend": "token_f1", "server": "nobody asks it"}},
            "grade": {"model": {"backend": "openai", "server": "judge"}},
        })
    )  # fmt: skip
    assert found == [
        "arms.gpt_4.endpoint.server: jugde is no entry of runtime.servers (did you mean judge?)",
        "teacher.server: tutor is no entry of runtime.servers; known here: judge, teacher",
    ]


def test_test_questions_need_something_held_out() -> None:
    asked: dict[str, Any] = {
        "corpus": {"test_fraction": 0.0}, "answer": HELD_OUT, "sets": {"a": {"use": "train"}},
        "benchmarks": {"exam": {"split": "test"}, "mmlu": {"split": "benchmark"}},
    }  # fmt: skip
    assert [fault.partition(":")[0] for fault in availability_problems(asked)] == [
        "benchmarks.exam.split",
        "answer.questions.from",
    ]
    assert not list(availability_problems({**asked, "corpus": {"test_fraction": 0.1}}))
    evaluated = {**asked, "sets": {"a": {"use": "evaluate"}}, "benchmarks": {}}
    assert not list(availability_problems(evaluated))


@pytest.mark.parametrize("value", [3, "x", [1], [["a"]], {"a": [1]}, {"a": {"endpoint": [1]}}, None])
def test_values_of_wrong_types_are_left_to_their_own_sections(value: Any) -> None:
    names = ("runtime", "arms", "teacher", "judge", "grade", "corpus", "benchmarks", "answer", "sets")
    assert not list(availability_problems(dict.fromkeys(names, value)))
