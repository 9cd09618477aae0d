"""A judge is tried on planted pairs before it judges: who cannot tell good from bad judges nothing."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS
from judge_run import run
from openai_server import Server
from ruamel.yaml import YAML
from rule_judge import FAULTS

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.judgment import CONTRADICTION, CalibrationPair, Judgment
from domaintune.core.records.question import Question
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.params import read_yaml
from domaintune.judge.calibration import known_pairs, read_calibration
from domaintune.judge.trial import check_trial
from domaintune.science.content_words import content_words

ROOT = Path(__file__).resolve().parents[2]
Make = Callable[..., Any]
NAMES = [f"q{number}" for number in range(8)]
PAIRS = {"en": 50, "ko": 50}
"""Planted pairs of a language: six rows with eight bad answers, two of them with a paraphrase."""


@pytest.fixture
def project(tmp_path: Path, question: Make, duel: Make) -> Callable[..., Path]:
    """Return a folder with eight questions whose judge is a server, or the embedded one."""

    def make(base_url: str = "", rubrics: Any = None, language: str = "en", **judge: Any) -> Path:
        for name in ("catalog", "locks"):
            (tmp_path / name).symlink_to(ROOT / name)
        params = read_yaml(PARAMS)
        params["rubrics"] = rubrics or {"match": {"orders": ["baseline_first", "arm_first"]}}
        served = {"backend": "openai", "provider": "loopback", "model": "rules"} if base_url else {}
        params["judge"] |= {"model": params["judge"]["model"] | served, **judge}
        params["runtime"]["servers"]["judge"] = {
            "base_url": base_url or "http://127.0.0.1:1/v1",
            "api_key_env": None,
        }
        with (tmp_path / "params.yaml").open("w", encoding="utf-8") as handle:
            YAML().dump(params, handle)
        rows = [question(name).model_copy(update={"language": language}) for name in NAMES]
        write_records(tmp_path / "questions.parquet", Question, rows)
        pair = duel(
            dict.fromkeys(NAMES, "It melts ice at -40 °C."), dict.fromkeys(NAMES, "A lamp that shines.")
        )
        for arm, answers in (("tuned", pair.arm_answers), ("base", pair.baseline_answers)):
            table = list(answers.values())
            write_records(tmp_path / arm / "answers.parquet", Answer, table, sort_by=("question_id",))
        return tmp_path

    return make


def tried(folder: Path) -> list[CalibrationPair]:
    return read_records(folder / "out/tuned/planted.parquet", CalibrationPair)


@pytest.mark.promise(24)
def test_a_fair_judge_passes_before_it_judges_and_the_next_run_pays_nothing(project: Any) -> None:
    with Server() as server:
        folder = project(server.base_url, repeats=3, repeat_rows=2)
        assert run(folder, "tuned") == (0, "")
        about = ["melts ice" in json.dumps(body, ensure_ascii=False) for body in server.bodies]
        assert about == [False] * 2 * PAIRS["en"] + [True] * (16 + 2 * 2 * 2)
        assert run(folder, "tuned") == (0, "")
        assert server.requests == len(about)
    rows = tried(folder)
    told = Counter(row.version for row in rows if row.told_apart)
    assert len(rows) == PAIRS["en"]
    assert {row.language for row in rows} == {"en"}
    assert told == Counter({row.version: 6 for row in rows if row.version != "paraphrased"})
    again = read_records(folder / "out/tuned/repeats.parquet", Judgment)
    assert len(again) == 8
    assert {one.id.partition("/")[2] for one in again} == {"1", "2"}
    first = {one.id for one in read_records(folder / "out/tuned/judgments.parquet", Judgment)}
    assert {one.id.partition("/")[0] for one in again} < first


@pytest.mark.promise(24)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_constant_first_place_longest_or_contradictory_judge_judges_nothing(
    project: Any, fault: str
) -> None:
    with Server(faults=f"{fault}=1") as server:
        folder = project(server.base_url)
        code, message = run(folder, "tuned")
        asked = [body for body in server.bodies if "melts ice" in json.dumps(body)]
    assert code == 1
    assert asked == []
    assert not (folder / "out").exists()
    assert not (folder / "books").exists()
    for part in (
        "judge (tuned): the judge does not tell good answers from bad, less often than judge.min_agreement = 80 %",
        "None of the 16 verdicts was asked for and nothing was written",
        "match: the good answer is preferred in ",
        " of 50 planted pairs",
        "\n  padded: 0 of 6 told apart; e.g. altitude (en): good as A",
        "Choose a better judge (judge.model)",
        "catalog/calibration/judge.yaml",
    ):
        assert part in message
    assert "Traceback" not in message


@pytest.mark.promise(24)
def test_each_answer_by_itself_is_tried_by_its_mean_and_a_constant_judge_is_refused(project: Any) -> None:
    rubrics = {"by_category": {"language": "ko"}}
    with Server() as server:
        folder = project(server.base_url, rubrics, "ko")
        assert run(folder, "tuned") == (0, "")
        assert {row.language for row in tried(folder)} == {"ko"}
        assert sum(row.told_apart for row in tried(folder)) >= 0.8 * PAIRS["ko"]
        assert all(row.said.startswith("good ") for row in tried(folder))
    with Server(faults="constant=1") as server:
        params = read_yaml(folder / "params.yaml")
        params["judge"]["model"]["provider"] = "another"
        params["runtime"]["servers"]["judge"]["base_url"] = server.base_url
        with (folder / "params.yaml").open("w", encoding="utf-8") as handle:
            YAML().dump(params, handle)
        code, message = run(folder, "tuned")
    assert code == 1
    assert "by_category: the good answer is preferred in 0 of 50 planted pairs (0 %)" in message
    assert "e.g. salt_road (ko): good 0.22, swapped 0.22" in message


def test_a_rubric_that_calls_neither_answer_better_is_not_tried_and_is_judged(project: Any) -> None:
    with Server() as server:
        folder = project(
            server.base_url, {"similarity": {"orders": ["baseline_first", "arm_first"]}}, repeats=1
        )
        assert run(folder, "tuned") == (0, "")
        assert server.requests == 16
    assert tried(folder) == []


def test_the_word_counter_earns_its_share_but_for_answers_in_other_words(project: Any) -> None:
    folder = project(language="")
    assert run(folder, "tuned") == (0, "")
    rows = tried(folder)
    missed = Counter(row.version for row in rows if not row.told_apart)
    assert len(rows) == sum(PAIRS.values())
    assert missed == {"paraphrased": 4}
    assert read_records(folder / "out/tuned/repeats.parquet", Judgment) == []


def test_a_judge_that_contradicts_itself_now_and_then_is_asked_again_and_counted(project: Any) -> None:
    with Server(faults="contradictory~3") as server:
        folder = project(server.base_url, repeats=1, min_agreement=0.5, max_reject_fraction=0.5)
        code, message = run(folder, "tuned")
        assert (code, message) == (0, "")
    judgments = read_records(folder / "out/tuned/judgments.parquet", Judgment)
    seen = [one for one in judgments if CONTRADICTION in one.detail]
    books = json.loads((folder / "books/tuned.json").read_text())
    assert books["match_contradictory"] == len(seen) > 0
    assert {one.outcome for one in seen} <= {"repaired", "unparsed"}
    assert all(CONTRADICTION not in one.detail for one in judgments if one.outcome == "parsed")


def by_rule(languages: list[str], rule: Callable[[Any, str], float]) -> list[CalibrationPair]:
    """Return what a judge makes of the planted pairs that prefers the higher value of a rule, whatever the order."""
    known = known_pairs(read_calibration(ROOT / "catalog/calibration/judge.yaml"), languages)
    return [
        CalibrationPair(
            id=str(at), rubric="match", row=one.row.name, version=one.version, language=one.row.language,
            told_apart=rule(one.row, one.good) > rule(one.row, one.bad), said="", request_ids=[],
        )
        for at, one in enumerate(known)
    ]  # fmt: skip


def length_alone(row: Any, text: str) -> float:
    return -abs(len(text) - len(row.reference))


def words_of_the_reference(row: Any, text: str) -> float:
    return len(set(content_words(row.reference)) & set(content_words(text)))


@pytest.mark.parametrize(
    ("rule", "kind"), [(length_alone, "numbers: 2 of 6"), (words_of_the_reference, "padded: 0 of 6")]
)
def test_a_judge_that_passes_on_average_but_is_blind_to_a_kind_of_fault_judges_nothing(
    rule: Callable[[Any, str], float], kind: str
) -> None:
    pairs = by_rule(["ko"], rule)
    assert sum(one.told_apart for one in pairs) >= 0.8 * PAIRS["ko"]
    with pytest.raises(GateError, match=kind):
        check_trial("tuned", pairs, 0.8, 10)
    check_trial("tuned", pairs, 0.0, 10)


def test_a_judge_that_knows_one_language_judges_nothing_in_two() -> None:
    pairs = [one.model_copy(update={"told_apart": True}) for one in by_rule(["en", "ko"], length_alone)]
    korean = [at for at, one in enumerate(pairs) if one.language == "ko"]
    for at in korean[::3]:
        pairs[at] = pairs[at].model_copy(update={"told_apart": False})
    assert sum(one.told_apart for one in pairs) >= 0.8 * len(pairs)
    with pytest.raises(GateError, match=r"83 of 100 planted pairs"):
        check_trial("tuned", pairs, 0.8, 10)


def test_a_judge_that_misses_paraphrases_alone_is_let_through() -> None:
    pairs = by_rule(["en", "ko"], length_alone)
    check_trial(
        "tuned",
        [one.model_copy(update={"told_apart": one.version != "paraphrased"}) for one in pairs],
        0.8,
        10,
    )
