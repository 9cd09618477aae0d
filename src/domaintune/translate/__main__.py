"""Bring one instruction set into the language it is wanted in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from domaintune.core.frames import read_records, write_frame, write_records
from domaintune.core.paying.connection import connect
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.records.instruction import Instruction
from domaintune.core.sections.data import InstructionSet
from domaintune.core.sections.models import Runtime, Teacher
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import filled, load_item, load_section, load_value
from domaintune.core.stage.running import Given, running, stage_app, with_key
from domaintune.core.teacher.opening import declines, open_asker
from domaintune.translate.by_endpoint import ByEndpoint
from domaintune.translate.by_teacher import ByTeacher, read_spec
from domaintune.translate.deepl import DeeplServer
from domaintune.translate.params import Fractions, Translate
from domaintune.translate.translating import SCHEMA, Translator, make_set

DECLINED = "the offline teacher translates nothing; see `teacher`"


def main(
    *, params: Given, name: Annotated[str, typer.Option("--set", parser=with_key)], prompts: Given,
    source: Given, out: Given, responses: Given, accounting: Given,
) -> None:  # fmt: skip
    """Pass the rows of one set through, or have them translated."""
    with running("translate", name):
        wanted, fractions = load_item(params, InstructionSet, name), load_section(params, Fractions)
        how, seed = load_section(params, Translate), load_value(params, "seed", int)
        rows = read_records(filled(source, wanted) / "instructions.parquet", Instruction)
        with open_translator(how, params, prompts, responses) as translator:
            made = make_set(translator, name, wanted, rows, how, fractions=fractions, seed=seed)
            write_records(out / "instructions.parquet", Instruction, made.instructions)
            write_records(out / "rejects.parquet", Reject, made.rejects)
            write_frame(
                out / "back_translation.parquet", pl.DataFrame(made.back, schema=SCHEMA, orient="row")
            )
        made.accounts.write(accounting)


@contextmanager
def open_translator(how: Translate, params: Path, prompts: Path, responses: Path) -> Iterator[Translator]:
    """Yield the translator that `translate.engine` names; `prompts` has the teacher's, an endpoint needs none."""
    endpoint, runtime = how.endpoint, load_section(params, Runtime)
    if endpoint is None:
        teacher = load_section(params, Teacher)
        offline = dict.fromkeys(("extractive", "recorded"), partial(declines, DECLINED))
        longest = None if teacher.backend in offline else teacher.max_tokens
        spec = read_spec(prompts)
        with open_asker(teacher, runtime, responses, offline) as asker:
            yield ByTeacher(asker, spec, how, longest)
        return

    def opener() -> DeeplServer:
        return DeeplServer(connect(endpoint.server, runtime, os.environ), how.max_tokens_a_request)

    with Ledger(ledger_path(os.environ)) as ledger:
        payer = Payer(endpoint.model, "", opener, ledger, responses)
        yield ByEndpoint(payer, endpoint, how)
        payer.write_responses()


app = stage_app(main, __name__)
