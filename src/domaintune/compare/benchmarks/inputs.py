"""Scored questions by benchmark, method and arm, the same for all arms, and the spec of a study's benchmark suite."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from domaintune.core.benchmark_spec import Published, SuiteSpec, read_spec
from domaintune.core.frames import read_records
from domaintune.core.records.question import BenchmarkItem
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import AnyBenchmark, NamedBenchmark, Role
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import check_owned
from domaintune.core.stage.params import parse, read_yaml

RUN = "Run `dvc repro compare`."
Items = dict[str, dict[str, list[BenchmarkItem]]]
"""Scored questions by method and arm, each in the order of their ids."""


class Bench(NamedTuple):
    """One benchmark: what a reader should know of it, and its scored questions."""

    title: str
    source: str
    licence: str
    how: str
    """How the questions were put."""
    role: Role
    published: Published | None
    items: Items


def read_benchmarks(
    benchmarks: Mapping[str, AnyBenchmark], arms: Mapping[str, Arm], items: Path, specs: Path
) -> dict[str, Bench]:
    """Read every benchmark of params.yaml, on which all arms must have been scored on the same questions."""
    if not benchmarks:
        return {}
    check_owned(items, arms, "arms")
    rows = {arm: read_records(items / arm / "items.parquet", BenchmarkItem) for arm in sorted(arms)}
    known = {(name, method) for name, one in benchmarks.items() for method in methods_of(one)}
    for arm, scored in rows.items():
        if unknown := sorted({(row.benchmark, row.method) for row in scored} - known):
            raise InputError(
                f"{arm} was scored on {', '.join(f'{name} ({method})' for name, method in unknown)}, which "
                f"`benchmarks` in params.yaml does not name. The scores are older than the parameters. {RUN}"
            )
    return {name: _bench(name, one, arms, rows, specs) for name, one in sorted(benchmarks.items())}


def methods_of(benchmark: AnyBenchmark) -> list[str]:
    """Return how the benchmark is scored, the headline first."""
    chosen = benchmark.chosen
    return ["lm_eval"] if isinstance(chosen, NamedBenchmark) else list(chosen.methods)


def _bench(
    name: str,
    one: AnyBenchmark,
    arms: Mapping[str, Arm],
    rows: Mapping[str, list[BenchmarkItem]],
    specs: Path,
) -> Bench:
    found: Items = {}
    for method in methods_of(one):
        by_arm = {
            arm: sorted(
                (row for row in scored if (row.benchmark, row.method) == (name, method)),
                key=lambda row: (row.question_id, row.rotation),
            )
            for arm, scored in rows.items()
        }
        # A server that answers for an arm may not tell likelihoods: it is left out, by name, and not counted wrong.
        found[method] = {arm: own for arm, own in by_arm.items() if own or arms[arm].endpoint is None}
        _check_same(f"benchmark {name} ({method})", found[method])
    chosen = one.chosen
    if isinstance(chosen, NamedBenchmark):
        how = f"{chosen.shots} worked examples before each question; lm-eval's {chosen.metric}"
        if not (specs / f"{name}.yaml").exists():
            source = f"lm-eval's own tasks: {', '.join(chosen.tasks)}"
            return Bench(name, source, "as the tasks' data state", how, chosen.role, None, found)
    else:
        how = "put as " + (
            "the arm is trained and asked" if chosen.prompt == "arm" else "lm-eval's own task writes it"
        )
        how += f", {chosen.shots} worked examples before each" if chosen.shots else ""
        how += ", in every cyclic order of the options" if chosen.cyclic else ""
    spec = read_spec(specs, name)
    return Bench(spec.title, spec.source, spec.licence, how, chosen.role, spec.published, found)


def _check_same(where: str, by_arm: Mapping[str, Sequence[BenchmarkItem]]) -> None:
    """Stop where two arms were scored on different questions, or one twice on the same."""
    asked = {arm: [(r.question_id, r.rotation, r.subset, r.gold) for r in own] for arm, own in by_arm.items()}
    for arm, keys in asked.items():
        if len({key[:2] for key in keys}) < len(keys):
            raise InputError(f"{where}: {arm} was scored more than once on the same question. {RUN}")
    if len({tuple(keys) for keys in asked.values()}) > 1:
        common = set.intersection(*map(set, asked.values()))
        counts = ", ".join(f"{arm} {len(keys)}" for arm, keys in sorted(asked.items()))
        raise InputError(
            f"{where}: the arms were scored on different questions ({counts}; {len(common)} are the same for all), so "
            "they cannot be compared. Some scores are older than the questions: run `dvc repro compare`. Or an arm "
            "lost some, e.g. because its server failed: its rejects.parquet in data/benchmarks says which and why, and "
            "`dvc repro --force --single-item benchmark@ARM` asks again for what is missing."
        )


def read_suite(folder: Path, suite: str | None) -> SuiteSpec | None:
    """Read the spec, where one is named."""
    if suite is None:
        return None
    path = folder / f"{suite}.yaml"
    return parse(path, "spec", SuiteSpec, read_yaml(path))
