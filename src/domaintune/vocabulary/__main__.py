"""Extend a foundation model's vocabulary."""

from domaintune.core.sections.models import Vocabulary
from domaintune.core.stage.params import filled, load_item
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.vocabulary.extending import extend


def main(
    *, params: Given, vocabulary: Named, base: Given, reads: Given, out: Given, accounting: Given
) -> None:  # fmt: skip
    """Learn tokens from texts and put them behind the base's."""
    with running("vocabulary", vocabulary):
        chosen = load_item(params, Vocabulary, vocabulary)
        base, reads = filled(base, chosen), filled(reads, chosen)
        extend(vocabulary, chosen, base, reads, out).write(accounting)


app = stage_app(main, __name__)
