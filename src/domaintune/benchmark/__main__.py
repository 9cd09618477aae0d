"""Score one arm on the benchmarks."""

from domaintune.benchmark.stage import How, Places, write_items
from domaintune.core.sections.arms import ArmEndpoint
from domaintune.core.sections.evaluation import AnyBenchmark
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.params import filled, load_item, load_mapping, load_section, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app


def main(
    *, params: Given, arm: Named, questions: Given, specs: Given, adapter: Given, foundation: Given, out: Given,
    code: Given, accounting: Given,
) -> None:  # fmt: skip
    """Score one arm on every benchmark."""
    with running("benchmark", arm):
        seed, chosen = load_value(params, "seed", int), load_item(params, ArmEndpoint, arm)
        benchmarks = load_mapping(params, AnyBenchmark)
        decode, runtime = load_section(params, Decode), load_section(params, Runtime)
        places = Places(questions, specs, adapter, filled(foundation, chosen), out, code)
        accounts = write_items(arm, chosen, benchmarks, places, How(decode, runtime, seed))
        accounts.write(accounting)


app = stage_app(main, __name__)
