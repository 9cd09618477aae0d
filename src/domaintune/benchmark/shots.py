"""Worked examples before a question: drawn once for all arms, never a question that is scored."""

from collections.abc import Iterable, Sequence

from domaintune.benchmark.selecting import Selected, Selection, fault_of
from domaintune.core.records.question import Question
from domaintune.core.sections.benchmarks import LocalBenchmark
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.errors import InputError


def with_examples(
    name: str, benchmark: LocalBenchmark, selection: Selection, questions: Iterable[Question], seed: int
) -> Selection:
    """Give each question its examples: those of its own subset first, each by a hash of its id.

    Raises:
        InputError: there are too few that are neither scored nor of the question's own cluster.
    """
    if not benchmark.shots:
        return selection
    scored = {one.question.id for one in selection.chosen}
    pool = [
        Selected(one, _kind(one, benchmark))
        for one in questions
        if one.source in benchmark.shots_from and one.split == "benchmark" and one.id not in scored
        if fault_of(one) is None
    ]
    pool.sort(key=lambda one: (unit_interval(seed, "shots", one.question.id), one.question.id))
    return selection._replace(
        chosen=[one._replace(shots=_examples(name, benchmark, one, pool)) for one in selection.chosen]
    )


def _examples(
    name: str, benchmark: LocalBenchmark, one: Selected, pool: Sequence[Selected]
) -> tuple[Selected, ...]:
    kind, cluster = _kind(one.question, benchmark), one.question.cluster
    others = [other for other in pool if not cluster or other.question.cluster != cluster]
    found = sorted(others, key=lambda other: other.subset != kind)[: benchmark.shots]
    if len(found) < benchmark.shots:
        raise InputError(
            f"benchmarks.{name}.shots: {benchmark.shots} examples wanted, but of the sources "
            f"{', '.join(benchmark.shots_from)} only {len(found)} questions have split benchmark, can be "
            f"scored, are not scored here and are no near copy of question {one.question.id}. Lower shots, or name "
            "more sources in shots_from."
        )
    return tuple(found)


def _kind(question: Question, benchmark: LocalBenchmark) -> str:
    """Return what an example should share with the question; files of examples are sources of their own."""
    return str(getattr(question, "subject" if benchmark.subsets == "source" else benchmark.subsets))
