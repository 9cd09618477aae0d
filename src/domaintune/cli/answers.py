"""`domaintune answers`: answers that somebody else's model gave, filed where a served arm looks for its own."""

import json
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from domaintune.answer.asking import requests_of
from domaintune.answer.prompted import Prompted
from domaintune.answer.selecting import prompts_of, select_questions
from domaintune.core.frames import read_records
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.protocol import Reply, Request
from domaintune.core.records.question import Question
from domaintune.core.sections.answer import Answering
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.decode import Decode
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import load_item, load_section, load_value

app = typer.Typer(help="Bring in answers of models that you cannot ask.", no_args_is_help=True)
NAMED = 20
"""Of each kind, so many are named; all are counted."""
SHOWN = 80
Asked = tuple[str, ...]
"""Instruction and input without their line breaks; one of them where the other is empty."""


class Given(NamedTuple):
    """One record of the file."""

    line: int
    asked: Asked
    text: str


class Matched(NamedTuple):
    """What belongs together, and what is left over on either side."""

    answers: dict[str, str]
    """Question → answer."""
    unmatched: list[Given]
    """Answers to no question that the arm is asked."""
    contradicting: list[Given]
    """Several different answers to one question; none of them is taken."""
    unanswered: list[Prompted]


@app.callback()
def answers() -> None:
    """Keep `import` a command of its own."""


@app.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(help="JSONL: instruction, input (may be missing) and the answer.")],
    arm: Annotated[str, typer.Option(help="An arm with an endpoint.")],
    field: Annotated[str, typer.Option(help="The field that holds the answer.")] = "response",
    params: Annotated[Path, typer.Option(help="The parameters.")] = Path("params.yaml"),
    questions: Annotated[Path, typer.Option(help="The questions.")] = Path("data/curated/questions.parquet"),
) -> None:
    """File answers under the requests of a served arm, so that `dvc repro` finds them and sends nothing."""
    chosen, seed = load_item(params, Arm, arm), load_value(params, "seed", int)
    if chosen.endpoint is None:
        raise ParamsError(
            f"{params}: arms.{arm}: has no endpoint, so it is answered by its own model. Give it an endpoint whose "
            "provider and model name who answered."
        )
    wanted = load_section(params, Answering).questions
    asked = prompts_of(select_questions(read_records(questions, Question), wanted, seed), wanted)
    matched = match(asked, list(read_answers(file, field)))
    if not matched.answers:
        raise InputError(
            f"{file}: none of its {len(matched.unmatched) + len(matched.contradicting)} answers belongs to one of the "
            f"{len(asked)} questions that {arm} is asked; instruction and input must be those of {questions}."
        )
    requests = requests_of(asked, chosen.endpoint, load_section(params, Decode), seed)
    kept = file_answers({requests[name]: text for name, text in matched.answers.items()})
    for line in told(arm, matched, kept, len(asked)):
        typer.echo(line)


def read_answers(file: Path, field: str) -> Iterator[Given]:
    """Yield the file's records.

    Raises:
        InputError: no such file, or lines that are no such record; the first of them are named.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as UTF-8 text ({error}).") from error
    read = [(number, _record(line, field)) for number, line in enumerate(lines, 1) if line.strip()]
    problems = [f"{file}: line {number}: {found}" for number, found in read if isinstance(found, str)]
    if problems:
        raise InputError("\n".join([*problems[:NAMED], *_more(len(problems) - NAMED)]))
    for number, record in read:
        if not isinstance(record, str):
            yield Given(number, asked_text(record["instruction"], record.get("input") or ""), record[field])


def match(asked: Sequence[Prompted], given: Sequence[Given]) -> Matched:
    """Match by instruction and input together; white space aside, the texts must be equal."""
    by_text: defaultdict[Asked, list[Given]] = defaultdict(list)
    for one in given:
        by_text[one.asked].append(one)
    wanted = {one.id: asked_text(one.instruction, one.input) for one in asked}
    known = set(wanted.values())
    several = {text for text, found in by_text.items() if len({one.text for one in found}) > 1}
    return Matched(
        {
            name: by_text[text][0].text
            for name, text in wanted.items()
            if text in by_text and text not in several
        },
        [one for one in given if one.asked not in known],
        [one for one in given if one.asked in known & several],
        [one for one in asked if wanted[one.id] not in by_text or wanted[one.id] in several],
    )


def asked_text(instruction: str, input_: str) -> Asked:
    """Return what was asked, in NFC and with single spaces; an instruction alone equals an input alone."""
    plain = [" ".join(unicodedata.normalize("NFC", text).split()) for text in (instruction, input_)]
    return tuple(text for text in plain if text)


def file_answers(answers: Mapping[Request, str]) -> dict[str, int]:
    """Put answers into the ledger; one that is there already stays. Return how many are new, known, or were otherwise.

    How many tokens the model counted is not known, so 0 is filed.
    """
    counts = {"new": 0, "known": 0, "otherwise": 0}
    with Ledger(ledger_path(os.environ)) as ledger:
        before = {request: ledger.get(request.key) for request in answers}
        ledger.import_answers((request, Reply(text, "stop", 0, 0)) for request, text in answers.items())
    for request, text in answers.items():
        reply = before[request]
        counts["new" if reply is None else "known" if reply.text == text else "otherwise"] += 1
    return counts


def told(arm: str, matched: Matched, kept: Mapping[str, int], asked: int) -> Iterator[str]:
    """Yield what was done, and by name what was not."""
    yield f"{arm}: {len(matched.answers)} of {asked} questions answered from the file ({kept['new']} new in the ledger)"
    if kept["otherwise"]:
        yield f"{kept['otherwise']} of them had another answer in the ledger already, which stays"
    lists = (
        ("answers belong to no question that is asked", [_named(one) for one in matched.unmatched]),
        ("answers contradict another one to the same question; none was taken",
         [_named(one) for one in matched.contradicting]),
        ("questions have no answer in the file; `dvc repro` will ask the server",
         [f"{one.id}: {_short(one.instruction, one.input)}" for one in matched.unanswered]),
    )  # fmt: skip
    for what, names in lists:
        if names:
            yield f"{len(names)} {what}:"
            yield from (f"  {name}" for name in [*names[:NAMED], *_more(len(names) - NAMED)])


def _record(line: str, field: str) -> dict[str, Any] | str:
    """Return the record, or what is wrong with it."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    if not isinstance(record, dict):
        return f"expected an object, got {type(record).__name__}"
    for name in ("instruction", field):
        if not isinstance(record.get(name), str):
            return f"expected text in {name!r}; it has the fields {', '.join(sorted(record)) or 'none'}"
    return record if isinstance(record.get("input") or "", str) else "expected text in 'input'"


def _named(one: Given) -> str:
    return f"line {one.line}: {_short(*one.asked)}"


def _short(*parts: str) -> str:
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def _more(n: int) -> list[str]:
    return [f"and {n} more"] if n > 0 else []
