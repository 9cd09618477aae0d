"""The stage against a real server on loopback: paid once, every lost row with its reason, nothing imitated offline."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openai_server import Server

from domaintune.core.records.instruction import Instruction

Make = Callable[..., Instruction]


def rows_of(make_row: Make, n: int = 24) -> list[Instruction]:
    return [make_row(number) for number in range(11, 11 + n)]


def test_rows_come_back_in_korean_with_their_code_numbers_and_units(
    project: Any, make_row: Make, server: Server
) -> None:
    project.write_rows(rows_of(make_row))
    code, said, err = project.run()
    assert (code, err) == (0, "")
    made = {row.document_id: row for row in project.rows()}
    books = project.books()
    assert books["in"] == books["kept"] == len(made) == 24
    assert books["requests"]["in"] == server.requests < 24
    assert f"24 rows; {server.requests} requests sent" in said
    for source in rows_of(make_row):
        row = made[source.id]
        number = source.output.split()[1]
        assert f"`pump({number})`" in row.output
        assert f"{number} 시간" in row.output
        assert (row.language, row.task, row.group, row.origin) == ("ko", "open", "survey", "translated")
        assert row.request_id
    assert {row.split for row in made.values()} == {"train", "validation", "test"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("lost_number", "lost_number"), ("lost_mark", "lost_mark"), ("english", "other_language"),
        ("short", "length_ratio"), ("extra_row", "missing_row"), ("split_text", "other_texts"),
        ("malformed", "unparsed"), ("refusal", "refused"),
    ],
)  # fmt: skip
def test_a_teacher_that_always_fails_is_stopped_with_the_reason(
    stage_run: Any, tmp_path: Path, make_row: Make, fault: str, reason: str
) -> None:
    with Server(faults=f"{fault}=1") as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_rows(rows_of(make_row, 6))
        code, _, err = project.run()
        assert code == 1
        assert f"6 of 6 rows were rejected ({reason} 6)" in err
        assert "Traceback" not in err
        assert not (tmp_path / "out").exists()
        project.params["translate"]["max_reject_fraction"] = 1.0
        assert project.run()[0] == 0
    assert {reject["reason"] for reject in project.table("rejects")} == {reason}
    books = project.books()
    assert books["in"] == 6 == sum(books["rejected"].values()) + sum(books["failed"].values())


def test_a_row_that_was_left_out_is_asked_for_alone(stage_run: Any, tmp_path: Path, make_row: Make) -> None:
    with Server(faults="dropped_row~2") as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_rows(rows_of(make_row))
        assert project.run()[0] == 0
        dropped = server.by_fault["dropped_row"]
        books = project.books()
    assert dropped > 0
    assert books["in"] == 24 == books["kept"] + sum(books["rejected"].values())
    assert books["kept"] > 24 - dropped


def test_a_killed_run_pays_for_the_rest_only_and_a_third_one_for_nothing(
    stage_run: Any, tmp_path: Path, make_row: Make
) -> None:
    rows = rows_of(make_row, 40)
    with Server(faults="404=4") as first:
        project = stage_run(tmp_path / "a", first.base_url)
        project.params["runtime"]["concurrency"] = 1
        project.write_rows(rows)
        code, _, err = project.run()
        assert code == 1, err
        paid = sum(first.answered.values())
    with Server() as second:
        project.params["runtime"]["servers"]["teacher"]["base_url"] = second.base_url
        assert project.run()[0] == 0
        total = project.books()["requests"]["in"]
        assert 0 < paid < total
        assert second.requests == total - paid
        done = project.outputs()
        assert project.run()[0] == 0
        assert second.requests == total - paid
        assert project.outputs() == done
        clone = stage_run(tmp_path / "b", second.base_url)  # a teammate who pulled the responses
        clone.write_rows(rows)
        (clone.folder / "responses.parquet").write_bytes(done["responses.parquet"])
        assert clone.run()[0] == 0
        assert second.requests == total - paid
        assert clone.outputs() == done


def test_a_run_that_is_killed_sends_again_only_what_was_in_flight(
    stage_run: Any, tmp_path: Path, make_row: Make
) -> None:
    rows = rows_of(make_row, 80)
    with Server(faults="dropped_row~3", delay_s=0.05) as server:
        project = stage_run(tmp_path / "killed", server.base_url)
        project.params["runtime"]["concurrency"] = 2
        project.write_rows(rows)
        assert project.killed_at(server, 5)
        assert not (project.folder / "out").exists()
        assert project.run()[0] == 0
        assert server.requests <= project.books()["requests"]["in"] + 2
    with Server(faults="dropped_row~3") as server:
        undisturbed = stage_run(tmp_path / "undisturbed", server.base_url)
        undisturbed.write_rows(rows)
        assert undisturbed.run()[0] == 0
    assert project.outputs() == undisturbed.outputs()


def test_one_edited_row_asks_for_its_own_bucket_only(project: Any, make_row: Make, server: Server) -> None:
    rows = rows_of(make_row, 40)
    project.write_rows(rows)
    assert project.run()[0] == 0
    before = server.requests
    rows[3] = make_row(14, output="Pump 14 moves oil for 14 hours.")
    project.write_rows(rows)
    assert project.run()[0] == 0
    assert server.requests == before + 1


def test_a_sample_is_translated_back_and_scored_and_a_low_score_counts_only_if_asked(
    project: Any, make_row: Make
) -> None:
    project.write_rows(rows_of(make_row))
    project.params["translate"]["back_translation"] = 5
    assert project.run()[0] == 0
    books, table = project.books(), project.table("back_translation")
    assert books["back_translated"] == len(table) == 5
    assert books["back_translation_measure"].startswith("chrF2|")
    assert 50 < books["back_translation_least"] <= books["back_translation_mean"] < 100
    assert "pump(" in table[0]["back"]
    project.params["translate"]["min_chrf"] = 100.0
    assert project.run()[0] == 0
    assert project.books()["rejected"] == {"back_translation": 5}


def test_the_offline_teacher_declines_every_row_and_says_so(
    project: Any, make_row: Make, server: Server
) -> None:
    project.write_rows(
        [*rows_of(make_row, 3), make_row(90, language="ko"), make_row(91, instruction="1 + 1", output="2")]
    )
    project.params["teacher"] |= {"backend": "extractive"}
    code, said, _ = project.run()
    assert code == 0
    assert server.requests == 0
    assert "3 rows need a model" in said
    assert project.books()["failed"] == {"needs_model": 3}
    assert {(row.language, row.origin) for row in project.rows()} == {("ko", "public")}
    assert project.books()["as_they_are"] == project.books()["nothing_to_translate"] == 1


def test_rows_pass_through_under_the_set_s_names(project: Any, make_row: Make, server: Server) -> None:
    project.params["sets"]["open_ko"] |= {"to": None, "max_rows": 10}
    rows = rows_of(make_row, 30)
    project.write_rows(rows)
    assert project.run()[0] == 0
    assert server.requests == 0
    by_id = {row.id: row for row in rows}
    made = project.rows()
    assert len(made) == 10 == project.books()["kept"]
    assert project.books()["rows_beyond_max"] == 20
    for row in made:
        source = by_id[row.document_id]
        assert (row.output, row.origin, row.language) == (source.output, "public", "en")
        assert (row.task, row.group) == ("open", "survey")
    project.write_rows([row for row in rows if row.id != made[0].document_id])
    assert project.run()[0] == 0
    assert len({row.id for row in made} - {row.id for row in project.rows()}) == 1


def test_a_set_for_evaluation_is_test_whole(project: Any, make_row: Make) -> None:
    project.params["sets"]["open_ko"] |= {"to": None, "use": "evaluate"}
    project.write_rows(rows_of(make_row))
    assert project.run()[0] == 0
    assert {row.split for row in project.rows()} == {"test"}


def test_a_row_longer_than_any_answer_is_not_sent(project: Any, make_row: Make, server: Server) -> None:
    project.params["teacher"]["max_tokens"] = 400
    project.write_rows([make_row(1), make_row(2, output="word " * 500)])
    assert project.run()[0] == 0
    assert project.books()["failed"] == {"too_long": 1}
    assert server.requests == 1


def test_a_broken_card_is_told_before_anything_is_asked(project: Any, make_row: Make, server: Server) -> None:
    project.write_rows(rows_of(make_row, 2))
    card = project.folder / "card.yaml"
    card.write_text(
        card.read_text(encoding="utf-8").replace("{{ context }}", "{{ contxet }}"), encoding="utf-8"
    )
    code, _, err = project.run()
    assert code == 1
    assert "contxet" in err
    assert server.requests == 0
