"""The stage with a translation endpoint: each text paid once, marks kept or the row lost, nothing asked twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deepl_server import Server
from ruamel.yaml import YAML

from domaintune.core.records.instruction import Instruction

ROOT = Path(__file__).parents[2]
Make = Callable[..., Instruction]


@pytest.fixture
def endpoint() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def using(stage_run: Any, tmp_path: Path, endpoint: Server) -> Any:
    project = stage_run(tmp_path / "project", "http://127.0.0.1:9/v1")
    project.use_endpoint(endpoint.base_url)
    return project


def rows_of(make_row: Make, n: int = 24) -> list[Instruction]:
    return [make_row(number) for number in range(11, 11 + n)]


@pytest.mark.parametrize("tag_handling", ["xml", None])
def test_rows_come_back_in_korean_with_their_code_numbers_and_units(
    using: Any, make_row: Make, endpoint: Server, tag_handling: str | None
) -> None:
    using.use_endpoint(endpoint.base_url, tag_handling=tag_handling)
    using.write_rows(rows_of(make_row))
    code, said, err = using.run()
    assert (code, err) == (0, "")
    made = {row.document_id: row for row in using.rows()}
    books = using.books()
    assert books["in"] == books["kept"] == len(made) == 24
    assert books["requests"]["in"] == books["requests"]["kept"] == 48  # two texts a row
    assert endpoint.requests < 24
    assert "24 rows; 48 texts sent to the endpoint" in said
    keys = set(pl.read_parquet(using.folder / "responses.parquet")["key"])
    for source in rows_of(make_row):
        row = made[source.id]
        number = source.output.split()[1]
        assert f"`pump({number})`" in row.output
        assert f"{number} 시간" in row.output
        assert (row.language, row.origin) == ("ko", "translated")
        assert set(row.request_id.split()) <= keys
        assert len(row.request_id.split()) == 2
    assert ("tag_handling" in str(endpoint.bodies)) == (tag_handling == "xml")


def test_signs_of_xml_and_broken_lines_come_back_as_they_were(using: Any, make_row: Make) -> None:
    text = 'If x < 3 & y > 4,\ncall `f(x) && g(y)` and write &amp; or <b>bold</b> as "it" is.'
    using.write_rows([make_row(1, output=text)])
    assert using.run()[0] == 0
    [row] = using.rows()
    for kept in (" < 3 & ", " > 4,\n", "`f(x) && g(y)`", "&", "<b>", "</b>", '"'):
        assert kept in row.output
    assert "&lt;" not in row.output


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("lost_number", "lost_number"), ("lost_mark", "lost_mark"), ("doubled_mark", "lost_mark"),
        ("torn_mark", "lost_mark"), ("english", "other_language"), ("empty", "length_ratio"),
        ("nonsense", "length_ratio"),
    ],
)  # fmt: skip
def test_what_fails_a_check_is_lost_with_the_reason_and_not_asked_for_again(
    stage_run: Any, tmp_path: Path, make_row: Make, fault: str, reason: str
) -> None:
    with Server(faults=f"{fault}~1") as server:
        project = stage_run(tmp_path, "http://127.0.0.1:9/v1")
        project.use_endpoint(server.base_url)
        rows = rows_of(make_row, 6)
        if "mark" not in fault:
            rows = [row.model_copy(update={"output": row.output.replace("`", "")}) for row in rows]
        project.write_rows(rows)
        code, _, err = project.run()
        assert code == 1
        assert f"6 of 6 rows were rejected ({reason} 6)" in err
        project.params["translate"]["max_reject_fraction"] = 1.0
        assert project.run()[0] == 0
        assert set(server.paid.values()) == {1}
    books = project.books()
    assert books["rejected"] == {reason: 6}
    assert books["requests"]["kept"] == books["requests"]["in"] == 12
    assert books["requests"]["not_asked_again"] == 6
    assert {reject["reason"] for reject in project.table("rejects")} == {reason}


def test_one_text_is_paid_for_once_wherever_it_stands(using: Any, make_row: Make, endpoint: Server) -> None:
    same = "Say what the pump is good for."
    rows = [make_row(number, instruction=same) for number in range(11, 31)]
    using.write_rows(rows)
    assert using.run()[0] == 0
    assert endpoint.paid[same, "KO"] == 1
    assert sum(endpoint.paid.values()) == 21 == using.books()["requests"]["answers_used"]
    assert using.books()["requests"]["characters"] == sum(len(text) for text, _ in endpoint.paid)
    rows[3] = make_row(14, instruction="Say what `stop()` is good for.")  # its output was paid for
    using.write_rows(rows)
    assert using.run()[0] == 0
    assert sum(endpoint.paid.values()) == 22


def test_who_pulled_the_responses_needs_neither_key_nor_server(
    using: Any, stage_run: Any, tmp_path: Path, make_row: Make
) -> None:
    using.write_rows(rows_of(make_row))
    assert using.run()[0] == 0
    clone = stage_run(tmp_path / "clone", "http://127.0.0.1:9/v1")
    clone.use_endpoint("http://127.0.0.1:9", api_key_env="NO_SUCH_KEY")
    clone.write_rows(rows_of(make_row))
    (clone.folder / "responses.parquet").write_bytes((using.folder / "responses.parquet").read_bytes())
    assert clone.run()[0] == 0
    assert clone.outputs() == using.outputs()


def test_a_run_that_is_killed_pays_again_only_for_what_was_in_flight(
    stage_run: Any, tmp_path: Path, make_row: Make
) -> None:
    rows = rows_of(make_row, 80)
    with Server(delay_s=0.05) as server:
        project = stage_run(tmp_path / "killed", "http://127.0.0.1:9/v1")
        project.use_endpoint(server.base_url)
        project.params["runtime"]["concurrency"] = 2
        project.params["translate"]["max_tokens_a_request"] = 100
        project.write_rows(rows)
        assert project.killed_at(server, 8)
        assert not (project.folder / "out").exists()
        before = len(server.bodies)
        assert project.run()[0] == 0
        twice = sum(paid - 1 for paid in server.paid.values())
        assert twice <= sum(len(body["text"]) for body in server.bodies[max(before - 3, 0) : before])
        assert len(server.paid) == 160 == project.books()["requests"]["in"]
        paid = Counter(server.paid)
        assert project.run()[0] == 0
        assert server.paid == paid
    with Server() as server:
        undisturbed = stage_run(tmp_path / "undisturbed", "http://127.0.0.1:9/v1")
        undisturbed.use_endpoint(server.base_url)
        undisturbed.write_rows(rows)
        assert undisturbed.run()[0] == 0
    assert project.outputs() == undisturbed.outputs()


def test_a_quota_that_is_used_up_stops_the_run_and_what_was_paid_for_stays_paid(
    stage_run: Any, tmp_path: Path, make_row: Make
) -> None:
    with Server(faults="456=4") as server:
        project = stage_run(tmp_path, "http://127.0.0.1:9/v1")
        project.use_endpoint(server.base_url)
        project.params["runtime"]["concurrency"] = 1
        project.params["translate"]["max_tokens_a_request"] = 100
        project.write_rows(rows_of(make_row))
        code, _, err = project.run()
        assert code == 1
        assert err.count("quota is used up") == 1
        assert "Traceback" not in err
        assert server.requests == 4
        server.faults = []
        assert project.run()[0] == 0
        assert set(server.paid.values()) == {1}


def test_the_key_comes_from_the_environment_and_goes_nowhere(
    using: Any, make_row: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "0a1b-secret:fx"
    using.write_rows(rows_of(make_row, 4))
    with Server(key=key) as server:
        using.use_endpoint(server.base_url, api_key_env="MY_KEY")
        code, _, err = using.run()
        assert code == 1
        assert "MY_KEY is not set" in err
        assert server.requests == 0
        monkeypatch.setenv("MY_KEY", key)
        code, said, err = using.run()
    assert code == 0
    written = b"".join(path.read_bytes() for path in using.folder.rglob("*") if path.is_file())
    assert key.encode() not in written
    assert key not in said + err
    assert server.base_url.encode() not in (using.folder / "ledger.sqlite3").read_bytes()


def test_a_sample_is_translated_back_by_the_endpoint(using: Any, make_row: Make, endpoint: Server) -> None:
    using.params["translate"]["back_translation"] = 5
    using.write_rows(rows_of(make_row))
    assert using.run()[0] == 0
    books, table = using.books(), using.table("back_translation")
    assert books["back_translated"] == len(table) == 5
    assert 50 < books["back_translation_least"] <= books["back_translation_mean"] < 100
    assert {target for _, target in endpoint.paid} == {"KO", "EN-US"}
    assert books["requests"]["in"] == 48 == books["requests"]["answers_used"] - 10
    assert books["requests"]["not_asked_again"] == 0


def test_a_text_that_no_request_can_hold_is_lost_as_too_long(
    using: Any, make_row: Make, endpoint: Server
) -> None:
    using.write_rows([make_row(1), make_row(2, output="word " * 30_000)])
    assert using.run()[0] == 0
    books = using.books()
    assert books["failed"] == {"too_long": 1} == books["requests"]["failed"]
    assert max(len(text) for text, _ in endpoint.paid) < 200


def test_engine_and_endpoint_that_do_not_fit_are_told_before_anything_is_sent(
    using: Any, make_row: Make, endpoint: Server
) -> None:
    using.write_rows(rows_of(make_row, 2))
    using.params["translate"]["engine"] = "teacher"
    code, _, err = using.run()
    assert code == 1
    assert "engine teacher needs endpoint: null" in err
    using.params["translate"] |= {"engine": "endpoint", "endpoint": None}
    assert "engine endpoint needs translate.endpoint" in using.run()[2]
    assert endpoint.requests == 0


def test_another_engine_reruns_translate_alone() -> None:
    stages = YAML(typ="safe").load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    params = {name: stage.get("do", stage).get("params", []) for name, stage in stages.items()}
    assert [name for name, given in params.items() if any(one.startswith("translate") for one in given)] == [
        "translate"
    ]
