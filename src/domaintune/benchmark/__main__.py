"""Score one arm on the benchmarks."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.benchmark.places import How, Places
from domaintune.benchmark.stage import write_items
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.benchmarks import AnyBenchmark
from domaintune.core.sections.decode import Decode
from domaintune.core.sections.runtime import Runtime
from domaintune.core.stage.params import load_item, load_mapping, load_section, load_value
from domaintune.core.stage.running import guarded, running

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
Given = Annotated[Path, typer.Option()]
Named = Annotated[str, typer.Option()]
LOCKS = tuple(Path("locks", f"{name}.txt") for name in ("tables", "teacher", "model", "benchmark"))


@app.command()
def main(
    *, params: Given, arm: Named, questions: Given, cards: Given, adapter: Given, foundation: Given, out: Given,
    accounting: Given,
) -> None:  # fmt: skip
    """Score one arm on every benchmark."""
    with running("benchmark", arm, *LOCKS):
        seed, chosen = load_value(params, "seed", int), load_item(params, Arm, arm)
        benchmarks = load_mapping(params, AnyBenchmark)
        decode, runtime = load_section(params, Decode), load_section(params, Runtime)
        places = Places(questions, cards, adapter, foundation, out)
        accounts = write_items(arm, chosen, benchmarks, places, How(decode, runtime, seed))
        accounts.write(accounting)


if __name__ == "__main__":
    guarded(app)
