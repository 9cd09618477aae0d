"""Let one arm answer the questions."""

from domaintune.answer.arms import How
from domaintune.answer.stage import write_answers
from domaintune.core.sections.arms import ArmEndpoint
from domaintune.core.sections.evaluation import Answering
from domaintune.core.sections.models import Decode, Runtime
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, Named, running, stage_app


def main(
    *, params: Given, arm: Named, questions: Given, adapter: Given, foundation: Given, out: Given,
    accounting: Given,
) -> None:  # fmt: skip
    """Answer the questions with one arm."""
    with running("answer", arm):
        seed, chosen = load_value(params, "seed", int), load_item(params, ArmEndpoint, arm)
        wanted = load_section(params, Answering).questions
        decode, runtime = load_section(params, Decode), load_section(params, Runtime)
        how, base = How(wanted, decode, runtime, seed), filled(foundation, chosen)
        accounts = write_answers(
            arm, chosen, how, questions=questions, adapter=adapter, foundation=base, out=out
        )
        accounts.write(accounting)


app = stage_app(main, __name__)
