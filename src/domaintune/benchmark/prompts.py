"""How a question is put to a model: as the arm is trained, or as lm-eval's own task writes it for every arm."""

import json
from collections.abc import Sequence
from string import ascii_uppercase
from typing import Any, Literal, NamedTuple

from domaintune.benchmark.selecting import Selected
from domaintune.core.benchmark_spec import LABEL, BenchmarkSpec, Plain
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered, Template, end_token, parts_of, render, render_turns
from domaintune.core.stage.errors import InputError, ModelError, ParamsError
from domaintune.core.template import render as fill
from domaintune.science.choices.choice_text import LABELS, render_options

NAMES: dict[Literal["circled", "digits", "letters"], Sequence[str]] = {
    "circled": LABELS,
    "digits": [str(number) for number in range(1, len(LABELS) + 1)],
    "letters": ascii_uppercase,
}
MOST_DIGITS = 9

SHOTS_GAP = "\n\n"
"""Between worked examples, as lm-eval's `fewshot_delimiter`."""


class Put(NamedTuple):
    """A selected question as the model sees it."""

    selected: Selected
    prompt: str
    """Begin token and chat marks included where the tokenizer does not add them itself."""
    ids: list[int] | None
    """The prompt's ids as in training; None: as lm-eval tokenises the text."""
    choices: list[str]
    """What follows the prompt and the delimiter for each option when its likelihood is taken."""
    choice_ids: list[list[int]] | None
    """The choices' ids as in training; None: as lm-eval tokenises the text."""
    delimiter: str = ""
    """What lm-eval puts between prompt and choice; it does not count for the choice's length."""


def question_text(selected: Selected) -> str:
    """Return the question with its options behind ①, ②, …, as the exam task trains it, a text it is about first."""
    asked = selected.question
    about = [asked.context] if asked.context else []
    return "\n".join([*about, asked.question, render_options(asked.options)])


def put_as_trained(
    tokenizer: Any, template: Template, spec: BenchmarkSpec, selected: Selected, line: str
) -> Put:
    """Render with the arm's own template: `ids` are those of a training row up to its answer.

    `line`: the control prefix of an arm trained on grades, as in `answer`; empty for other arms.
    """
    if spec.labels == "digits" and len(selected.question.options) > MOST_DIGITS:
        raise ParamsError(
            f"a benchmark's spec has labels: digits, which serve up to {MOST_DIGITS} options: 1 begins 10, so that the "
            f"two are not equally likely to be written. {selected.question.source} has a question of "
            f"{len(selected.question.options)}; set labels to letters or circled in catalog/benchmarks."
        )
    rendered = _render((tokenizer, template), spec, selected, None, line)
    names = NAMES[spec.labels][: len(selected.question.options)]
    choices = [spec.answer.replace(LABEL, name) for name in names]
    rows = [_render((tokenizer, template), spec, selected, choice, line).input_ids for choice in choices]
    known, ends = len(rendered.input_ids), end_token(tokenizer, template)
    assert all(row[:known] == rendered.input_ids for row in rows), "an answer goes on from its prompt"
    answers = [
        _up_to(tokenizer, row[known:], choice, ends) for row, choice in zip(rows, choices, strict=True)
    ]
    return Put(selected, rendered.text, rendered.input_ids, choices, answers)


def _render(
    model: tuple[Any, Template], spec: BenchmarkSpec, selected: Selected, answer: str | None, line: str
) -> Rendered:
    """Render the question behind its examples: turns of a chat template, or one text where there are none."""
    tokenizer, template = model
    asked = question_text(selected)
    examples = [(question_text(one), example_answer(spec, one)) for one in selected.shots]
    if template != "chat" or not examples:
        text = SHOTS_GAP.join([*(f"{user}\n{told}" for user, told in examples), asked])
        return render(tokenizer, template, spec.instruction, text, answer, line=line)
    turns = []
    for user, told in [*examples, (asked, answer)]:
        turns.append({"role": "user", "content": user})
        if told is not None:
            turns.append({"role": "assistant", "content": told})
    rendered = render_turns(tokenizer, parts_of(spec.instruction, asked, line)[0], turns)
    if isinstance(rendered, Refused):
        raise ModelError(
            f"worked examples are turns of their own, but {rendered.detail}; set shots: 0, or prompt: plain"
        )
    return rendered


def example_answer(spec: BenchmarkSpec, one: Selected) -> str:
    """Return an example's answer as the exam task trains it: label and text; a spec's JSON is closed behind them.

    Of several right options the first.
    """
    option = one.question.options[one.gold[0]]
    in_json = spec.answer.startswith("{")
    told = json.dumps(option, ensure_ascii=False)[1:-1] + '"}' if in_json else option
    return spec.answer.replace(LABEL, f"{NAMES[spec.labels][one.gold[0]]} {told}")


def _up_to(tokenizer: Any, answer: list[int], choice: str, end: int) -> list[int]:
    """Return an answer's ids up to where its text is the choice: a template may write a space before its end token.

    In training the option's text follows the label, not that space.
    """
    spoken = answer[: answer.index(end)] if end in answer else answer
    for length in range(1, len(spoken) + 1):
        if tokenizer.decode(spoken[:length], clean_up_tokenization_spaces=False).strip() == choice.strip():
            return spoken[:length]
    return spoken


def put_plain(selected: Selected, plain: Plain | None) -> Put:
    """Write the question as lm-eval's own task of the benchmark does; without a `plain` of the spec, as its mmlu tasks.

    It has no control prefix: the prompt is other people's protocol, the same for every arm.

    Source: lm-eval 0.4.13, tasks/mmlu/default and api/task.py `fewshot_context`; Hendrycks et al. 2021.
    """
    head, own = _plainly(selected, plain)
    examples = [_plainly(one, plain)[1] for one in selected.shots]
    told = [one.prompt + one.delimiter + one.choices[one.selected.gold[0]] for one in examples]
    return own._replace(prompt=head + SHOTS_GAP.join([*told, own.prompt]))


def _plainly(selected: Selected, plain: Plain | None) -> tuple[str, Put]:
    """Return what stands once, before examples and question, and the question without them."""
    question = selected.question
    context, asked = question.context.strip(), question.question.strip()
    names = ascii_uppercase[: len(question.options)]
    lines = [f"{name}. {option}" for name, option in zip(names, question.options, strict=True)]
    subject = question.subject.replace("_", " ").strip()
    if plain is None:
        of = f" about {subject}" if subject else ""
        head = f"The following are multiple choice questions (with answers){of}.\n\n"
        body = "\n".join([*([context] if context else []), asked, *lines, "Answer:"])
        return head, Put(selected, body, None, [f" {name}" for name in names], None)
    if plain.words and asked not in plain.words:
        raise InputError(
            f"expected a question that is one of {', '.join(plain.words)}, got {asked[:80]!r}. Add it to plain.words "
            "of the benchmark's spec, or map another column as the question in `sources`."
        )
    named = {"context": context, "question": plain.words.get(asked, asked), "subject": subject}
    try:
        body = fill(plain.text, **named, options="\n".join(lines), choices=question.options)
    except ParamsError as error:
        of = f"question {question.id} of {question.source}, which has {len(lines)} options"
        raise ParamsError(f"plain.text cannot be filled in for {of}: {error}") from error
    choices = list(names if plain.shows_options else question.options)
    return "", Put(selected, body, None, choices, None, plain.delimiter)
