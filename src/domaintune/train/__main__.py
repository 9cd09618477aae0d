"""Tune an arm's adapter, or mark it untrained."""

import sys

from domaintune.core.sections.arms import ArmTraining
from domaintune.core.sections.models import Lora, Runtime
from domaintune.core.stage.files import read_json
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, Named, stage_app
from domaintune.train.launching import holding
from domaintune.train.params import Train, settle
from domaintune.train.stage import Places, train_arm, write_untrained


def main(
    *, params: Given, arm: Named, mixture: Given, foundation: Given, out: Given, curve: Given, metrics: Given,
    code: Given, accounting: Given,
) -> None:  # fmt: skip
    """Tune one arm."""
    with holding(arm):
        chosen, seed = load_item(params, ArmTraining, arm), load_value(params, "seed", int)
        settings = settle(arm, chosen, load_section(params, Lora), load_section(params, Train), seed)
        places = Places(mixture, filled(foundation, chosen), code, out, curve, metrics)
        described = read_json(mixture / "mixture.json")
        if described["trained"]:
            accounts = train_arm(described, settings, load_section(params, Runtime), places, sys.argv[1:])
        else:
            accounts = write_untrained(described, settings, places)
        if accounts is not None:
            accounts.write(accounting)


app = stage_app(main, __name__)
