"""Everything the page tells, read from the folders that params.yaml names."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.frames import read_frame, read_records
from domaintune.core.records.judgment import Judgment
from domaintune.core.records.question import Answer, Question
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.evaluation import Answering
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import check_owned, read_json
from domaintune.science.comparison.tree import Comparison, read_comparison

TABLES = ("documents", "instructions")


class Material(NamedTuple):
    """The parameters that the page names, and what was read, by arm, reference, table, or (stage, item)."""

    sources: Mapping[str, Source | QuestionSource | InstructionSource]
    arms: Mapping[str, Arm]
    answering: Answering
    values: Mapping[str, Any]
    """Sections that are shown as they stand in params.yaml."""
    comparison: Comparison
    scores: pl.DataFrame
    documents: pl.DataFrame
    questions: dict[str, Question]
    instructions: pl.DataFrame
    asked: pl.DataFrame
    """All questions of the corpus; none where no source holds questions."""
    contaminated: list[Reject]
    """Rows removed because they hold what the arms are scored on; none where there are no benchmarks."""
    curves: dict[str, pl.DataFrame]
    answers: dict[str, dict[str, Answer]]
    decoding: dict[str, dict[str, Any]]
    judgments: dict[str, list[Judgment]]
    agreement: dict[str, dict[str, Any]]
    validation: dict[str, dict[str, Any]]
    accounts: dict[tuple[str, str], dict[str, Any]]


def read_material(
    sources: Mapping[str, Source | QuestionSource | InstructionSource], arms: Mapping[str, Arm], answering: Answering,
    values: Mapping[str, Any], *, comparison: Path, corpus: Path, reconciled: Path, validation: Path, curated: Path,
    curves: Path, answers: Path, judgments: Path, accounting: Path,
) -> Material:  # fmt: skip
    """Read what belongs to the entries of params.yaml; a folder that belongs to none is refused."""
    names, references = sorted(arms), sorted(values["references"])
    check_owned(answers, names, "arms")
    check_owned(judgments, names, "arms")
    check_owned(reconciled, references, "references")
    found = read_comparison(comparison / "comparison.json")
    asked = any(isinstance(source, QuestionSource) for source in sources.values())
    lost = read_records(curated / "rejects.parquet", Reject) if found.benchmarks else []
    return Material(
        sources,
        arms,
        answering,
        values,
        comparison=found,
        scores=_read_csv(comparison / "scores.csv", "score"),
        documents=read_frame(corpus / "documents.parquet"),
        questions={row.id: row for row in read_records(curated / "questions.parquet", Question)},
        instructions=read_frame(curated / "instructions.parquet"),
        asked=read_frame(corpus / "questions.parquet") if asked else Question.to_frame([]),
        contaminated=[row for row in lost if row.kind == "contaminated"],
        curves={arm: _read_csv(curves / f"{arm}.csv", "step", "loss") for arm in names},
        answers={
            arm: {row.question_id: row for row in read_records(answers / arm / "answers.parquet", Answer)}
            for arm in names
        },
        decoding={arm: read_json(answers / arm / "decoding.json") for arm in names},
        judgments={arm: read_records(judgments / arm / "judgments.parquet", Judgment) for arm in names},
        agreement={key: read_json(reconciled / key / "agreement.json") for key in references},
        validation={key: read_json(validation / key / "results.json") for key in TABLES},
        accounts=_accounts(accounting, sources, names, values, benchmarks=bool(found.benchmarks)),
    )


def _accounts(
    folder: Path, sources: Iterable[str], arms: list[str], values: Mapping[str, Any], *, benchmarks: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return every account that params.yaml gives rise to, by stage and item, in the order of the pipeline."""
    items: dict[str, Iterable[str]] = {
        "sample": values["sample"],
        "ingest": sources,
        "reconcile": values["references"],
        "corpus": ["all"],
        "validate": TABLES,
        "generate": values["tasks"],
        "translate": values["sets"],
        "curate": ["all"],
        "grade": values["gradings"],
        "foundation": values["models"],
        "vocabulary": values["vocabulary"],
        "mix": arms,
        "train": arms,
        "answer": arms,
        "judge": arms,
        "benchmark": arms if benchmarks else [],
        "compare": ["all"],
    }
    keys = [(stage, key) for stage, own in items.items() for key in sorted(own)]
    return {(stage, key): read_json(folder / stage / f"{key}.json") for stage, key in keys}


def _read_csv(path: Path, *floats: str) -> pl.DataFrame:
    try:
        return pl.read_csv(path, schema_overrides=dict.fromkeys(floats, pl.Float64))
    except FileNotFoundError as error:
        raise InputError(f"{path}: not found. Run `dvc repro`, or `dvc pull` to fetch it.") from error
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path}: expected CSV, got {error}. Run `dvc checkout` to restore it.") from error
