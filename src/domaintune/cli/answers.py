"""`domaintune answers`: answers that somebody else's model gave, filed where a served arm looks for its own."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from domaintune.answer.arms import Answered, Prompted, ask_in_turns, request_of
from domaintune.cli.answer_files import Given, Matched, comparable, first_of, match, read_answers
from domaintune.core.frames import read_records
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.protocol import Reply, Request
from domaintune.core.records.question import Answer, Question
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Answering, Questions
from domaintune.core.sections.models import Decode
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import load_item, load_section, load_value

app = typer.Typer(help="Bring in answers of models that you cannot ask.", no_args_is_help=True)
SHOWN = 80


@app.command("import")
def import_answers(
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines or a JSON array of objects: `instruction`, `input` (may be absent) and the answer, each a "
            "text; or `turns` (or `questions`), a list of what the user says, and a list of as many answers."
        ),
    ],
    arm: Annotated[str, typer.Option(help="An arm with an endpoint.")],
    field: Annotated[
        str, typer.Option(help="The field that holds the answer, or the list of answers.")
    ] = "response",
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
    selected = read_records(questions, Question)
    asked = prompts_of(selected, wanted)
    matched = match(asked, read_answers(file, field))
    if not matched.answers:
        named = [_named(one) for one in matched.contradicting]
        raise InputError(
            f"{file}: none of its answers was taken: {len(matched.unmatched)} belong to none of the {len(asked)} "
            f"questions that {arm} is asked (instruction and input must be those of {questions}), {len(named)} "
            "answers contradict another to the same question (leave one a question)."
            + "".join(f"\n  {one}" for one in first_of(named))
        )
    to_request = partial(request_of, endpoint=chosen.endpoint, decode=load_section(params, Decode), seed=seed)
    filed = file_in_turns(selected, wanted, matched.answers, to_request)
    for line in told(arm, matched, filed, asked):
        typer.echo(line)
    if other := [_asked(one) for one in asked if filed.get(one.id) == OTHERWISE]:
        raise InputError(
            f"{file}: {len(other)} answers were not taken: {ledger_path(os.environ)} has another answer to the same "
            "request, which stays. To use the file's, name another model or provider in "
            f"arms.{arm}.endpoint, or point DOMAINTUNE_LEDGER at another ledger:\n  "
            + "\n  ".join(first_of(other))
        )


def prompts_of(selected: Sequence[Question], wanted: Questions) -> list[Prompted]:
    """Return what is asked, later turns too; what is answered before these is not known yet, and empty."""
    asked: list[Prompted] = []

    def ask(prompts: list[Prompted]) -> Answered:
        asked.extend(prompts)
        return Answered([_answer(one.id, "") for one in prompts], {})

    ask_in_turns(selected, wanted, ask)
    return asked


NEW, THERE, OTHERWISE = "new", "there already", "otherwise"


def file_in_turns(
    selected: Sequence[Question],
    wanted: Questions,
    answers: Mapping[str, str],
    to_request: Callable[[Prompted], Request],
) -> dict[str, str]:
    """File each turn's answers; of a turn that the ledger has otherwise neither it nor what follows, which answered it.

    How many tokens the model counted is not known, so 0 is filed. Return of each question with an answer of its own
    what came of it.
    """
    filed: dict[str, str] = {}

    def ask(prompts: list[Prompted]) -> Answered:
        requests = {one.id: to_request(one) for one in prompts if one.id in answers}
        with Ledger(ledger_path(os.environ)) as ledger:
            for name, request in requests.items():
                if (before := ledger.get(request.key)) is None:
                    filed[name] = NEW
                else:
                    same = comparable(before.text) == comparable(answers[name])
                    filed[name] = THERE if same else OTHERWISE
            new = {request: answers[name] for name, request in requests.items() if filed[name] == NEW}
            ledger.import_answers((request, Reply(text, "stop", 0, 0)) for request, text in new.items())
        return Answered([_answer(name, answers[name]) for name in requests if filed[name] != OTHERWISE], {})

    ask_in_turns(selected, wanted, ask)
    return filed


def told(arm: str, matched: Matched, filed: Mapping[str, str], asked: Sequence[Prompted]) -> Iterator[str]:
    """Yield what was done, and by name what was not."""
    done = Counter(filed.values())
    yield (
        f"{arm}: {done[NEW] + done[THERE]} of {len(asked)} questions answered from the file ({done[NEW]} new in the "
        f"ledger, {done[THERE]} there already)"
    )
    without = [one for one in asked if one.id not in filed]
    lists = (
        ("answers are empty, and taken as they are",
         [_asked(one) for one in asked if one.id in filed and not matched.answers[one.id].strip()]),
        ("answers belong to no question that is asked", [_named(one) for one in matched.unmatched]),
        ("answers contradict another one to the same question; none was taken",
         [_named(one) for one in matched.contradicting]),
        ("answers follow an earlier turn that was not taken from the file; none was taken",
         [_asked(one) for one in without if one.id in matched.answers]),
        ("questions have no answer in the file; `dvc repro` will ask the server",
         [_asked(one) for one in without if one.id not in matched.answers]),
    )  # fmt: skip
    for what, names in lists:
        if names:
            yield f"{len(names)} {what}:"
            yield from (f"  {line}" for line in first_of(names))


def _answer(name: str, text: str) -> Answer:
    return Answer(arm="", question_id=name, text=text.strip(), tokens=0, finished=True)


def _named(one: Given) -> str:
    return f"{one.place}: {_short(*one.asked)}"


def _asked(one: Prompted) -> str:
    return f"{one.id}: {_short(one.instruction, one.input, *one.then[1::2])}"


def _short(*parts: str) -> str:
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
