"""Everything the page tells, read from the folders that params.yaml names."""

from collections.abc import Mapping
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


class ReportSettings(NamedTuple):
    """The parameters the page names. `values` are sections shown as they stand in params.yaml."""

    sources: Mapping[str, Source | QuestionSource | InstructionSource]
    arms: Mapping[str, Arm]
    answering: Answering
    values: Mapping[str, Any]


class ReportFolders(NamedTuple):
    """Where the page's material lies."""

    comparison: Path
    corpus: Path
    reconciled: Path
    validation: Path
    curated: Path
    curves: Path
    answers: Path
    judgments: Path
    accounting: Path


class Material(NamedTuple):
    """What was read, by arm, reference, table, or (stage, item)."""

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


def read_material(folders: ReportFolders, settings: ReportSettings) -> Material:
    """Read what belongs to the entries of params.yaml.

    Raises:
        InputError: a file is missing or broken, or a folder belongs to no entry.
    """
    arms = sorted(settings.arms)
    check_owned(folders.answers, arms, "arms")
    check_owned(folders.judgments, arms, "arms")
    check_owned(folders.reconciled, settings.values["references"], "references")
    comparison = read_comparison(folders.comparison / "comparison.json")
    asked = any(isinstance(source, QuestionSource) for source in settings.sources.values())
    return Material(
        comparison=comparison,
        scores=_read_csv(folders.comparison / "scores.csv", {"score": pl.Float64}),
        documents=read_frame(folders.corpus / "documents.parquet"),
        questions={row.id: row for row in read_records(folders.curated / "questions.parquet", Question)},
        instructions=read_frame(folders.curated / "instructions.parquet"),
        asked=read_frame(folders.corpus / "questions.parquet") if asked else Question.to_frame([]),
        contaminated=_contaminated(folders.curated) if comparison.benchmarks else [],
        curves={
            arm: _read_csv(folders.curves / f"{arm}.csv", {"step": pl.Float64, "loss": pl.Float64})
            for arm in arms
        },
        answers={arm: _answers(folders.answers / arm / "answers.parquet") for arm in arms},
        decoding={arm: read_json(folders.answers / arm / "decoding.json") for arm in arms},
        judgments={
            arm: read_records(folders.judgments / arm / "judgments.parquet", Judgment) for arm in arms
        },
        agreement={
            key: read_json(folders.reconciled / key / "agreement.json")
            for key in sorted(settings.values["references"])
        },
        validation={key: read_json(folders.validation / key / "results.json") for key in TABLES},
        accounts={
            key: read_json(folders.accounting / key[0] / f"{key[1]}.json")
            for key in owned_accounts(settings, benchmarks=bool(comparison.benchmarks))
        },
    )


def owned_accounts(settings: ReportSettings, *, benchmarks: bool) -> list[tuple[str, str]]:
    """Return (stage, item) of every account that params.yaml gives rise to, in the order of the pipeline."""
    arms = sorted(settings.arms)
    items = {
        "sample": sorted(settings.values["sample"]),
        "ingest": sorted(settings.sources),
        "reconcile": sorted(settings.values["references"]),
        "corpus": ["all"],
        "validate": list(TABLES),
        "generate": sorted(settings.values["tasks"]),
        "translate": sorted(settings.values["sets"]),
        "curate": ["all"],
        "grade": sorted(settings.values["gradings"]),
        "foundation": sorted(settings.values["models"]),
        "vocabulary": sorted(settings.values["vocabulary"]),
        "mix": arms,
        "train": arms,
        "answer": arms,
        "judge": arms,
        "benchmark": arms if benchmarks else [],
        "compare": ["all"],
    }
    return [(stage, key) for stage, keys in items.items() for key in keys]


def _contaminated(curated: Path) -> list[Reject]:
    lost = read_records(curated / "rejects.parquet", Reject)
    return [row for row in lost if row.kind == "contaminated"]


def _answers(path: Path) -> dict[str, Answer]:
    return {row.question_id: row for row in read_records(path, Answer)}


def _read_csv(path: Path, types: Mapping[str, Any]) -> pl.DataFrame:
    try:
        return pl.read_csv(path, schema_overrides=dict(types))
    except FileNotFoundError as error:
        raise InputError(f"{path}: not found. Run `dvc repro`, or `dvc pull` to fetch it.") from error
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{path}: expected CSV, got {error}. Run `dvc checkout` to restore it.") from error
