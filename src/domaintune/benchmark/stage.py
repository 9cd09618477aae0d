"""Scoring one arm on every benchmark, and writing items, task files and books."""

import shutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from domaintune.benchmark.plain import check_plain
from domaintune.benchmark.scored import How, Places, Scored, account
from domaintune.benchmark.selecting import select, with_examples
from domaintune.core.benchmark_card import read_card
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.answer import BenchmarkItem
from domaintune.core.records.question import Question
from domaintune.core.sections.arms import ArmEndpoint
from domaintune.core.sections.evaluation import AnyBenchmark, LocalBenchmark
from domaintune.core.stage.accounting import Accounts, Reject

if TYPE_CHECKING:
    from domaintune.benchmark.local_arm import LocalArm
    from domaintune.benchmark.remote import RemoteArm

SORTED = ("benchmark", "method", "subset", "question_id", "rotation")


def write_items(
    name: str, arm: ArmEndpoint, benchmarks: Mapping[str, AnyBenchmark], places: Places, how: How
) -> Accounts:
    """Score the arm and return the books."""
    shutil.rmtree(places.task_files, ignore_errors=True)
    scored = list(_score_all(name, arm, benchmarks, places, how)) if benchmarks else []
    accounts = account(name, scored)
    items = [item for part in scored for item in part.items]
    rejects = [reject for part in scored for reject in part.rejects]
    write_records(places.out / "items.parquet", BenchmarkItem, items, sort_by=SORTED)
    write_records(places.out / "rejects.parquet", Reject, rejects)
    return accounts


def _score_all(
    name: str, arm: ArmEndpoint, benchmarks: Mapping[str, AnyBenchmark], places: Places, how: How
) -> Iterator[Scored]:
    """Score benchmark by benchmark; selections come first, so that a wrong one stops before a model is loaded."""
    local = {key: one.chosen for key, one in benchmarks.items() if isinstance(one.chosen, LocalBenchmark)}
    questions = read_records(places.questions, Question) if local else []
    selections = {
        key: with_examples(key, one, select(key, one, questions, how.seed), questions, how.seed)
        for key, one in sorted(local.items())
    }
    cards = {key: read_card(places.cards, key) for key in selections}
    check_plain(local, cards)
    answering = _open(name, arm, places, how)
    for key, one in sorted(benchmarks.items()):
        if isinstance(one.chosen, LocalBenchmark):
            yield from answering.score_local(key, one.chosen, selections[key], cards[key])
        else:
            yield from answering.score_named(key, one.chosen)
    answering.close()


def _open(name: str, arm: ArmEndpoint, places: Places, how: How) -> "LocalArm | RemoteArm":
    if arm.endpoint is not None:
        from domaintune.benchmark.remote import RemoteArm

        return RemoteArm(name, arm.endpoint, how.decode, how.runtime)
    from domaintune.benchmark.local_arm import LocalArm

    return LocalArm(name, places, how)
