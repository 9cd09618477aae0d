"""Build the starter's tiny model, or pin a hub or local one."""

from domaintune.core.models.pointer import write_pointer, writing
from domaintune.core.sections.models import AnyModel, GgufModel, HubModel, Runtime, StarterModel
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.foundation.pinning import make_starter, pin_gguf, pin_hub, pin_local


def main(
    *, params: Given, model: Named, reads: Given, out: Given, accounting: Given
) -> None:  # fmt: skip
    """Build or pin one foundation model."""
    with running("foundation", model):
        seed = load_value(params, "seed", int)
        chosen = load_item(params, AnyModel, model).chosen
        runtime, reads = load_section(params, Runtime), filled(reads, chosen)
        accounts = Accounts("foundation", model, "texts")
        out.mkdir(parents=True, exist_ok=True)
        if isinstance(chosen, StarterModel):
            pointer = make_starter(chosen, reads, out, seed=seed, runtime=runtime, accounts=accounts)
        elif isinstance(chosen, HubModel):
            pointer = pin_hub(chosen)
        elif isinstance(chosen, GgufModel):
            pointer = pin_gguf(chosen)
        else:
            pointer = pin_local(chosen, reads, f"models/foundation/{model}")
        with writing(out):
            write_pointer(out, pointer)
        accounts.write(accounting)


app = stage_app(main, __name__)
