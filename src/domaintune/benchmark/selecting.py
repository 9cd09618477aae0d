"""Which questions an arm is scored on, none of which any arm was trained on, and the worked examples before them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domaintune.core.records.question import Question
from domaintune.core.sections.evaluation import LocalBenchmark
from domaintune.core.seeds import unit_interval
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.science.choices.choice_text import LABELS

FEWEST = 2


class Selected(NamedTuple):
    """A question that is scored."""

    question: Question
    """As it is shown: where its options are moved, so are the right ones."""
    subset: str
    rotation: int = 0
    """By how many places the options are moved up: the first shown is option `rotation` as given."""
    shots: "tuple[Selected, ...]" = ()
    """Worked examples that go before it, with options as given."""

    @property
    def gold(self) -> tuple[int, ...]:
        """Return the right options as shown, counted from 0."""
        return tuple(number - 1 for number in self.question.right)

    @property
    def name(self) -> str:
        """Return what tells the question in this order from itself in others."""
        return f"{self.question.id}@{self.rotation}" if self.rotation else self.question.id

    def as_given(self, place: int) -> int:
        """Return the number, from 1, of the option as given that is shown at a place, counted from 0."""
        return (place + self.rotation) % len(self.question.options) + 1


class Selection(NamedTuple):
    """Questions that are scored, and those that cannot be."""

    chosen: list[Selected]
    """By subset and id; in each cyclic order where these are asked for."""
    lost: list[tuple[Question, str, str]]
    """Question, reason, what was seen."""


def select(name: str, benchmark: LocalBenchmark, questions: Iterable[Question], seed: int) -> Selection:
    """Return the benchmark's questions; of a subset at most `max_questions`, those with the smallest hash."""
    there = [one for one in questions if one.source in benchmark.sources and one.split == benchmark.split]
    by_subset: defaultdict[str, list[Selected]] = defaultdict(list)
    lost = []
    for question in sorted(there, key=lambda one: one.id):
        if fault := fault_of(question):
            lost.append((question, *fault))
        else:
            subset = str(getattr(question, benchmark.subsets)) or "unspecified"
            by_subset[subset].append(Selected(question, subset))
    if not by_subset:
        raise InputError(
            f"benchmarks.{name}: of the sources {', '.join(benchmark.sources)}, {len(there)} questions have split "
            f"{benchmark.split} and none of them can be scored. Split `benchmark` wants sources with `use: benchmark`, "
            "split `test` those with `use: train`; look at data/corpus/questions.parquet with `domaintune show`."
        )
    chosen: list[Selected] = []
    for _, own in sorted(by_subset.items()):
        # thinned by a hash, so that a new question displaces at most one other
        drawn = _drawn(own, seed, "benchmark")[: benchmark.max_questions]
        chosen += sorted(drawn, key=lambda one: one.question.id)
    return Selection([order for one in chosen for order in orders(one, cyclic=benchmark.cyclic)], lost)


def orders(one: Selected, *, cyclic: bool) -> list[Selected]:
    """Return the question in each cyclic order of its options, the one given first; or in that alone."""
    given, n = one.question.options, len(one.question.options)
    found = []
    for by in range(n if cyclic else 1):
        moved = {
            "options": [*given[by:], *given[:by]],
            "answer": listed((place - by) % n + 1 for place in one.gold),
        }
        found.append(one._replace(question=one.question.model_copy(update=moved), rotation=by))
    return found


def listed(numbers: Iterable[int]) -> str:
    """Return the numbers of right options as records hold them, `1,3`."""
    return ",".join(map(str, sorted(numbers)))


def rejects_of(lost: Sequence[tuple[Question, str, str]], benchmark: str, method: str) -> list[Reject]:
    """Return a reject for each question that one method cannot score."""
    return [
        Reject.of("benchmark", f"{benchmark}:{method}:{question.id}", reason, detail, question)
        for question, reason, detail in lost
    ]


def fault_of(question: Question) -> tuple[str, str] | None:
    """Return why a question cannot be scored, and what was seen; None where it can."""
    n = len(question.options)
    if not FEWEST <= n <= len(LABELS):
        return "number_of_options", f"expected {FEWEST} to {len(LABELS)} options, got {n}"
    if not question.right:
        return "no_right_option", f"expected answers from 1 to {n}, got {question.answer!r}"
    return None


def _drawn(some: Iterable[Selected], seed: int, purpose: str) -> list[Selected]:
    return sorted(some, key=lambda one: (unit_interval(seed, purpose, one.question.id), one.question.id))


def with_examples(
    name: str, benchmark: LocalBenchmark, selection: Selection, questions: Iterable[Question], seed: int
) -> Selection:
    """Give each question its examples: those of its own subset first, each by a hash of its id."""
    if not benchmark.shots:
        return selection
    scored = {one.question.id for one in selection.chosen}
    unscored = (
        Selected(one, _kind(one, benchmark))
        for one in questions
        if one.source in benchmark.shots_from and one.split == "benchmark" and one.id not in scored
        if fault_of(one) is None
    )
    pool = _drawn(unscored, seed, "shots")
    chosen = []
    for one in selection.chosen:
        kind, cluster = _kind(one.question, benchmark), one.question.cluster
        others = [other for other in pool if not cluster or other.question.cluster != cluster]
        own = [other for other in others if other.subset == kind]
        found = [*own, *(other for other in others if other.subset != kind)][: benchmark.shots]
        if len(found) < benchmark.shots:
            raise InputError(
                f"benchmarks.{name}.shots: {benchmark.shots} examples wanted, but of the sources "
                f"{', '.join(benchmark.shots_from)} only {len(found)} questions have split benchmark, can be "
                f"scored, are not scored here and are no near copy of question {one.question.id}. Lower shots, or name "
                "more sources in shots_from."
            )
        chosen.append(one._replace(shots=tuple(found)))
    return selection._replace(chosen=chosen)


def _kind(question: Question, benchmark: LocalBenchmark) -> str:
    """Return what an example should share with the question; files of examples are sources of their own."""
    return str(getattr(question, "subject" if benchmark.subsets == "source" else benchmark.subsets))
