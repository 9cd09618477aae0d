"""How lm-eval's own task writes a question: other people's protocol, the same for every arm."""

from collections.abc import Mapping
from string import ascii_uppercase
from typing import NamedTuple

from domaintune.benchmark.prompts import SHOTS_GAP, Put, about
from domaintune.benchmark.selecting import Selected
from domaintune.core.benchmark_spec import BenchmarkSpec, Plain
from domaintune.core.sections.evaluation import LocalBenchmark
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.template import render


class _Plainly(NamedTuple):
    """A question as lm-eval's own task writes it."""

    head: str
    """What stands once, before examples and question."""
    body: str
    choices: list[str]
    delimiter: str


def put_plain(selected: Selected, plain: Plain | None) -> Put:
    """Write the question as lm-eval's own task of the benchmark does; without a `plain` of the spec, as its mmlu tasks.

    Nothing is told of the answer's quality: the prompt is other people's protocol, the same for every arm.

    Raises:
        InputError: the spec has a word for every question, and none for this one.

    Source: lm-eval 0.4.13, tasks/mmlu/default and api/task.py `fewshot_context`; Hendrycks et al. 2021.
    """
    own = _plainly(selected, plain)
    examples = [(_plainly(one, plain), one.gold[0]) for one in selected.shots]
    told = [one.body + one.delimiter + one.choices[gold] for one, gold in examples]
    return Put(
        **about(selected),
        prompt=own.head + SHOTS_GAP.join([*told, own.body]),
        ids=None,
        choices=own.choices,
        choice_ids=None,
        delimiter=own.delimiter,
    )


def _plainly(selected: Selected, plain: Plain | None) -> _Plainly:
    question = selected.question
    context, asked = question.context.strip(), question.question.strip()
    names = ascii_uppercase[: len(question.options)]
    lines = [f"{name}. {option}" for name, option in zip(names, question.options, strict=True)]
    subject = question.subject.replace("_", " ").strip()
    if plain is None:
        of = f" about {subject}" if subject else ""
        head = f"The following are multiple choice questions (with answers){of}.\n\n"
        body = "\n".join([*([context] if context else []), asked, *lines, "Answer:"])
        return _Plainly(head, body, [f" {name}" for name in names], "")
    body = render(
        plain.text,
        context=context,
        question=_word(asked, plain),
        subject=subject,
        options="\n".join(lines),
        choices=question.options,
    )
    choices = list(names if plain.shows_options else question.options)
    return _Plainly("", body, choices, plain.delimiter)


def _word(asked: str, plain: Plain) -> str:
    if plain.words and asked not in plain.words:
        raise InputError(
            f"expected a question that is one of {', '.join(plain.words)}, got {asked[:80]!r}. Add it to plain.words "
            "of the benchmark's spec, or map another column as the question in `sources`."
        )
    return plain.words.get(asked, asked)


def check_plain(benchmarks: Mapping[str, LocalBenchmark], specs: Mapping[str, BenchmarkSpec]) -> None:
    """Stop where a method scores what the spec's plain prompt does not ask for.

    Raises:
        ParamsError: naming every benchmark and method.
    """
    problems = []
    for name, benchmark in benchmarks.items():
        plain = specs[name].plain
        if benchmark.prompt == "plain":
            continued = plain is not None and not plain.shows_options
            problems += [
                f"params.yaml: benchmarks.{name}.methods: {method} needs a spec whose plain.text "
                f"{'shows no options' if method.startswith('continuation') else 'shows the options'}; "
                f"catalog/benchmarks/{name}.yaml {'shows none' if continued else 'shows them'}"
                for method in benchmark.methods
                if method.startswith("continuation") != continued
            ]
    if problems:
        raise ParamsError("\n".join(problems))
