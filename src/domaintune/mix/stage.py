"""Reading curated rows, their grades and the model's tokenizer and prompt template, and writing the mixture."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from domaintune.core.frames import read_records, write_frame, write_records
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.models.pointer import locate, read_pointer
from domaintune.core.records.document import Document
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.chat import Refused
from domaintune.core.rendering.rendering import Rendered, Template, control_token, render_row
from domaintune.core.sections.arms import Mixture
from domaintune.core.sections.data import GradingSet
from domaintune.core.stage.accounting import Accounts, Reject, check_gate, check_groups
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_json
from domaintune.mix.grades import best_line, grades_of, lines_of
from domaintune.mix.measuring import achieved, graded_summary, summary
from domaintune.mix.mixing import Mixed, mix_rows
from domaintune.mix.params import Mix

SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "split": pl.String,
    "text": pl.String,
    "input_ids": pl.List(pl.Int32),
    "loss_mask": pl.List(pl.Boolean),
    "prompt_tokens": pl.Int32,
    "answer_tokens": pl.Int32,
}


class Places(NamedTuple):
    """Where the stage reads and writes."""

    instructions: Path
    documents: Path
    gate: Path
    grades: Path
    foundation: Path
    out: Path
    metrics: Path


def write_arm(
    arm: str, mixture: Mixture | None, gradings: Mapping[str, GradingSet], params: Mix, places: Places
) -> Accounts:
    """Render and write an arm's rows, or the marker of an arm that is not trained; return the accounting."""
    accounts = Accounts("mix", arm, "rows")
    template = resolve_template(params, places.foundation)
    described: dict[str, Any] = {"trained": mixture is not None, "template": template}
    metrics: dict[str, Any] = {}
    if mixture is not None:
        mixed = _mix(arm, mixture, gradings, places, template=template, params=params)
        accounts.rows_in, accounts.kept = len(mixed.rows) + len(mixed.rejects), len(mixed.rows)
        accounts.lose(mixed.rejects)
        accounts.extra |= mixed.aside
        accounts.check()
        accounts.check_reject_fraction(params.max_reject_fraction)
        counted, graded = summary(mixed), graded_summary(mixture, mixed)
        balance = achieved(arm, mixture, counted["shares"]["languages"])
        described |= _described(mixture, places.foundation.name) | counted
        described |= {"balance": balance} if balance else {}
        metrics = {name: balance[name] for name in ("row_share", "token_share") if balance}
        metrics |= {"grades": graded} if graded else {}
        bands = {f"band_{name}": one for name, one in graded.get("band_shares", {}).items()}
        shares = {**graded.get("shares", {}), **bands}
        accounts.extra |= {f"{name}_rows": one["rows"] for name, one in shares.items()}
        write_rows(places.out / "rows.parquet", mixed.rows)
    write_records(places.out / "rejects.parquet", Reject, mixed.rejects if mixture else [])
    write_json(places.out / "mixture.json", described)
    write_json(places.metrics, metrics)
    return accounts


def write_rows(path: Path, rows: Sequence[tuple[Instruction, Rendered]]) -> None:
    """Write `rows.parquet`: one row an instruction, sorted by id; training shuffles."""
    table = [(row.id, row.split, *done, done.prompt_tokens, done.answer_tokens) for row, done in rows]
    write_frame(path, pl.DataFrame(table, schema=SCHEMA, orient="row"))


def _mix(
    arm: str,
    mixture: Mixture,
    gradings: Mapping[str, GradingSet],
    places: Places,
    *,
    template: Template,
    params: Mix,
) -> Mixed:
    """Read the rows and their grades, and render what the arm takes of them."""
    check_gate(places.gate)
    rows = read_records(places.instructions, Instruction)
    if params.context == "document":
        rows = with_documents(rows, read_records(places.documents, Document))
    check_groups(f"arms.{arm}.mixture", mixture.groups, (row.group for row in rows))
    values = grades_of(arm, mixture, rows, places.grades, gradings)
    lines, tokenizer = lines_of(rows, mixture, values), load_tokenizer(open_foundation(places.foundation))
    for line in sorted({best_line(mixture.grades), *lines.values()}):
        if found := control_token(tokenizer, line):  # every row would be refused
            raise ParamsError(
                f"params.yaml: arms: mixture.grades.control_prefix: {line!r} holds the model's special token {found}"
            )

    def rendered(row: Instruction) -> Rendered | Refused:
        return render_row(tokenizer, template, row, lines.get(row.id, ""))

    return mix_rows(rows, mixture, rendered, params.cutoff, values)


def with_documents(rows: Sequence[Instruction], documents: Sequence[Document]) -> list[Instruction]:
    """Return the rows with their document's text behind their question; a row without either stays as it is."""
    texts = {document.id: "\n\n".join(document.texts()) for document in documents}
    return [
        row.model_copy(update={"input": f"{row.input}\n\n{text}"})
        if row.input and (text := texts.get(row.document_id))
        else row
        for row in rows
    ]


def _described(mixture: Mixture, model: str) -> dict[str, Any]:
    """Return what was asked for.

    How many rows were left out by which rule stands in the accounting, what came of the grades in the metrics: both can
    change while the rows stay the same, and `train` reads this file.
    """
    wanted = {"caps": mixture.caps, "weights": mixture.weights, "languages": mixture.languages}
    wanted |= {"condition_line": best_line(mixture.grades)}
    if mixture.grades is not None:
        asked = mixture.grades.model_dump() | {"rows": mixture.rows}
        wanted["grades"] = {name: value for name, value in asked.items() if value not in (None, {})}
    return {
        "model": model,
        "groups": sorted(set(mixture.groups)),
        **{name: value for name, value in wanted.items() if value},
    }


# where transformers looks for a tokenizer's chat template; the first one wins
FILES = ("chat_template.jinja", "tokenizer_config.json")


def resolve_template(params: Mix, foundation: Path) -> Template:
    """Return the prompt format: for `auto` chat where the tokenizer has a chat template, else Alpaca.

    It is told from the model's small files: an untrained arm must not load torch, nor read the weights, for it.
    """
    if params.template != "auto":
        return params.template
    pointer = read_pointer(foundation)
    if pointer.chat_template:
        return "chat"
    small = {name: pointer.files[name] for name in FILES if name in pointer.files}
    folder = locate(foundation, pointer.model_copy(update={"files": small}))
    return "chat" if any(_has_template(folder / name) for name in small) else "alpaca"


def _has_template(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    if path.name == FILES[0]:
        return bool(text.strip())
    found = json.loads(text).get("chat_template")
    if isinstance(found, list):  # several by name: prompts are written with the default one
        return any(one.get("name") == "default" for one in found)
    return bool(found)
