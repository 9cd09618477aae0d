"""The stage as dvc runs it, against a server, where so many rows are wanted."""

from pathlib import Path

import polars as pl
from generate_run import Project, document
from openai_server import Server


def kept(run: Project) -> set[str]:
    return set(pl.read_parquet(run.folder / "out/instructions.parquet")["document_id"])


def test_more_rows_cost_what_is_missing_and_a_server_that_was_healed_what_stayed_garbage(
    tmp_path: Path,
) -> None:
    with Server(faults="malformed~4") as server:
        run = Project(tmp_path, server.base_url, task="concept_explanation")
        run.write_documents([document(n) for n in range(60)])
        run.params["tasks"]["concept_explanation"]["want"] = 12
        said = run.passes().stdout
        books, sent, first = run.books(), server.requests, kept(run)
        assert (books["kept"], books["wanted"], books["items"]) == (12, 12, 60)
        assert 12 < books["items_used"] <= 24
        assert "12 kept of 12 wanted" in said
        run.same_again()
        assert server.requests == sent
        run.params["tasks"]["concept_explanation"]["want"] = 20
        run.passes()
        again = run.books()
        more = again["items_used"] - books["items_used"]
        assert first < kept(run)
        garbage = again["requests"]["unparsed"]
        assert (again["kept"], server.requests) == (
            20,
            again["items_used"] + garbage + again["requests"]["reasked"],
        )
        assert more > 0

        server.faults = []
        sent, run.params["teacher"]["reask_garbage"] = server.requests, 1
        run.passes()
        assert (run.books()["requests"]["reasked"] - again["requests"]["reasked"], run.books()["kept"]) == (
            garbage,
            20,
        )
        assert server.requests == sent + garbage
        run.same_again()
        assert server.requests == sent + garbage
        run.params["tasks"]["concept_explanation"]["want"] = 500
        assert "60 kept of 500 wanted" in run.passes().stdout
