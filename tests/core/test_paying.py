"""Answers that came with a project: used where they are asked for, trusted no further than their hash."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pytest
from records import request

from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.paying import Payer, read_responses
from domaintune.core.paying.protocol import Reply, Request
from domaintune.core.stage.errors import InputError

PATH = Path("data/responses/generate/t.parquet")
WORDINGS = ("Name the pump of document {}.", "Which pump does document {} name?")


def asked(wording: int = 0, documents: int = 3) -> list[Request]:
    """The requests of a stage with one prompt, a document each."""
    texts = [WORDINGS[wording].format(n) for n in range(documents)]
    return [request(text) for text in texts]


class Server:
    """Answers with the question, and counts."""

    def __init__(self) -> None:
        self.requests = 0

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply]]:
        for one in requests:
            self.requests += 1
            yield one, Reply(f"{one.messages[0].content} Pump {self.requests}.", "stop", 1, 1)


def run(folder: Path, requests: list[Request], ledger: str = "l.db") -> tuple[int, dict[str, Reply]]:
    """Run a paying stage in a project, and return how many requests it sent and what it got."""
    server = Server()
    with Ledger(folder / ledger) as opened:
        payer = Payer("m", "", lambda: server, opened, PATH)
        answers = payer.answers(requests)
        payer.write_responses()
    return server.requests, {key: reply for key, reply in answers.items() if isinstance(reply, Reply)}


def known(folder: Path) -> list[bool]:
    """Which of the requests the project's ledger has an answer to."""
    with Ledger(folder / "l.db") as ledger:
        return [ledger.get(one.key) is not None for one in asked()]


def kept() -> tuple[bytes, dict[str, Reply]]:
    return PATH.read_bytes(), {key: reply for key, (_, reply) in read_responses(PATH).items()}


@pytest.fixture
def pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project as `dvc pull` leaves it: with its answers, and a ledger (l.db) that knows none of them."""
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path, asked(), "theirs.db")[0] == 3
    return tmp_path


def test_a_replaced_answer_or_a_second_row_of_a_request_is_refused_by_row_and_enters_no_ledger(
    pulled: Path,
) -> None:
    frame = pl.read_parquet(PATH)
    text = pl.when(pl.col("key") == frame["key"][1]).then(pl.lit("a lie")).otherwise(pl.col("text"))
    frame.with_columns(text.alias("text")).write_parquet(PATH)
    changed = rf"t\.parquet: the row of request {frame['key'][1]} was changed.*dvc checkout"
    with pytest.raises(InputError, match=changed):
        run(pulled, asked())
    pl.concat([frame, frame[:1].with_columns(text=pl.lit("a lie"), hash=pl.lit(""))]).write_parquet(PATH)
    with pytest.raises(InputError, match=f"the row of request {frame['key'][0]} was changed or stands twice"):
        run(pulled, asked())
    frame.with_columns(text=pl.lit("a lie"), hash=pl.lit("")).write_parquet(PATH)
    with pytest.raises(InputError, match="was changed"):
        run(pulled, asked())
    assert known(pulled) == [False, False, False]
    pl.DataFrame({"key": ["a"]}).write_parquet(PATH)
    with pytest.raises(InputError, match="expected the columns"):
        read_responses(PATH)


def test_answers_that_came_along_enter_the_ledger_only_when_they_are_asked_for(pulled: Path) -> None:
    assert run(pulled, asked(documents=2))[0] == 0
    assert known(pulled) == [True, True, False]


def test_a_prompt_changed_and_changed_back_is_paid_for_once_also_where_only_the_project_knew(
    pulled: Path,
) -> None:
    before, answers = kept()
    assert run(pulled, asked(wording=1))[0] == 3
    assert len(read_responses(PATH)) == 3
    assert run(pulled, asked()) == (0, answers)
    assert PATH.read_bytes() == before
    assert run(pulled, asked(wording=1))[0] == 0


def test_a_damaged_file_of_unused_answers_names_the_way_out_that_works(pulled: Path) -> None:
    run(pulled, asked(wording=1))
    (spare,) = Path(".domaintune/responses").glob("*.parquet")
    spare.write_bytes(b"PAR1")
    with pytest.raises(
        InputError, match="expected Parquet.* Delete the file, which DVC does not track"
    ) as met:
        run(pulled, asked())
    assert "dvc checkout" not in str(met.value)
    spare.unlink()
    run(pulled, asked())


@pytest.mark.parametrize("cell", ["[" * 5000, '{"model": ' + "[" * 900 + "]" * 900 + "}", "{}", "no json"])
def test_a_request_that_is_none_is_told_by_its_row(pulled: Path, cell: str) -> None:
    pl.read_parquet(PATH).with_columns(request=pl.lit(cell)).write_parquet(PATH)
    with pytest.raises(InputError, match=r"t\.parquet: request [0-9a-f]{64}: .*dvc checkout"):
        run(pulled, asked())
