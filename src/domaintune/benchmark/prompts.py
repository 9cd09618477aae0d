"""How a question is put to a model, and what its options are called in the answer."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from domaintune.benchmark.selecting import Selected
from domaintune.core.rendering.rendering import Template, end_token, render
from domaintune.core.sections.benchmark_card import LABEL, OPTIONS, PLACES, BenchmarkCard, Plain
from domaintune.core.sections.benchmarks import LocalBenchmark
from domaintune.core.stage.errors import InputError, ParamsError
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
    cluster: str
    subset: str
    prompt: str
    """Begin token and chat marks included where the tokenizer does not add them itself."""
    ids: list[int] | None
    """The prompt's ids as in training; None: as lm-eval tokenises the text."""
    choices: list[str]
    """What follows the prompt and the delimiter for each option when its likelihood is taken."""
    choice_ids: list[list[int]] | None
    """The choices' ids as in training; None: as lm-eval tokenises the text."""
    gold: int
    """The right option, counted from 0."""
    options: list[str]
    delimiter: str = ""
    """What lm-eval puts between prompt and choice; it is no part of the choice's length."""


def question_text(selected: Selected) -> str:
    """Return the question with its options behind ①–⑤, as the exam task trains it; a text it is about goes first."""
    asked = selected.question
    about = [asked.context] if asked.context else []
    return "\n".join([*about, asked.question, render_options(asked.options)])


def put_as_trained(
    tokenizer: Any, template: Template, card: BenchmarkCard, selected: Selected, line: str
) -> Put:
    """Render with the arm's own template: `ids` are those of a training row up to its answer.

    `line`: what an arm trained on grades is told of its answer, as in `answer`; empty for other arms.
    """
    text = question_text(selected)
    rendered = render(tokenizer, template, card.instruction, text, None, line=line)
    names = NAMES[card.labels][: len(selected.question.options)]
    choices = [card.answer.replace(LABEL, name) for name in names]
    rows = [render(tokenizer, template, card.instruction, text, choice, line=line) for choice in choices]
    ends = end_token(tokenizer, template)
    return Put(
        id=selected.question.id,
        cluster=selected.question.cluster,
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


def put_plain(selected: Selected, plain: Plain | None) -> Put:
    """Write the question as lm-eval's own task of the benchmark does; without a `plain` of the card, as its mmlu tasks.

    Nothing is told of the answer's quality: the prompt is other people's protocol, the same for every arm.

    Raises:
        InputError: the card has a word for every question, and none for this one.

    Source: lm-eval 0.4.13, tasks/mmlu/default; Hendrycks et al. 2021.
    """
    question = selected.question
    context, asked = question.context.strip(), question.question.strip()
    names = LETTERS[: len(question.options)]
    lines = [f"{name}. {option}" for name, option in zip(names, question.options, strict=True)]
    about = question.subject.replace("_", " ").strip()
    if plain is None:
        head = (
            f"The following are multiple choice questions (with answers){f' about {about}' if about else ''}."
        )
        prompt = "\n".join([head, "", *([context] if context else []), asked, *lines, "Answer:"])
        choices, delimiter = [f" {name}" for name in names], ""
    else:
        parts = {"context": context, "question": _word(asked, plain), "subject": about}
        parts["options"] = "\n".join(lines)
        prompt = PLACES.sub(lambda match: parts[match[1]], plain.text)
        choices = list(names if shows_options(plain) else question.options)
        delimiter = plain.delimiter
    return Put(
        id=question.id,
        cluster=question.cluster,
        subset=selected.subset,
        prompt=prompt,
        ids=None,
        choices=choices,
        choice_ids=None,
        gold=selected.gold,
        options=list(question.options),
        delimiter=delimiter,
    )


def _word(asked: str, plain: Plain) -> str:
    if plain.words and asked not in plain.words:
        raise InputError(
            f"expected a question that is one of {', '.join(plain.words)}, got {asked[:80]!r}. Add it to plain.words "
            "of the benchmark's card, or map another column as the question in `sources`."
        )
    return plain.words.get(asked, asked)


def shows_options(plain: Plain) -> bool:
    """Say whether a letter is scored: else it is the option's own text."""
    return OPTIONS in plain.text


def check_plain(benchmarks: Mapping[str, LocalBenchmark], cards: Mapping[str, BenchmarkCard]) -> None:
    """Stop where a method scores what the card's plain prompt does not ask for.

    Raises:
        ParamsError: naming every benchmark and method.
    """
    problems = []
    for name, benchmark in benchmarks.items():
        plain = cards[name].plain
        if benchmark.prompt == "plain":
            continued = plain is not None and not shows_options(plain)
            problems += [
                f"params.yaml: benchmarks.{name}.methods: {method} needs a card whose plain.text "
                f"{'shows no options' if method.startswith('continuation') else 'shows the {options}'}; "
                f"catalog/benchmarks/{name}.yaml {'shows none' if continued else 'shows them'}"
                for method in benchmark.methods
                if method.startswith("continuation") != continued
            ]
    if problems:
        raise ParamsError("\n".join(problems))


def _up_to(tokenizer: Any, answer: list[int], choice: str, end: int) -> list[int]:
    """Return an answer's ids up to where its text is the choice: a template may write a space before its end token.

    In training the option's text follows the label, not that space.
    """
    spoken = answer[: answer.index(end)] if end in answer else answer
    for length in range(1, len(spoken) + 1):
        if tokenizer.decode(spoken[:length], clean_up_tokenization_spaces=False).strip() == choice.strip():
            return spoken[:length]
    return spoken
