"""How a question is put to a model, and what its options are called in the answer."""

from typing import Any, Literal, NamedTuple

from domaintune.benchmark.selecting import Selected
from domaintune.core.rendering.rendering import Template, end_token, render
from domaintune.core.sections.benchmark_card import LABEL, BenchmarkCard
from domaintune.science.choices.choice_text import LABELS, render_options

LETTERS = "ABCDE"
NAMES: dict[Literal["circled", "digits", "letters"], str] = {
    "circled": LABELS,
    "digits": "12345",
    "letters": LETTERS,
}


class Put(NamedTuple):
    """A question as the model sees it."""

    id: str
    subset: str
    prompt: str
    """Begin token and chat marks included where the tokenizer does not add them itself."""
    ids: list[int] | None
    """The prompt's ids as in training; None: as lm-eval tokenises the text."""
    choices: list[str]
    """What follows the prompt for each option when its likelihood is taken."""
    choice_ids: list[list[int]] | None
    """The choices' ids as in training; None: as lm-eval tokenises the text."""
    gold: int
    """The right option, counted from 0."""
    options: list[str]


def question_text(selected: Selected) -> str:
    """Return the question with its options behind ①–⑤, as the exam task trains it."""
    return f"{selected.question.question}\n{render_options(selected.question.options)}"


def put_as_trained(tokenizer: Any, template: Template, card: BenchmarkCard, selected: Selected) -> Put:
    """Render with the arm's own template: `ids` are those of a training row up to its answer."""
    text = question_text(selected)
    rendered = render(tokenizer, template, card.instruction, text, None)
    names = NAMES[card.labels][: len(selected.question.options)]
    choices = [card.answer.replace(LABEL, name) for name in names]
    rows = [render(tokenizer, template, card.instruction, text, choice) for choice in choices]
    ends = end_token(tokenizer, template)
    return Put(
        id=selected.question.id,
        subset=selected.subset,
        prompt=rendered.text,
        ids=rendered.input_ids,
        choices=choices,
        choice_ids=[
            _up_to(tokenizer, row.input_ids[row.prompt_tokens :], choice, ends)
            for row, choice in zip(rows, choices, strict=True)
        ],
        gold=selected.gold,
        options=list(selected.question.options),
    )


def put_plain(selected: Selected) -> Put:
    """Write the text of lm-eval's own mmlu tasks.

    Source: lm-eval 0.4.13, tasks/mmlu/default; Hendrycks et al. 2021.
    """
    about = selected.question.subject.replace("_", " ").strip()
    head = (
        f"The following are multiple choice questions (with answers){f' about {about}' if about else ''}.\n\n"
    )
    names = LETTERS[: len(selected.question.options)]
    lines = [f"{name}. {option}" for name, option in zip(names, selected.question.options, strict=True)]
    return Put(
        id=selected.question.id,
        subset=selected.subset,
        prompt=head + "\n".join([selected.question.question.strip(), *lines, "Answer:"]),
        ids=None,
        choices=[f" {name}" for name in names],
        choice_ids=None,
        gold=selected.gold,
        options=list(selected.question.options),
    )


def _up_to(tokenizer: Any, answer: list[int], choice: str, end: int) -> list[int]:
    """Return an answer's ids up to where its text is the choice: a template may write a space before its end token.

    In training the option's text follows the label, not that space.
    """
    spoken = answer[: answer.index(end)] if end in answer else answer
    for length in range(1, len(spoken) + 1):
        if tokenizer.decode(spoken[:length], clean_up_tokenization_spaces=False).strip() == choice.strip():
            return spoken[:length]
    return spoken
