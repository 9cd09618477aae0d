"""Forgetting answers that a stage could not use, so that its next run asks exactly these again.

Which they are stands in the stage's rejects, which travel with DVC, and in a note of its last run here, which is kept
when a gate stops the stage, too, and knows calibration items and requests that several rows shared.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from domaintune.core.frames import read_frame
from domaintune.core.paying.paying import read_responses, write_responses
from domaintune.core.paying.protocol import Request
from domaintune.core.paying.upkeep import Upkeep
from domaintune.core.stage.files import read_json
from domaintune.core.stage.running import STATE

TABLES = {"generate": "generated", "translate": "translated", "grade": "grades", "judge": "judgments"}
"""A stage that pays → where in data/ its items' rejects are."""
UNUSED = STATE / "unused"


def unused_path(responses: Path) -> Path:
    """Return where the last run's requests without a usable answer stand, by what came of them."""
    return UNUSED / "-".join(responses.with_suffix(".json").parts[-2:])


def items_of(stage: str) -> list[str]:
    """Return the items of a stage of which something is known here."""
    tables = Path("data", TABLES[stage]).glob("*/rejects.parquet")
    noted = UNUSED.glob(f"{stage}-*.json")
    return sorted({path.parent.name for path in tables} | {path.stem.partition("-")[2] for path in noted})


def forget(ledger: Upkeep, stage: str, item: str, outcomes: Collection[str]) -> tuple[int, int]:
    """Drop these outcomes' answers from ledger and responses; return how many requests ended so, and answers."""
    responses = Path("data/responses", stage, f"{item}.parquet")
    spare = STATE / "responses" / f"{stage}-{item}.parquet"
    files = {path: read_responses(path) for path in (spare, responses) if path.exists()}
    lost = set(_lost(stage, item, responses, outcomes))
    asked = {key: request for answers in files.values() for key, (request, _) in answers.items()}
    last = [*(asked[key] for key in lost & asked.keys()), *ledger.requests(lost)]
    keys = {request.key for one in last for request in _chain(one)}
    known = keys & asked.keys() | {request.key for request in ledger.requests(keys)}
    for path, answers in files.items():
        if keys & answers.keys():
            write_responses(path, [answers[key] for key in answers.keys() - keys])
    ledger.drop(keys)
    return len(lost), len(known)


def _lost(stage: str, item: str, responses: Path, outcomes: Collection[str]) -> Iterator[str]:
    """Yield the requests that rows were lost over: the last of each, the re-ask where there was one."""
    if (noted := unused_path(responses)).exists():
        by_outcome = read_json(noted)
        yield from (key for outcome in outcomes for key in by_outcome.get(outcome, []))
    if (rejects := Path("data", TABLES[stage], item, "rejects.parquet")).exists():
        for row in read_frame(rejects).filter(pl.col("reason").is_in(list(outcomes)))["row"]:
            found = re.search(r'"request_id": "([0-9a-f ]+)"', row)  # a long row is cut, and no JSON
            yield from found[1].split() if found else ()


def _chain(request: Request) -> Iterator[Request]:
    """Yield a request and what it asks again: attempt 1 ends with the bad answer and what was wrong with it, later
    ones have a seed of their own (`teacher.reask_garbage`)."""
    for attempt in range(request.attempt, 1, -1):
        yield request
        sampling = request.sampling._replace(seed=request.sampling.seed - (1 if attempt > 2 else 2))
        request = request._replace(sampling=sampling, attempt=attempt - 1 if attempt > 2 else 0)
    yield request
    if request.attempt:
        yield request._replace(messages=request.messages[:-2], attempt=0)
