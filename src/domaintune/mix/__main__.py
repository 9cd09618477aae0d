"""Write exactly what an arm will be trained on."""

from domaintune.core.sections.arms import ArmMixture
from domaintune.core.sections.data import GradingSet
from domaintune.core.stage.params import filled, load_item, load_mapping, load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.mix.params import Mix
from domaintune.mix.stage import Places, write_arm


def main(
    *, params: Given, arm: Named, instructions: Given, documents: Given, gate: Given, grades: Given,
    foundation: Given, out: Given, metrics: Given, accounting: Given,
) -> None:  # fmt: skip
    """Render one arm's training and validation rows."""
    with running("mix", arm):
        chosen, gradings = load_item(params, ArmMixture, arm), load_mapping(params, GradingSet)
        places = Places(instructions, documents, gate, grades, filled(foundation, chosen), out, metrics)
        write_arm(arm, chosen.mixture, gradings, load_section(params, Mix), places).write(accounting)


app = stage_app(main, __name__)
