"""Reading a source's rows, having them translated, and writing the set."""

from pathlib import Path
from typing import NamedTuple

import polars as pl
import typer

from domaintune.core.frames import read_records, write_frame, write_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.sets import InstructionSet
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.reject import Reject
from domaintune.translate.back import SCHEMA
from domaintune.translate.opening import Engines, open_translator
from domaintune.translate.translating import Made, Settings, make_set

LOCKS = tuple(Path(f"locks/{group}.txt") for group in ("tables", "teacher", "translate", "model"))


class Places(NamedTuple):
    """Where the stage reads and writes."""

    source: Path
    out: Path
    responses: Path


def write_set(wanted: InstructionSet, settings: Settings, engines: Engines, places: Places) -> Accounts:
    """Write a set's rows, what was lost, the sample that was translated back, and the answers used.

    Raises:
        GateError: too many rows were lost.
        TeacherError: the teacher or the endpoint cannot answer.
    """
    rows = read_records(places.source / "instructions.parquet", Instruction)
    with open_translator(settings.params, engines, places.responses) as translator:
        made = make_set(translator, wanted, rows, settings)
        write_records(places.out / "instructions.parquet", Instruction, made.instructions)
        write_records(places.out / "rejects.parquet", Reject, made.rejects)
        write_frame(
            places.out / "back_translation.parquet", pl.DataFrame(made.back, schema=SCHEMA, orient="row")
        )
        translator.write_responses()
        typer.echo(_told(settings.name, made, translator.told()))
    return made.accounts


def _told(name: str, made: Made, sent: str) -> str:
    told = f"translate ({name}): {len(made.instructions)} rows; {sent}"
    if declined := sum(reject.reason == "needs_model" for reject in made.rejects):
        told += (
            f"; {declined} rows need a model, which the offline teacher is not: see `teacher` in params.yaml"
        )
    return told
