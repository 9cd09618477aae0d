"""An arm that a server answers: what is sent, what is not, and answers brought in from a file in its place."""

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS
from model_settings import DECODE
from records import blank
from stage_project import StageProject

from domaintune.cli.answer_files import read_answers
from domaintune.cli.app import app
from domaintune.core.frames import read_records, write_records
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Answer, Question
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import read_json
from domaintune.core.stage.params import read_yaml

STUDY = DECODE | {"max_new_tokens": 400, "num_beams": 4, "temperature": 0.1, "top_k": 40, "top_p": 0.75}
"""The Korean survey, section 7.1."""
ROWS = [
    ("Sum it up.", "A pump moves water.\nIt is blue."),
    ("Name a metal.", ""),
    ("Translate.", '물은 "맑다".'),
]
TURNS = ["Name a metal.", "And one that is lighter?"]


def question(at: int) -> Question:
    """A row of an instruction set as a question: without an input, its instruction is the question."""
    instruction, given = ROWS[at]
    own = {"instruction": instruction if given else "", "question": given or instruction}
    return blank(Question, id=f"q{at}", split="test", matched_answer=f"answer {at}", **own)


class Project(StageProject):
    """A folder in which questions are answered and judged, with an arm of its own and two that a server answers."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        endpoint = {"server": "judge", "provider": "paper", "model": "reference"}
        arm = {"model": "original", "mixture": None}
        self.params["arms"] = {"own": arm | {"baseline": "own"}}
        for name in ("served", "other"):
            self.params["arms"][name] = arm | {"baseline": "served", "endpoint": endpoint | {"model": name}}
        self.params["answer"]["questions"] = {"n": 10, "from": "test", "context": "none"}
        self.params["decode"] = STUDY
        self.params["runtime"]["servers"]["judge"] = {"base_url": url, "api_key_env": None}

    def say(self, stage: str, arm: str, words: str) -> None:
        questions = "data/curated/questions.parquet"
        self.stage = stage
        self.command = f"--params params.yaml --questions {questions} --arm {arm} {words}"
        assert self.passes().stderr == ""

    def answer(self, arm: str = "served") -> dict[str, str]:
        out = f"data/answers/{arm}"
        self.say("answer", arm, f"--adapter none --foundation none --out {out} --accounting {arm}.json")
        answers = read_records(self.folder / out / "answers.parquet", Answer)
        return {row.question_id: row.text for row in answers}


@pytest.fixture
def project(tmp_path: Path, server: Any, own_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    write_records(tmp_path / "data/curated/questions.parquet", Question, [question(at) for at in range(3)])
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path, server.base_url)
    made.ledger, made.command = own_ledger, ""
    made.arguments()
    return made


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "answers.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


Bring = Callable[..., str]


@pytest.fixture
def bring(project: Project, capsys: pytest.CaptureFixture[str]) -> Bring:
    """Bring a file, or rows, of answers in, and return what is printed; what is refused, behind it."""

    def brought(*given: Any, words: Sequence[str] = (), arm: str = "served") -> str:
        path = given[0] if isinstance(given[0], Path) else write(project.folder, *given)
        refused = ""
        try:
            app(["answers", "import", str(path), "--arm", arm, *words], standalone_mode=False)
        except InputError as error:
            refused = f"refused: {error}"
        return capsys.readouterr().out + refused

    return brought


def row(at: int, response: str, **more: str) -> dict[str, Any]:
    instruction, given = ROWS[at]
    return {"instruction": f"{instruction}\n", "input": given, "response": response, "target": "x"} | more


def test_questions_and_sampling_reach_the_server_and_the_rest_is_named(project: Project, server: Any) -> None:
    assert len(project.answer()) == 3
    bodies = {body["messages"][-1]["content"]: body for body in server.bodies}
    first = bodies[ROWS[0][1]]
    assert [tuple(message.values()) for message in first["messages"]] == [
        ("system", ROWS[0][0]), ("user", ROWS[0][1])
    ]  # fmt: skip
    assert [message["role"] for message in bodies["Name a metal."]["messages"]] == ["user"]
    sampling = {"temperature": 0.0, "top_p": 1.0, "max_tokens": 400, "seed": 0}
    assert first.items() >= (sampling | {"model": "served"}).items()
    assert not {"top_k", "num_beams", "repetition_penalty"} & set(first)
    told = read_json(project.folder / "data/answers/served/decoding.json")
    assert told["used"] == sampling
    assert told["no_effect"]["num_beams"] == {
        "value": 4, "reason": "the chat completions protocol has no such parameter"
    }  # fmt: skip
    assert told["no_effect"]["temperature"] == {"value": 0.1, "reason": "do_sample is false"}
    project.params["decode"] = STUDY | {"do_sample": True}
    project.answer()
    drawn = {"temperature": 0.1, "top_p": 0.75, "seed": read_yaml(PARAMS)["seed"]}  # the project's
    assert server.bodies[-1].items() >= drawn.items()


def ask_turns(project: Project) -> None:
    first = question(1)
    later = first.model_copy(update={"id": "q3", "question": TURNS[1], "follows": first.id})
    write_records(project.folder / "data/curated/questions.parquet", Question, [question(0), first, later])


def test_answers_brought_in_are_judged_against_the_references_turn_by_turn_and_nothing_is_sent(
    project: Project, server: Any, bring: Bring
) -> None:
    ask_turns(project)
    for arm, said in (("served", ["answer 0", "answer 1", "answer 1"]), ("other", ["something else"] * 3)):
        talk = {"turns": TURNS, "response": [f" {text}\n" for text in said[1:]]}
        printed = bring(row(0, said[0]), talk, arm=arm)
        assert (
            f"{arm}: 3 of 3 questions answered from the file (3 new in the ledger, 0 there already)"
            in printed
        )
        assert project.answer(arm) == dict(zip(("q0", "q1", "q3"), said, strict=True))
    words = """--baseline-answers data/answers/served --rubrics catalog/rubrics --calibration catalog/calibration/judge.yaml
        --answers data/answers/other --out data/judgments/other --responses r.parquet --accounting j.json"""
    project.say("judge", "other", words)
    judged = read_records(project.folder / "data/judgments/other/judgments.parquet", Judgment)
    rows = [row for row in judged if row.rubric == "match"]
    assert server.requests == 0
    assert {(row.question_id, row.choice) for row in rows} == {(f"q{at}", "served") for at in (0, 1, 3)}
    scores = {(score.arm, score.value) for row in rows for score in row.scores}
    assert scores == {("served", 5.0), ("other", 1.0)}


def test_what_has_no_partner_is_named_and_nothing_is_guessed(
    project: Project, server: Any, bring: Bring
) -> None:
    printed = bring(
        row(0, "one"), row(2, "a"), row(2, "b"), {"instruction": "Sum it up.", "response": "no input"}
    )
    assert "served: 1 of 3 questions answered from the file" in printed
    assert "1 answers belong to no question that is asked:\n  line 4: Sum it up." in printed
    assert "2 answers contradict another one to the same question; none was taken:\n  line 2: " in printed
    assert "2 questions have no answer in the file; `dvc repro` will ask the server:\n  q1: Name a" in printed
    project.answer()
    assert server.requests == 2
    printed = bring(row(0, "another"), row(2, "a"))
    assert "served: 0 of 3 questions answered from the file (0 new in" in printed
    assert re.search(
        r"refused: .*2 answers were not taken: .*another answer.* which stays.*\n  q0: Sum it", printed
    )
    assert "1 of 3 questions answered from the file (0 new in the ledger, 1 there" in bring(row(0, "one"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pipe.jsonl", None, "expected a file, found a pipe"),
        ("a.jsonl", b"", "a.jsonl: expected answers as JSON Lines .* but the file holds nothing"),
        ("a.csv", b"instruction,response\na,b\n", "a.csv: expected answers as JSON Lines .* but the file is a table"),
        ("gone.jsonl", None, "expected a file, found nothing"),
        ("a.jsonl", '{"instruction": "한국어 답", "response": "가나다"}\n{"instruction": "나", "response": "다"}\n'.encode("cp949"), "may be CP949"),
        ("a.jsonl", b'{"instruction": "a", "response": "\xff"}\n', "line 1: the byte 0xFF at offset .* is not UTF-8"),
    ],
)  # fmt: skip
def test_a_file_of_answers_that_cannot_be_read_is_told_by_what_it_is(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    elif name.startswith("pipe"):
        os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match=said):
        read_answers(tmp_path / name, "response")


def test_an_array_of_answers_is_read_as_lines_are_half_a_surrogate_pair_as_a_server_says_it(
    project: Project, bring: Bring
) -> None:
    rows, array = (
        [row(0, "Iron \ud800."), {"instruction": "Odd \udc00.", "response": "x"}],
        project.folder / "answers.json",
    )
    array.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    (project.folder / "lines.jsonl").write_text(
        "".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8"
    )
    lines = read_answers(project.folder / "lines.jsonl", "response")
    wanted = [one._replace(place=f"record {at}") for at, one in enumerate(lines, 1)]
    assert read_answers(array, "response") == wanted
    assert "1 answers belong to no question that is asked:\n  record 2: Odd \ufffd." in bring(array)
    assert project.answer()["q0"] == "Iron \ufffd."


def test_answers_that_differ_in_white_space_and_composition_alone_are_the_same_and_empty_ones_are_told(
    bring: Bring,
) -> None:
    printed = bring(row(0, "caf\u00e9"), row(0, " cafe\u0301\n"), row(1, " "), row(2, "x"))
    assert "3 of 3 questions answered from the file (3 new in the ledger" in printed
    assert "1 answers are empty, and taken as they are:\n  q1: Name a" in printed
    assert "(0 new in the ledger, 1 there already)" in bring(row(0, "cafe\u0301"))


def test_the_fields_of_a_conversation_and_its_answers_have_other_names_too(
    project: Project, bring: Bring
) -> None:
    ask_turns(project)
    talk = {"questions": TURNS, "outputs": [" Iron.", "Aluminium.\n"]}
    bring(talk, {**row(0, "x"), "outputs": "It is blue."}, words=("--field", "outputs"))
    assert project.answer() == {"q0": "It is blue.", "q1": "Iron.", "q3": "Aluminium."}


def test_a_later_turn_is_filed_behind_no_other_first_answer_than_the_one_it_answered(
    project: Project, server: Any, bring: Bring
) -> None:
    ask_turns(project)
    talks = [{"turns": TURNS, "response": [first, "Aluminium."]} for first in ("Iron.", "Copper.")]
    printed = bring(*talks, row(0, "x"))
    assert "served: 1 of 3 questions answered from the file" in printed
    assert "2 answers contradict another one to the same question" in printed
    printed = bring(row(1, "Zinc."), row(0, "x"))
    assert "1 questions have no answer in the file; `dvc repro` will ask the server:\n  q3: Name a" in printed
    printed = bring(talks[0])
    assert re.search("refused: .*1 answers were not taken", printed)
    assert "1 answers follow an earlier turn that was not taken from the file" in printed
    said = project.answer()["q3"]
    assert said != "Aluminium."
    assert server.requests == 1
    printed = bring({"turns": TURNS, "response": ["Zinc.", said]})
    assert "served: 2 of 3 questions answered from the file (0 new in the ledger, 2 there" in printed


@pytest.mark.parametrize(
    ("arm", "rows", "field", "message"),
    [
        ("own", [row(0, "x")], "response", r"arms\.own: has no endpoint"),
        ("nobody", [row(0, "x")], "response", r"arms\.nobody: no such entry"),
        ("served", [{"instruction": "Dance.", "response": "x"}], "response", "none of its answers was taken: 1 belong to none"),
        ("served", [row(0, "x")], "text", "line 1: expected text in 'text'; it has the fields input, instruct"),
        ("served", [{"instruction": "a", "response": None}], "response", "line 1: expected text in 'response'"),
        ("served", [row(2, "a"), row(2, "b")], "response", r"2 answers contradict another to.*\n  line 1: .*\n  line 2: "),
        ("served", [{"turns": TURNS, "response": ["Iron."]}], "response", "line 1: expected 2 texts in 'response', one a turn"),
        ("served", ["no json", [1]], "response", r"line 1: not valid JSON[^\n]*\n[^\n]*line 2: expected an object, got list"),
    ],
)  # fmt: skip
def test_what_cannot_be_brought_in_is_one_message(
    project: Project, arm: str, rows: list[Any], field: str, message: str
) -> None:
    path = write(project.folder, *rows)
    path.write_text(path.read_text().replace('"no json"', "no json"), encoding="utf-8")
    with pytest.raises((InputError, ParamsError), match=message):
        app(["answers", "import", str(path), "--arm", arm, "--field", field], standalone_mode=False)
