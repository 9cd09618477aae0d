"""A judge is tried on calibration pairs before it judges: who cannot tell good from bad judges nothing."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from judge_run import Project, question
from openai_server import Server
from rule_judge import FAULTS

from domaintune.core.frames import read_records
from domaintune.core.records.judgment import CONTRADICTION, CalibrationPair
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.judge.trial import Calibration, known_pairs, languages_of, read_calibration

FILE = Path(__file__).resolve().parents[2] / "catalog/calibration/judge.yaml"
NAMES = [f"q{number}" for number in range(8)]
PAIRS = {"en": 50, "ko": 50}
"""Calibration pairs of a language: six items with eight bad answers, two of them with a paraphrase."""
MATCH = {"match": {"orders": ["baseline_first", "arm_first"]}}


def project(
    folder: Path, base_url: str = "", rubrics: Any = None, language: str = "en", **judge: Any
) -> Project:
    """Return a folder with eight questions whose judge is a server, or the embedded one."""
    texts = {"tuned": "It melts ice at -40 °C.", "base": "A lamp that shines."}
    said = {arm: dict.fromkeys(NAMES, text) for arm, text in texts.items()}
    made = Project(folder, [question(name, language=language) for name in NAMES], said, base_url, **judge)
    made.params["rubrics"] = rubrics or MATCH
    return made


def tried(made: Project) -> list[CalibrationPair]:
    return read_records(made.folder / "out/tuned/calibration.parquet", CalibrationPair)


@contextmanager
def passed(folder: Path, faults: str = "", *given: Any, **judge: Any) -> Iterator[tuple[Project, Any]]:
    """Yield a folder whose judge has passed, and the server it asked."""
    with Server(faults=faults) as server:
        made = project(folder, server.base_url, *given, **judge)
        assert made.passes().stderr == ""
        yield made, server


@pytest.mark.promise(24)
def test_a_fair_judge_passes_before_it_judges_and_the_next_run_pays_nothing(tmp_path: Path) -> None:
    with passed(tmp_path, repeats=3, repeat_rows=2) as (made, server):
        about = ["melts ice" in str(body) for body in server.bodies]
        assert about == [False] * 2 * PAIRS["en"] + [True] * (16 + 2 * 2 * 2)
        made.passes()
        assert server.requests == len(about)
    rows = tried(made)
    told = Counter(row.version for row in rows if row.told_apart)
    assert [row.language for row in rows] == ["en"] * PAIRS["en"]
    assert told == Counter({row.version: 6 for row in rows if row.version != "paraphrased"})
    again = made.judgments(table="repeats")
    names, _, times = zip(*(one.id.partition("/") for one in again), strict=True)
    assert (len(again), set(times)) == (8, {"1", "2"})
    assert set(names) < {one.id for one in made.judgments()}


@pytest.mark.promise(24)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_constant_first_place_longest_or_contradictory_judge_judges_nothing(
    fault: str, tmp_path: Path
) -> None:
    with Server(faults=f"{fault}=1") as server:
        made = project(tmp_path, server.base_url)
        made.fails(
            "judge (tuned): the judge does not tell good answers from bad, less often than judge.min_agreement = 80 %",
            "None of the 16 verdicts was asked for and nothing was written",
            "match: the good answer is preferred in ",
            " of 50 calibration pairs",
            "\n  padded: 0 of 6 told apart; e.g. altitude (en): good as A",
            "Choose a better judge (judge.model)",
            "catalog/calibration/judge.yaml",
        )
        assert not [body for body in server.bodies if "melts ice" in str(body)]
    assert made.outputs() == {}


@pytest.mark.promise(24)
def test_each_answer_by_itself_is_tried_by_its_mean(tmp_path: Path) -> None:
    kept = {"min_agreement": 0.4, "max_reject_fraction": 0.5}  # the server cuts every third reply
    with passed(tmp_path, "malformed~3", {"by_category": {"language": "ko"}}, "ko", **kept) as (made, _):
        assert {row.language for row in tried(made)} == {"ko"}
        read = [row for row in tried(made) if "unread" not in row.said]
        assert sum(row.told_apart for row in read) >= 0.8 * len(read)
        assert PAIRS["ko"] > len(read) >= sum(row.told_apart for row in tried(made))
        assert all(row.said.startswith("good ") for row in tried(made))


def test_a_rubric_that_calls_neither_answer_better_is_not_tried_and_is_judged(tmp_path: Path) -> None:
    with passed(tmp_path, "", {"similarity": MATCH["match"]}, repeats=1) as (made, server):
        assert server.requests == 16
    assert tried(made) == []


def test_a_judge_that_contradicts_itself_now_and_then_is_asked_again_and_counted(tmp_path: Path) -> None:
    kept = {"repeats": 1, "min_agreement": 0.5, "max_reject_fraction": 0.5}
    with passed(tmp_path, "contradictory~3", **kept) as (made, _):
        judgments = made.judgments()
    seen = [one for one in judgments if CONTRADICTION in one.detail]
    assert made.accounts()["match_contradictory"] == len(seen) > 0
    assert {one.outcome for one in seen} <= {"repaired", "unparsed"}
    assert all(CONTRADICTION not in one.detail for one in judgments if one.outcome == "parsed")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_of_bad_answer_is_there_in_each_language_and_no_two_are_alike(language: str) -> None:
    found = known_pairs(read_calibration(FILE), [language])
    assert " ".join(sorted({pair.version for pair in found})) == (
        "contradicted empty negated numbers off_language padded paraphrased swapped truncated"
    )
    assert len({pair.row.name for pair in found}) >= 6
    for name in {pair.row.name for pair in found}:
        own = [pair for pair in found if pair.row.name == name and pair.version != "paraphrased"]
        assert len({own[0].good, *(pair.bad for pair in own)}) == 1 + len(own) == 9


@pytest.mark.parametrize(
    ("asked", "languages"),
    [(["en"], ["en"]), (["ko"], ["ko"]), *((both, ["en", "ko"]) for both in (["en", "ko"], ["en", "de"], [""])), ([], [])],
)  # fmt: skip
def test_items_are_in_the_languages_of_the_questions_and_in_both_where_one_is_unsure(
    asked: list[str], languages: list[str]
) -> None:
    assert languages_of(asked, {one: question(one, language=one) for one in asked}) == languages


def test_items_that_tell_a_judge_nothing_and_a_language_without_any_are_refused_before_it_is_asked() -> None:
    value = read_yaml(FILE)
    value["rows"] = [row for row in value["rows"] if row["language"] == "en"]
    with pytest.raises(ParamsError, match="none in ko, in which questions are asked"):
        known_pairs(parse(FILE, "judge", Calibration, value), ["en", "ko"])
    value["rows"][0]["name"] = value["rows"][1]["name"]
    with pytest.raises(ParamsError, match="two calibration items are called"):
        parse(FILE, "judge", Calibration, value)
