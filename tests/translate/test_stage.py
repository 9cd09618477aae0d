"""The stage against real servers on loopback: paid once, every lost row with its reason, nothing imitated offline."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openai_server import Server
from translate_run import NOWHERE, SERVERS, Project, row, rows_of


def paid_twice(engine: str, server: Any) -> int:
    counts = server.paid if engine == "endpoint" else server.answered
    return sum(count - 1 for count in counts.values())


@pytest.mark.parametrize("engine", SERVERS)
def test_rows_come_back_in_korean_and_a_sample_is_translated_back_whose_low_score_counts_only_if_asked(
    engine: str, tmp_path: Path
) -> None:
    with SERVERS[engine]() as server:
        project = Project(tmp_path, server.base_url, engine)
        project.write_rows(rows_of())
        done = project.passes()
        assert done.stderr == ""
        made = {one.document_id: one for one in project.rows()}
        books = project.books()
        assert books["in"] == books["kept"] == len(made) == 24
        assert server.requests < 24
        # each of a row's two texts is a request in the ledger of an endpoint, and many share one on the wire
        texts = engine == "endpoint"
        requests = 48 if texts else server.requests
        assert books["requests"]["in"] == books["requests"]["kept"] == requests
        assert "24 rows in, 24 kept, 0 lost" in done.stdout
        assert f"; {requests} requests sent; " in done.stdout
        keys = set(pl.read_parquet(project.folder / "responses.parquet")["key"])
        for source in rows_of():
            one, number = made[source.id], source.output.split()[1]
            assert f"`pump({number})`" in one.output
            assert f"{number} 시간" in one.output
            assert (one.language, one.task, one.group, one.origin) == ("ko", "open", "survey", "translated")
            ids = one.request_id.split()
            assert keys.issuperset(ids)
            assert len(ids) == 1 + texts
        assert {one.split for one in made.values()} == {"train", "validation", "test"}
        project.how["back_translation"] = 5
        project.passes()
        books, table = project.books(), project.table("back_translation")
        assert books["back_translated"] == len(table) == 5
        assert books["back_translation_measure"].startswith("chrF2|")
        assert 50 < books["back_translation_least"] <= books["back_translation_mean"] < 100
        assert "pump(" in table[0]["back"]
        if texts:
            assert {target for _, target in server.paid} == {"KO", "EN-US"}
            assert books["requests"]["in"] == 48 == books["requests"]["answers_used"] - 10
            assert books["requests"]["not_asked_again"] == 0
        project.how["min_chrf"] = 100.0
        project.passes()
    assert project.books()["rejected"] == {"back_translation": 5}


@pytest.mark.parametrize(
    ("engine", "fault", "reason"),
    [
        *(("teacher", f"{fault}=1", reason) for fault, reason in [
            ("lost_mark", "lost_mark"), ("extra_row", "missing_row"), ("split_text", "other_texts"),
            ("malformed", "unparsed"), ("refusal", "refused"),
        ]),
        *(("endpoint", f"{fault}~1", reason) for fault, reason in [
            ("lost_number", "lost_number"), ("doubled_mark", "lost_mark"), ("torn_mark", "lost_mark"),
            ("english", "other_language"), ("empty", "length_ratio"), ("nonsense", "length_ratio"),
        ]),
    ],
)  # fmt: skip
def test_who_always_fails_is_stopped_with_the_reason_and_an_endpoint_is_not_asked_again(
    engine: str, fault: str, reason: str, tmp_path: Path
) -> None:
    with SERVERS[engine](faults=fault) as server:
        project = Project(tmp_path, server.base_url, engine)
        plain = [row(n, output=f"It moves water for {n} hours.") for n in range(6)]
        project.write_rows(rows_of(6) if engine == "teacher" or "mark" in fault else plain)
        project.fails(f"6 of 6 rows were rejected ({reason} 6)")
        assert project.nothing_written()
        project.how["max_reject_fraction"] = 1.0
        project.passes()
        assert paid_twice(engine, server) == 0
    books = project.books()
    assert {reject["reason"] for reject in project.table("rejects")} == {reason}
    assert books["in"] == 6 == sum(books["rejected"].values()) + sum(books["failed"].values())
    assert books["requests"].get("not_asked_again", 6) == 6


def test_a_row_that_was_left_out_is_asked_for_alone(tmp_path: Path) -> None:
    with Server(faults="dropped_row~2") as server:
        project = Project(tmp_path, server.base_url)
        project.write_rows(rows_of())
        project.passes()
        dropped = server.by_fault["dropped_row"]
    books = project.books()
    assert dropped > 0
    assert books["in"] == 24 == books["kept"] + sum(books["rejected"].values())
    assert books["kept"] > 24 - dropped


@pytest.mark.parametrize(
    ("engine", "fault", "told"),
    [("teacher", "404=4", "does not know this model"), ("endpoint", "456=4", "quota is used up")],
)
def test_what_was_paid_before_an_error_stays_paid_also_for_who_pulled_the_responses(
    engine: str, fault: str, told: str, tmp_path: Path
) -> None:
    with SERVERS[engine](faults=fault) as server:
        project = Project(tmp_path / "a", server.base_url, engine)
        project.params["runtime"]["concurrency"] = 1
        project.how["max_tokens_a_request"] = 100
        project.write_rows(rows_of(40))
        assert project.fails(told).count(told) == 1
        assert server.requests == 4
        server.faults = []
        project.passes()
        done, requests = project.outputs(), server.requests
        assert requests > 4
        project.same_again()
        assert (server.requests, paid_twice(engine, server)) == (requests, 0)
    clone = Project(tmp_path / "b", NOWHERE, engine)
    clone.how["max_tokens_a_request"] = 100
    for server in clone.params["runtime"]["servers"].values():
        server["api_key_env"] = "NO_SUCH_KEY"
    clone.write_rows(rows_of(40))
    (clone.folder / "responses.parquet").write_bytes(done["responses.parquet"])
    clone.passes()
    assert clone.outputs() == done


def test_the_offline_teacher_declines_every_row_and_says_so(tmp_path: Path) -> None:
    project = Project(tmp_path)  # at whose address nobody listens
    project.write_rows([*rows_of(3), row(90, language="ko"), row(91, instruction="1 + 1", output="2")])
    project.params["teacher"] |= {"backend": "extractive"}
    assert "3 lost (needs_model 3)" in project.passes().stdout
    books = project.books()
    assert books["failed"] == {"needs_model": 3}
    assert {(one.language, one.origin) for one in project.rows()} == {("ko", "public")}
    assert books["as_they_are"] == books["nothing_to_translate"] == 1


def test_rows_pass_through_under_the_set_s_names(tmp_path: Path) -> None:
    project = Project(tmp_path)  # at whose address nobody listens
    project.set |= {"to": None, "max_rows": 10}
    rows = rows_of(30)
    project.write_rows(rows)
    project.passes()
    by_id, made = {one.id: one for one in rows}, project.rows()
    assert len(made) == 10 == project.books()["kept"]
    assert project.books()["rows_beyond_max"] == 20
    for one in made:
        assert (one.output, one.origin, one.language) == (by_id[one.document_id].output, "public", "en")
        assert (one.task, one.group) == ("open", "survey")
    project.write_rows([one for one in rows if one.id != made[0].document_id])
    project.set["use"] = "evaluate"
    project.passes()
    again = project.rows()
    assert len({one.document_id for one in made} - {one.document_id for one in again}) == 1
    assert {one.split for one in again} == {"test"}


@pytest.mark.parametrize(("engine", "words", "sent"), [("teacher", 500, 1), ("endpoint", 30_000, 2)])
def test_a_row_longer_than_any_answer_or_request_is_not_sent(
    engine: str, words: int, sent: int, tmp_path: Path
) -> None:
    with SERVERS[engine]() as server:
        project = Project(tmp_path, server.base_url, engine)
        project.params["teacher"]["max_tokens"] = 400
        project.write_rows([row(1), row(2, output="word " * words)])
        project.passes()
        assert 1 <= server.requests <= sent
    assert project.books()["failed"] == {"too_long": 1}
