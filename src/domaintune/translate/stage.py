"""Reading a source's rows, opening who translates them, and writing the set."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import polars as pl
import typer

from domaintune.core.frames import read_records, write_frame, write_records
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import InstructionSet
from domaintune.core.sections.models import Runtime, Teacher
from domaintune.core.stage.accounting import Accounts, Reject
from domaintune.core.teacher.opening import Declines, open_asker
from domaintune.translate.back_translation import SCHEMA
from domaintune.translate.by_endpoint import ByEndpoint
from domaintune.translate.by_teacher import ByTeacher
from domaintune.translate.deepl import open_deepl
from domaintune.translate.params import Translate
from domaintune.translate.prompts import read_card
from domaintune.translate.segments import Translator
from domaintune.translate.translating import Made, SetSettings, make_set

DECLINED = "the offline teacher translates nothing; see `teacher`"


class SetPaths(NamedTuple):
    """Where the stage reads and writes."""

    source: Path
    out: Path
    responses: Path


class Engines(NamedTuple):
    """Who may be asked, and how."""

    teacher: Teacher
    runtime: Runtime
    prompts: Path
    """The card with the teacher's wording; an endpoint needs none."""


@contextmanager
def open_translator(params: Translate, engines: Engines, responses: Path) -> Iterator[Translator]:
    """Yield the translator that `params.engine` names.

    Raises:
        ParamsError: the teacher's card, or the settings, have problems.
        InputError: `responses` is damaged.
        LedgerError: the ledger cannot be used.
    """
    endpoint, runtime = params.endpoint, engines.runtime
    if endpoint is None:
        teacher = engines.teacher
        offline = dict.fromkeys(("extractive", "recorded"), partial(Declines, DECLINED))
        longest = None if teacher.backend in offline else teacher.max_tokens
        card = read_card(engines.prompts)
        with open_asker(teacher, runtime, responses, offline) as asker:
            yield ByTeacher(asker, card, params, longest)
        return
    with Ledger(ledger_path(os.environ)) as ledger:
        payer = Payer(
            endpoint.model,
            "",
            lambda: open_deepl(endpoint, params.max_tokens_a_request, runtime, os.environ),
            ledger,
            responses,
        )
        yield ByEndpoint(payer, endpoint, params)


def write_set(wanted: InstructionSet, settings: SetSettings, engines: Engines, places: SetPaths) -> Accounts:
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
