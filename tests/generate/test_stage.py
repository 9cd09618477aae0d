"""The stage as dvc runs it, against a real server on loopback."""

from pathlib import Path
from typing import Any

import polars as pl
from generate_run import document
from openai_server import Server

KEY = "sk-secret-0123456789"


def test_what_was_answered_is_never_sent_again(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path / "a", server.base_url)
        project.write_documents([document(n) for n in range(10)])
        assert project.run().returncode == 0
        first = project.outputs()
        assert server.counts()["requests"] == 20
        assert project.run().returncode == 0
        assert server.counts()["requests"] == 20
    assert project.outputs() == first


def test_another_address_is_the_same_teacher(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_documents([document(1)])
        project.run()
    project.params["runtime"]["servers"]["teacher"]["base_url"] = "http://127.0.0.1:9/v1"
    run = project.run()
    assert run.returncode == 0
    assert "0 requests sent" in run.stdout


def test_pulled_responses_make_an_empty_ledger_enough(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_documents([document(n) for n in range(5)])
        project.run()
        first = project.outputs()
        project.ledger = tmp_path / "empty.sqlite3"
        assert project.run().returncode == 0
        assert server.counts()["requests"] == 10
        assert project.outputs() == first


def test_one_edited_document_costs_its_own_requests_only(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path, server.base_url)
        documents = [document(n) for n in range(10)]
        project.write_documents(documents)
        project.run()
        documents[3] = document(3, text="Something else is built. It weighs 8 kg.")
        project.write_documents(documents)
        project.ledger = tmp_path / "empty.sqlite3"
        project.run()
        assert server.counts()["requests"] == 20 + 1
        documents.append(document(11))
        project.write_documents(documents)
        project.run()
        assert server.counts()["requests"] == 20 + 1 + 2


def test_books_balance_when_the_teacher_stumbles(tmp_path: Path, stage_run: Any) -> None:
    with Server(faults="refusal~9,malformed~4,fenced~3,429=11,500=13,drop=17") as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_documents([document(n) for n in range(30)])
        assert project.run().returncode == 0
    books = project.books()
    requests = books["requests"]
    assert requests["in"] == 60 == requests["kept"] + sum(requests["failed"].values())
    assert requests["kept"] == requests["parsed"] + requests["repaired"] + requests["reasked"]
    assert min(requests["parsed"], requests["repaired"], requests["reasked"]) > 0
    assert requests["failed"]["refused"] == requests["refused"] > 0
    rejects = pl.read_parquet(tmp_path / "out/rejects.parquet")
    assert rejects.height == sum(requests["failed"].values()) + books["in"] - books["kept"]
    assert pl.read_parquet(tmp_path / "out/instructions.parquet").height == books["kept"]


def test_a_teacher_without_json_stops_the_run_clearly_and_writes_nothing(
    tmp_path: Path, stage_run: Any
) -> None:
    with Server(faults="malformed=1") as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_documents([document(n) for n in range(4)])
        run = project.run()
        assert server.counts()["requests"] == 16  # each text asked, re-asked, both answers kept
        assert project.run().returncode == 1
        assert server.counts()["requests"] == 16
    assert run.returncode == 1
    assert "unparsed 8" in run.stderr
    assert "Traceback" not in run.stderr
    assert project.nothing_written()


def test_no_teacher_is_asked_before_the_gate_is_passed(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path, server.base_url)
        project.write_documents([document(1)])
        (tmp_path / "gate.json").write_text('{"passed": false, "suite": "documents"}')
        run = project.run()
        assert server.counts()["requests"] == 0
    assert run.returncode == 1
    assert "broke an expectation" in run.stderr


def test_an_absent_key_is_told_before_anything_is_sent(tmp_path: Path, stage_run: Any) -> None:
    with Server(key=KEY) as server:
        project = stage_run(tmp_path, server.base_url)
        project.params["runtime"]["servers"]["teacher"]["api_key_env"] = "MY_KEY"
        project.write_documents([document(1)])
        run = project.run()
        assert server.counts()["requests"] == 0
    assert run.returncode == 1
    assert "MY_KEY is not set" in run.stderr
    assert project.nothing_written()


def test_the_key_reaches_no_file_and_no_message(tmp_path: Path, stage_run: Any) -> None:
    with Server(key=KEY) as server:
        project = stage_run(tmp_path, server.base_url)
        project.params["runtime"]["servers"]["teacher"]["api_key_env"] = "MY_KEY"
        project.write_documents([document(1)])
        good = project.run(MY_KEY=KEY)
        project.params["teacher"]["model"] = "other"
        bad = project.run(MY_KEY=KEY + "x")
    assert good.returncode == 0
    assert bad.returncode == 1
    assert "refused the key in MY_KEY" in bad.stderr
    assert KEY not in good.stdout + good.stderr + bad.stdout + bad.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 8
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    assert not [path for path in files if path.name != "params.yaml" and b"127.0.0.1" in path.read_bytes()]


def test_an_unreachable_server_is_one_message(tmp_path: Path, stage_run: Any) -> None:
    project = stage_run(tmp_path, "http://127.0.0.1:9/v1", max_retries=0)
    project.write_documents([document(1)])
    run = project.run()
    assert run.returncode == 1
    assert run.stderr.startswith("error: server teacher (http://127.0.0.1:9/v1): cannot be reached.")
    assert run.stderr.count("\n") == 1
    assert project.nothing_written()


def test_a_damaged_responses_file_is_named(tmp_path: Path, stage_run: Any) -> None:
    project = stage_run(tmp_path, "http://127.0.0.1:9/v1")
    project.write_documents([document(1)])
    (tmp_path / "responses.parquet").write_bytes(b"no parquet at all")
    run = project.run()
    assert run.returncode == 1
    assert "responses.parquet: expected Parquet" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_extractive_teacher_needs_no_server(tmp_path: Path, stage_run: Any) -> None:
    project = stage_run(tmp_path, "http://127.0.0.1:9/v1")
    project.params["teacher"]["backend"] = "extractive"
    project.write_documents([document(n) for n in range(10)])
    assert project.run().returncode == 0
    first = project.outputs()
    rows = pl.read_parquet(tmp_path / "out/instructions.parquet")
    assert rows.height == 20
    assert rows["input"].n_unique() == 20
    assert not project.ledger.exists()
    assert project.run().returncode == 0
    assert project.outputs() == first


def test_a_new_wording_of_one_card_asks_its_own_share_again_and_no_more(
    tmp_path: Path, stage_run: Any
) -> None:
    with Server() as server:
        projects = [
            stage_run(tmp_path / name, server.base_url, name) for name in ("keywords", "summarise_extract")
        ]
        for project in projects:
            project.ledger = tmp_path / "shared.sqlite3"
            project.params["generate"]["max_reject_fraction"] = 1.0
            project.write_documents([document(n, keywords=[]) for n in range(30)])
            assert project.run().returncode == 0
        assert server.counts()["requests"] == 60
        first = project.card.read_text(encoding="utf-8")
        project = projects[0]
        text = project.card.read_text(encoding="utf-8")
        added = "  - id: third\n    system: Return keywords as JSON.\n    user: '{{ text }}'\n"
        project.card.write_text(text + added, encoding="utf-8")
        assert project.run().returncode == 0
        share = server.counts()["requests"] - 60
        assert 0 < share < 20
        changed = text.replace("You index chemistry papers.", "You index papers on chemistry.")
        assert changed != text
        project.card.write_text(changed, encoding="utf-8")
        assert project.run().returncode == 0
        edited = server.counts()["requests"] - 60 - share
        assert 0 < edited < 25
        assert projects[1].run().returncode == 0
        assert "0 requests sent" in projects[1].run().stdout
        assert server.counts()["requests"] == 60 + share + edited
        assert projects[1].card.read_text(encoding="utf-8") == first


def test_another_training_instruction_asks_nothing_again(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path, server.base_url, "keywords")
        project.params["generate"]["max_reject_fraction"] = 1.0
        project.write_documents([document(n, keywords=[]) for n in range(10)])
        project.run()
        text = project.card.read_text(encoding="utf-8")
        project.card.write_text(text.replace("List the key terms", "Give the key terms"), encoding="utf-8")
        assert "0 requests sent" in project.run().stdout


def test_passing_questions_through_needs_no_server(tmp_path: Path, stage_run: Any, questions: Any) -> None:
    project = stage_run(tmp_path, "http://127.0.0.1:9/v1", "long_qa")
    project.write_questions([questions(n, options=[], answer=f"Because of {n}.") for n in range(5)])
    run = project.run()
    assert "long_qa): 5 rows; 0 requests sent" in run.stdout


def test_a_broken_card_is_told_before_anything_is_sent(tmp_path: Path, stage_run: Any) -> None:
    with Server() as server:
        project = stage_run(tmp_path, server.base_url, "keywords")
        project.write_documents([document(1)])
        project.card.write_text(project.card.read_text(encoding="utf-8").replace("grounded:", "groundd:"))
        run = project.run()
        assert server.counts()["requests"] == 0
    assert "keywords.yaml: task.groundd: unknown parameter (did you mean grounded?)" in run.stderr
    assert "Traceback" not in run.stderr
