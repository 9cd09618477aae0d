"""The planted questions: complete, in the languages they claim, and held against themselves before they are asked."""

from pathlib import Path
from typing import Any

import pytest

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.judge.calibration import Calibration, known_pairs, languages_of, read_calibration
from domaintune.science.sentences import hangul_share

FILE = Path(__file__).resolve().parents[2] / "catalog/calibration/judge.yaml"
KINDS = {
    "swapped", "truncated", "contradicted", "negated", "numbers", "off_language", "empty", "padded", "paraphrased",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_of_bad_answer_is_planted_in_each_language_and_no_two_are_alike(language: str) -> None:
    found = known_pairs(read_calibration(FILE), [language])
    assert {pair.version for pair in found} == KINDS
    assert len({pair.row.name for pair in found}) >= 6
    for name in {pair.row.name for pair in found}:
        own = [pair for pair in found if pair.row.name == name]
        bad = [pair.bad for pair in own if pair.version != "paraphrased"]
        assert len(set(bad)) == len(bad) == 8
        assert own[0].good not in bad
    for pair in found:
        korean = language == "ko"
        assert (hangul_share(pair.good) > 0.5) == korean == (hangul_share(pair.row.question) > 0.5)
        assert pair.version in ("empty", "off_language") or (hangul_share(pair.bad) > 0.5) == korean
        if pair.version == "padded":
            assert pair.bad.startswith(pair.good)
            assert len(pair.bad) > 2 * len(pair.good)


def test_planted_languages_are_those_of_the_questions_and_both_where_one_is_unsure(question: Any) -> None:
    asked = {name: question(name).model_copy(update={"language": language}) for name, language in (
        ("a", "en"), ("b", "ko"), ("c", "de"), ("d", "")
    )}  # fmt: skip
    assert languages_of(["a"], asked) == ["en"]
    assert languages_of(["b"], asked) == ["ko"]
    for both in (["a", "b"], ["a", "c"], ["d"]):
        assert languages_of(both, asked) == ["en", "ko"]
    assert languages_of([], asked) == [], "where nothing is asked no planted row is missed"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "heater"}, "two planted rows are called heater"),
        ({"negated": "same", "answer": "same same same same"}, None),
        ({"negated": "one two three four", "answer": "one two three four"}, "a bad answer is the good one"),
        ({"answer": "too short"}, "expected 4 words or more"),
    ],
)
def test_rows_that_tell_a_judge_nothing_are_refused(change: dict[str, Any], expected: str | None) -> None:
    value = read_yaml(FILE)
    value["rows"][0] |= change
    if expected is None:
        assert parse(FILE, "judge", Calibration, value)
        return
    with pytest.raises(ParamsError, match=expected):
        parse(FILE, "judge", Calibration, value)


def test_a_language_without_planted_questions_is_named_before_anything_is_asked() -> None:
    value = read_yaml(FILE)
    value["rows"] = [row for row in value["rows"] if row["language"] == "en"]
    with pytest.raises(ParamsError, match="none in ko, in which questions are asked"):
        known_pairs(parse(FILE, "judge", Calibration, value), ["en", "ko"])
