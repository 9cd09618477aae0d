"""Pin one foundation model, or draw one to try a pipeline with."""

from domaintune.core.models.loading import prepare_torch
from domaintune.core.models.pointer import write_pointer, writing
from domaintune.core.sections.models import AnyModel, GgufModel, HubModel, Runtime
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.foundation.pinning import draw_weights, pin_gguf, pin_hub, pin_local


def main(*, params: Given, model: Named, reads: Given, out: Given, accounting: Given) -> None:
    """Pin one foundation model by the hash of every file."""
    with running("foundation", model):
        chosen = load_item(params, AnyModel, model).chosen
        out.mkdir(parents=True, exist_ok=True)
        if isinstance(chosen, HubModel):
            pointer = pin_hub(chosen)
        elif isinstance(chosen, GgufModel):
            prepare_torch(load_section(params, Runtime))
            drawn = chosen.random and draw_weights(
                chosen, chosen.random, out, load_value(params, "seed", int)
            )
            pointer = drawn or pin_gguf(chosen)
        else:
            pointer = pin_local(chosen, filled(reads, chosen), f"models/foundation/{model}")
        with writing(out):
            write_pointer(out, pointer)
        Accounts("foundation", model, "texts").write(accounting)


app = stage_app(main, __name__)
