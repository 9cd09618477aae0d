"""Runs `python -m domaintune.judge` in a folder, as dvc would, or writes what it would have written."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from domaintune.core.frames import write_records
from domaintune.core.records.judgment import CalibrationPair, Judgment


def run(folder: Path, arm: str, baseline: str = "base", **environment: str) -> tuple[int, str]:
    """Judge one arm by every rubric of the catalogue that params.yaml names; return the exit code and what it said."""
    command = [sys.executable, "-m", "domaintune.judge", "--params", "params.yaml", "--arm", arm]
    command += ["--questions", "questions.parquet", "--answers", arm, "--baseline-answers", baseline]
    command += ["--rubrics", "catalog/rubrics", "--calibration", "catalog/calibration/judge.yaml"]
    command += ["--out", f"out/{arm}", "--responses", f"responses/{arm}.parquet"]
    command += ["--accounting", f"books/{arm}.json"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | environment
    )
    return done.returncode, done.stderr


def write_judgments(
    folder: Path,
    judgments: Sequence[Judgment],
    planted: Sequence[CalibrationPair] = (),
    repeats: Sequence[Judgment] = (),
) -> None:
    write_records(folder / "judgments.parquet", Judgment, list(judgments))
    write_records(folder / "planted.parquet", CalibrationPair, list(planted))
    write_records(folder / "repeats.parquet", Judgment, list(repeats))
