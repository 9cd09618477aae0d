"""Reading what the judge stage is given: rubric cards, questions, answers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from domaintune.core.frames import read_records
from domaintune.core.records.answer import Answer
from domaintune.core.records.question import Question
from domaintune.core.scoring.card import SingleCard
from domaintune.core.sections.rubrics import Rubric
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.params import parse, read_yaml
from domaintune.judge.card import AnyCard, Card, inconsistencies, misfit
from domaintune.judge.plan import Duel, by_question


def read_cards(files: Sequence[Path], rubrics: Mapping[str, Rubric]) -> dict[str, AnyCard]:
    """Return the card of each rubric that params.yaml names; a file it does not name is left unread.

    Raises:
        ParamsError: a rubric has no file, or a card has problems.
    """
    by_stem = {path.stem: path for path in files}
    if absent := sorted(set(rubrics) - set(by_stem)):
        given = ", ".join(sorted(by_stem)) or "none"
        raise ParamsError(
            "\n".join(
                f"params.yaml: rubrics.{name}: expected a --rubric file {name}.yaml, got {given}. Write "
                f"catalog/rubrics/{name}.yaml and add it to judge's deps and cmd in dvc.yaml."
                for name in absent
            )
        )
    cards = {name: _read_card(by_stem[name]) for name in sorted(rubrics)}
    problems = [f"{by_stem[name]}: {found}" for name in cards for found in inconsistencies(cards[name], name)]
    misfits = {name: misfit(card, rubrics[name]) for name, card in cards.items()}
    problems += [f"params.yaml: rubrics.{name}: {found}" for name, found in misfits.items() if found]
    if problems:
        raise ParamsError("\n".join(problems))
    return cards


def _read_card(path: Path) -> AnyCard:
    """Read a card as what its verdict says it is; of one that says nothing known, the problems name those there are."""
    value = read_yaml(path)
    if value.get("verdict") == "scores":
        return parse(path, path.stem, SingleCard, value)
    return parse(path, path.stem, Card, value)


def read_questions(path: Path) -> dict[str, Question]:
    """Return the questions by id.

    Raises:
        InputError: the table is missing, or a question stands in it twice.
    """
    rows = read_records(path, Question)
    questions = {question.id: question for question in rows}
    if len(questions) < len(rows):
        raise InputError(
            f"{path}: {len(rows) - len(questions)} question ids stand twice. Run `dvc repro curate`."
        )
    return questions


def read_duel(arm: str, baseline: str, answers: Path, baseline_answers: Path) -> Duel:
    """Return the answers of both arms.

    Raises:
        InputError: a table is missing, or its answers are not the arm's.
    """
    return Duel(
        arm,
        baseline,
        by_question(read_records(answers / "answers.parquet", Answer), arm),
        by_question(read_records(baseline_answers / "answers.parquet", Answer), baseline),
    )
