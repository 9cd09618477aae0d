"""Asking the judge by one rubric: equal prompts once."""

from collections.abc import Iterable
from functools import partial

from domaintune.core.scoring.asking import Asks
from domaintune.core.scoring.card import SingleCard
from domaintune.core.scoring.prose import read_prose
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.judge.card import AnyCard
from domaintune.judge.replies import problem, tidy


def ask(asker: Asks, card: AnyCard, prompts: Iterable[Prompt]) -> dict[str, Asked]:
    """Return what came of each prompt, by its id.

    Raises:
        TeacherError: the judge cannot answer; what it answered before is in the ledger.
    """
    different = {prompt.id: prompt for prompt in prompts}
    answers = asker.ask_json(
        [different[name] for name in sorted(different)],
        schema=card.reply_schema,
        check=partial(problem, card),
        tidy=partial(tidy, card),
        prose=partial(read_prose, card) if isinstance(card, SingleCard) else None,
    )
    return {asked.id: asked for asked in answers}
