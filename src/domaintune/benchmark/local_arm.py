"""An arm that is scored here, with its weights; a new or edited spec scores that benchmark alone.

DVC reruns the stage for an arm as a whole, so that its model is loaded once for all benchmarks. What each of them came
to lies in .domaintune/benchmarks, under a hash of all that shaped it, as soon as it is done: also if the run is killed.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from domaintune.benchmark.lm_eval_model import Prompts, Samples, load_quietly, rendered_model, score
from domaintune.benchmark.named import named_items, score_named
from domaintune.benchmark.prompts import Put, put_as_trained, put_plain
from domaintune.benchmark.reading import local_items
from domaintune.benchmark.selecting import Selection, rejects_of
from domaintune.benchmark.stage import How, Places, Scored
from domaintune.benchmark.task_files import model_arguments, readme, write_tasks
from domaintune.core.benchmark_spec import BenchmarkSpec
from domaintune.core.models.generating import LoadedArm
from domaintune.core.models.pointer import read_pointer
from domaintune.core.sections.evaluation import LocalBenchmark, Method, NamedBenchmark
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import content_id, file_hash, read_json, write_json, write_text
from domaintune.core.stage.running import STATE

UNREAD = {"role": "target"}
"""What `compare` alone reads of an entry, the same for all."""
SCORED = TypeAdapter(list[Scored])
PLAIN_STOP = "\n\n"
"""Where lm-eval itself stops what follows a plain prompt: a model without turns would go on with a new question."""


class LocalArm:
    """Foundation and adapter, loaded where something is to be scored, and what was scored in this and earlier runs."""

    def __init__(self, name: str, places: Places, how: How) -> None:
        self.name, self.places, self.how = name, places, how
        self._tags: list[str] = []
        self._kept, self._used = STATE / "benchmarks" / name, set[Path]()
        adapter = sorted(path for path in places.adapter.rglob("*") if path.is_file())
        self._shared = content_id(
            name,
            str(places.out),
            places.code.read_text(encoding="utf-8"),
            Path("locks/benchmark.txt").read_text(encoding="utf-8"),
            read_pointer(places.foundation).model_dump_json(),
            *(f"{path.relative_to(places.adapter)} {file_hash(path)}" for path in adapter),
            f"{how.decode!r} {how.seed}",
        )

    @cached_property
    def loaded(self) -> LoadedArm:
        """The arm in memory; decoding is greedy."""
        return load_quietly(self.places.foundation, self.places.adapter, self.how.runtime)

    def score_local(
        self, key: str, benchmark: LocalBenchmark, selection: Selection, spec: BenchmarkSpec
    ) -> list[Scored]:
        """Score questions of our own with each method."""
        ways = list(dict.fromkeys(map(scored_as, benchmark.methods)))
        self._tags += [f"{key}-{way}" for way in ways]

        def score() -> list[Scored]:
            loaded, plain = self.loaded, benchmark.prompt == "plain"
            puts = [
                put_plain(one, spec.plain)
                if plain
                else put_as_trained(loaded.tokenizer, loaded.template, spec, one, loaded.line)
                for one in selection.chosen
            ]
            runs = {way: self._run(key, way, puts, plain=plain) for way in ways}
            found = []
            for method in benchmark.methods:
                samples, prompts = runs[scored_as(method)]
                items = local_items(self.name, key, method, puts=puts, samples=samples, prompts=prompts)
                rejects = rejects_of(selection.lost, key, method)
                other_ids = sum(put.prompt in prompts.other_ids for put in puts)
                found.append(Scored(key, method, len(puts) + len(rejects), items, rejects, other_ids))
            return found

        return self._once(key, (benchmark.model_copy(update=UNREAD), selection, spec), score)

    def score_named(self, key: str, benchmark: NamedBenchmark) -> list[Scored]:
        """Score lm-eval's own tasks, with its own prompts."""

        def score() -> list[Scored]:
            prompts = Prompts()
            samples = score_named(key, benchmark, self._lm(prompts), self.how.seed)
            items = list(named_items(self.name, key, benchmark.metric, samples=samples, prompts=prompts))
            return [Scored(key, "lm_eval", len(items), items, [], other_ids=0)]

        return self._once(key, benchmark.model_copy(update=UNREAD), score)

    def close(self) -> None:
        """Write how to run the task files, where there are any, and forget what this run did not use."""
        for path in set(self._kept.glob("*.json")) - self._used:
            path.unlink()
        if self._tags:
            places = self.places
            described, pointer = read_json(places.adapter / "arm.json"), read_pointer(places.foundation)
            arguments = model_arguments(described, pointer, places.foundation, places.adapter)
            text = readme(self.name, places.task_files, self._tags, arguments, self.how.decode.batch)
            write_text(places.task_files / "README.md", text)

    def _lm(self, prompts: Prompts) -> Any:
        return rendered_model(self.loaded.model, self.loaded.tokenizer, prompts, self.how.decode.batch)

    def _run(self, key: str, method: Method, puts: list[Put], *, plain: bool) -> tuple[Samples, Prompts]:
        """Return what lm-eval logged of one benchmark, and what was seen of its prompts."""
        loaded, decode, folder = self.loaded, self.how.decode, self.places.task_files
        if method == "generation" and loaded.context is not None and decode.max_new_tokens >= loaded.context:
            raise ParamsError(
                f"params.yaml: decode.max_new_tokens: {decode.max_new_tokens} leaves no room for a question in the "
                f"model's context of {loaded.context} tokens; lower it, or score with likelihood only."
            )
        stops = [*loaded.tokenizer.convert_ids_to_tokens(loaded.ends), *([PLAIN_STOP] if plain else [])]
        names = write_tasks(folder, key, method, puts=puts, decode=decode, until=stops)
        prompts = Prompts(puts)
        return score(self._lm(prompts), folder, names), prompts

    def _once(self, key: str, inputs: object, score: Callable[[], list[Scored]]) -> list[Scored]:
        """Return what the benchmark came to; `score` is called where nothing is kept of these inputs."""
        task_files = self.places.task_files
        path = self._kept / f"{key}-{content_id(self._shared, repr(inputs))}.json"
        self._used.add(path)
        if path.is_file():
            kept = read_json(path)
            for name, text in kept["files"].items():
                write_text(task_files / name, text)
            return SCORED.validate_python(kept["scored"])
        found = score()
        files = {p.name: p.read_text(encoding="utf-8") for p in task_files.glob(f"{key}-*")}
        write_json(path, {"files": files, "scored": SCORED.dump_python(found)})
        return found


def scored_as(method: Method) -> Method:
    """Return the run of lm-eval a method takes its scores from: one gives both scores of a continuation."""
    return "continuation" if method == "continuation_norm" else method
