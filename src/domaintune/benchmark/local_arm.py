"""An arm that is scored here, with its weights."""

from typing import NamedTuple

from domaintune.benchmark.books import Scored
from domaintune.benchmark.command import model_arguments, readme
from domaintune.benchmark.items import local_items
from domaintune.benchmark.loading import LoadedArm, check_room
from domaintune.benchmark.named import named_items, score_named
from domaintune.benchmark.places import How, Places
from domaintune.benchmark.plain import put_plain
from domaintune.benchmark.prompts import Put, put_as_trained
from domaintune.benchmark.rendered_model import Prompts, as_in_training, rendered_model
from domaintune.benchmark.scoring import Samples, score
from domaintune.benchmark.selecting import Selected, Selection, rejects_of
from domaintune.benchmark.task_files import write_tasks
from domaintune.core.benchmark_card import BenchmarkCard
from domaintune.core.sections.benchmarks import LocalBenchmark, Method, NamedBenchmark
from domaintune.core.stage.files import write_text

PLAIN_STOP = "\n\n"
"""Where lm-eval itself stops what follows a plain prompt: a model without turns would go on with a new question."""


class Run(NamedTuple):
    """What lm-eval logged of one benchmark, and what was seen of its prompts."""

    samples: Samples
    prompts: Prompts


class LocalArm:
    """Foundation and adapter in memory, and the task files written so far."""

    def __init__(self, name: str, loaded: LoadedArm, places: Places, how: How) -> None:
        self.name, self.loaded, self.places, self.how = name, loaded, places, how
        self._tags: list[str] = []

    def score_local(
        self, key: str, benchmark: LocalBenchmark, selection: Selection, card: BenchmarkCard
    ) -> list[Scored]:
        """Score questions of our own with each method."""
        puts = [self._put(benchmark, card, selected) for selected in selection.chosen]
        plain = benchmark.prompt == "plain"
        runs = {
            way: self._run(key, way, puts, plain=plain)
            for way in dict.fromkeys(map(scored_as, benchmark.methods))
        }
        return [
            self._scored(key, method, puts, selection, runs[scored_as(method)])
            for method in benchmark.methods
        ]

    def score_named(self, key: str, benchmark: NamedBenchmark) -> Scored:
        """Score lm-eval's own tasks, with its own prompts."""
        prompts = Prompts({})
        lm = rendered_model(self.loaded.model, self.loaded.tokenizer, prompts, self.how.decode.batch)
        samples, kinds = score_named(key, benchmark, lm, self.how.seed)
        items = list(
            named_items(self.name, key, benchmark.metric, samples=samples, kinds=kinds, prompts=prompts)
        )
        return Scored(key, "lm_eval", len(items), items, [], other_ids=0)

    def close(self) -> None:
        """Write how to run the task files, where there are any."""
        if self._tags:
            arguments = model_arguments(self.loaded, self.places.foundation, self.places.adapter)
            text = readme(self.name, self.places.task_files, self._tags, arguments, self.how.decode.batch)
            write_text(self.places.task_files / "README.md", text)

    def _put(self, benchmark: LocalBenchmark, card: BenchmarkCard, selected: Selected) -> Put:
        if benchmark.prompt == "plain":
            return put_plain(selected, card.plain)
        loaded = self.loaded
        return put_as_trained(loaded.tokenizer, loaded.template, card, selected, loaded.line)

    def _run(self, key: str, method: Method, puts: list[Put], *, plain: bool) -> Run:
        if method == "generation":
            check_room(self.loaded, self.how.decode)
        stops = [*self.loaded.stops, *([PLAIN_STOP] if plain else [])]
        files = write_tasks(
            self.places.task_files, key, method, puts=puts, decode=self.how.decode, until=stops
        )
        self._tags.append(files.tag)
        prompts = as_in_training(puts)
        lm = rendered_model(self.loaded.model, self.loaded.tokenizer, prompts, self.how.decode.batch)
        return Run(score(lm, self.places.task_files, files.names), prompts)

    def _scored(self, key: str, method: Method, puts: list[Put], selection: Selection, run: Run) -> Scored:
        items = local_items(self.name, key, method, puts=puts, samples=run.samples, prompts=run.prompts)
        rejects = rejects_of(selection.lost, key, method)
        other_ids = sum(put.prompt in run.prompts.other_ids for put in puts)
        return Scored(key, method, len(puts) + len(rejects), items, rejects, other_ids)


def scored_as(method: Method) -> Method:
    """Return the run of lm-eval a method takes its scores from: one gives both scores of a continuation."""
    return "continuation" if method == "continuation_norm" else method
