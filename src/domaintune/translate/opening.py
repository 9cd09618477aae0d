"""Opening what `translate.engine` names. The one place where an engine's name meets its code."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.paying import Payer
from domaintune.core.sections.runtime import Runtime
from domaintune.core.sections.teacher import Teacher
from domaintune.core.teacher.opening import open_asker
from domaintune.translate.by_endpoint import ByEndpoint
from domaintune.translate.by_teacher import ByTeacher
from domaintune.translate.deepl import open_deepl
from domaintune.translate.offline import Declines
from domaintune.translate.params import Translate
from domaintune.translate.prompts import read_card
from domaintune.translate.translator import Translator


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
        longest = None if teacher.backend == "extractive" else teacher.max_tokens
        card = read_card(engines.prompts)
        with open_asker(teacher, runtime, responses, {"extractive": Declines}) as asker:
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
