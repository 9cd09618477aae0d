"""Judging in a folder of its own, as dvc would; a judge that answers as it is told; and the tables `judge` writes."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from committed import ROOT
from records import blank
from stage_project import Run, StageProject

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.judgment import CalibrationPair, Judgment
from domaintune.core.records.question import Answer, Question
from domaintune.core.scoring.rubric import PairSpec, read_specs
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.teacher.asking import Asked, Prompt
from domaintune.judge.plan import PairwiseComparison

RUBRIC_FILES = sorted((ROOT / "catalog/rubrics").glob("*.yaml"))
RUBRICS = {
    "match": Rubric(orders=["baseline_first", "arm_first"]),
    "similarity": Rubric(orders=["baseline_first"]),
}
PAIRWISE: dict[str, PairSpec] = read_specs(RUBRIC_FILES, RUBRICS)  # type: ignore[assignment]


def question(name: str, **fields: Any) -> Question:
    """Return a question of which nothing is known but what is asked, the matched answer and the language."""
    asked = {
        "question": f"What does {name} do?",
        "matched_answer": "It melts ice at -40 °C.",
        "language": "en",
    }
    return blank(Question, **{"id": name} | asked | fields)


def answers(arm: str, texts: Mapping[str, str]) -> dict[str, Answer]:
    return {
        name: Answer(arm=arm, question_id=name, text=text, tokens=len(text.split()), finished=True)
        for name, text in texts.items()
    }


def compared(
    ours: Mapping[str, str], theirs: Mapping[str, str], arm: str = "tuned", baseline: str = "base"
) -> PairwiseComparison:
    return PairwiseComparison(arm, baseline, answers(arm, ours), answers(baseline, theirs))


class Canned:
    """A judge that answers with a value made of the context and the schema, or fails as it is told to."""

    def __init__(self, value: Callable[..., Any], outcome: Callable[[str], str] = lambda _: "parsed") -> None:
        self.value, self.outcome, self.prose = value, outcome, None

    def ask_json(
        self, prompts: Sequence[Prompt], schema: Mapping[str, Any], prose: Any = None, **_: Any
    ) -> list[Asked]:
        self.prose = prose
        return [self._answer(prompt, schema) for prompt in prompts]

    def _answer(self, prompt: Prompt, schema: Mapping[str, Any]) -> Asked:
        outcome: Any = self.outcome(prompt.id)
        read = outcome in ("parsed", "repaired", "reasked")
        value = self.value(prompt.context, schema) if read else None
        return Asked(prompt.id, value, outcome, "" if read else "why", f"key {prompt.id}")


class Project(StageProject):
    """A folder with questions, a folder of answers an arm, and the shipped parameters with the judge's changed."""

    stage = "judge"
    command = """--params params.yaml --arm {arm} --questions questions.parquet --answers {arm}
        --baseline-answers {baseline} --rubrics catalog/rubrics --calibration catalog/calibration/judge.yaml
        --out out/{arm} --responses responses/{arm}.parquet --accounting accounting/{arm}.json"""

    def __init__(
        self, folder: Path, rows: Sequence[Question], texts: Mapping[str, Mapping[str, str]], base_url: str = "",
        **judge: Any,
    ) -> None:  # fmt: skip
        super().__init__(folder)
        self.arm, self.baseline = "tuned", "base"
        self.params["arms"] = {
            arm: {"model": "original", "mixture": None, "baseline": "base"} for arm in texts
        }
        self.params["judge"] |= judge
        if base_url:
            self.serve(self.params["judge"]["model"], base_url, "JUDGE_KEY")
        write_records(folder / "questions.parquet", Question, list(rows))
        for name, own in texts.items():
            table = list(answers(name, own).values())
            write_records(folder / name / "answers.parquet", Answer, table, sort_by=("question_id",))

    def run(self, **given: str) -> Run:
        """Judge the `arm` that is given, or `tuned`, with the `ledger` and the `key`."""
        self.arm = given.get("arm", "tuned")
        self.ledger = self.folder / f"{given.get('ledger', 'ledger')}.sqlite3"
        return super().run(JUDGE_KEY=given.get("key", "k"))

    def accounts(self, arm: str = "tuned") -> dict[str, Any]:
        return dict(json.loads((self.folder / f"accounting/{arm}.json").read_text(encoding="utf-8")))

    def judgments(self, arm: str = "tuned", table: str = "judgments") -> list[Judgment]:
        return read_records(self.folder / f"out/{arm}/{table}.parquet", Judgment)

    def outputs(self) -> dict[str, bytes]:
        parts = (self.folder / name for name in ("out", "responses", "accounting"))
        return {str(path): path.read_bytes() for part in parts for path in sorted(part.rglob("*.*"))}


def write_judgments(
    folder: Path,
    judgments: Sequence[Judgment],
    planted: Sequence[CalibrationPair] = (),
    repeats: Sequence[Judgment] = (),
) -> None:
    write_records(folder / "judgments.parquet", Judgment, list(judgments))
    write_records(folder / "calibration.parquet", CalibrationPair, list(planted))
    write_records(folder / "repeats.parquet", Judgment, list(repeats))
