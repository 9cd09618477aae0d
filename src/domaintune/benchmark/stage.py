"""Scoring one arm on every benchmark: items, task files, and the accounting of every question and method."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.benchmark.prompts import put_plain
from domaintune.benchmark.selecting import Selection, select, with_examples
from domaintune.core.benchmark_spec import BenchmarkSpec, read_spec
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.question import BenchmarkItem, Question
from domaintune.core.sections.arms import ArmEndpoint
from domaintune.core.sections.evaluation import AnyBenchmark, LocalBenchmark
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.stage.errors import ParamsError


class Places(NamedTuple):
    """Paths of one arm."""

    questions: Path
    specs: Path
    adapter: Path
    foundation: Path
    out: Path
    code: Path
    """What this stage's code amounts to, as `check` wrote it."""

    @property
    def task_files(self) -> Path:
        """Folder of what lm-eval reads."""
        return self.out / "lm_eval"


class How(NamedTuple):
    """What is the same for every arm."""

    decode: Decode
    runtime: Runtime
    seed: int


OUTCOMES = ("correct", "wrong", "unparsed", "refused")


class Scored(NamedTuple):
    """What one benchmark and method came to."""

    benchmark: str
    method: str
    rows_in: int
    items: list[BenchmarkItem]
    rejects: list[Reject]
    other_ids: int
    """Questions whose prompt lm-eval on its own would tokenise otherwise than training did."""


def account(arm: str, scored: Sequence[Scored]) -> Accounts:
    """Return the accounting: in = questions × methods, and counts by outcome for each benchmark and method."""
    accounts = Accounts("benchmark", arm, "questions × methods")
    for one in scored:
        part = Accounts("benchmark", arm, "questions")
        outcomes: Counter[str] = Counter(item.outcome for item in one.items)
        part.extra |= {outcome: outcomes[outcome] for outcome in OUTCOMES}
        part.extra["truncated"] = sum(item.truncated for item in one.items)
        part.extra["other_ids"] = one.other_ids
        accounts.parts[f"{one.benchmark}.{one.method}"] = part
        for counted in (part, accounts):
            counted.rows_in += one.rows_in
            counted.kept += len(one.items)
            counted.lose(one.rejects)
    accounts.extra["truncated"] = sum(item.truncated for one in scored for item in one.items)
    accounts.check()
    return accounts


def write_items(
    name: str, arm: ArmEndpoint, benchmarks: Mapping[str, AnyBenchmark], places: Places, how: How
) -> Accounts:
    """Score the arm and return the accounting."""
    shutil.rmtree(places.task_files, ignore_errors=True)
    scored = list(_score_all(name, arm, benchmarks, places, how)) if benchmarks else []
    accounts = account(name, scored)
    items = [item for part in scored for item in part.items]
    rejects = [reject for part in scored for reject in part.rejects]
    order = ("benchmark", "method", "subset", "question_id", "rotation")
    write_records(places.out / "items.parquet", BenchmarkItem, items, sort_by=order)
    write_records(places.out / "rejects.parquet", Reject, rejects)
    return accounts


def _score_all(
    name: str, arm: ArmEndpoint, benchmarks: Mapping[str, AnyBenchmark], places: Places, how: How
) -> Iterator[Scored]:
    """Score benchmark by benchmark; selections come first, so that a wrong one stops before a model is loaded."""
    from domaintune.benchmark.local_arm import LocalArm
    from domaintune.benchmark.reading import RemoteArm

    local = {key: one.chosen for key, one in benchmarks.items() if isinstance(one.chosen, LocalBenchmark)}
    questions = read_records(places.questions, Question) if local else []
    selections = {
        key: with_examples(key, one, select(key, one, questions, how.seed), questions, how.seed)
        for key, one in sorted(local.items())
    }
    specs = {key: read_spec(places.specs, key) for key in selections}
    check_plain(local, specs, selections)
    if arm.endpoint is None:
        answering: LocalArm | RemoteArm = LocalArm(name, places, how)
    else:
        answering = RemoteArm(name, arm.endpoint, how.decode, how.runtime)
    for key, one in sorted(benchmarks.items()):
        if isinstance(one.chosen, LocalBenchmark):
            yield from answering.score_local(key, one.chosen, selections[key], specs[key])
        else:
            yield from answering.score_named(key, one.chosen)
    if isinstance(answering, LocalArm):
        answering.close()


def check_plain(
    benchmarks: Mapping[str, LocalBenchmark],
    specs: Mapping[str, BenchmarkSpec],
    selections: Mapping[str, Selection],
) -> None:
    """Stop where a method scores what the spec's plain prompt does not ask for, or a question does not fit it."""
    problems = []
    for name, benchmark in benchmarks.items():
        plain = specs[name].plain
        if benchmark.prompt == "plain":
            continued = plain is not None and not plain.shows_options
            problems += [
                f"params.yaml: benchmarks.{name}.methods: {method} needs a spec whose plain.text "
                f"{'shows no options' if method.startswith('continuation') else 'shows the options'}; "
                f"catalog/benchmarks/{name}.yaml {'shows none' if continued else 'shows them'}"
                for method in benchmark.methods
                if method.startswith("continuation") != continued
            ]
            try:
                for one in selections[name].chosen:
                    put_plain(one, plain)
            except ParamsError as error:
                problems.append(f"catalog/benchmarks/{name}.yaml: {error}")
    if problems:
        raise ParamsError("\n".join(problems))
