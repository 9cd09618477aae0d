"""Reading curated rows and the model's tokenizer, and writing the mixture."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.frames import read_records, write_records
from domaintune.core.models.loading import load_tokenizer, open_foundation
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import Refused, Rendered, Template
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import read_json, write_json
from domaintune.core.stage.reject import Reject
from domaintune.mix.balance import achieved, check_balance
from domaintune.mix.choosing import check_groups
from domaintune.mix.messages import render_row
from domaintune.mix.mixing import mix_rows, summary
from domaintune.mix.params import Mix
from domaintune.mix.template import resolve_template
from domaintune.mix.writing import write_rows


class Places(NamedTuple):
    """Where the stage reads and writes."""

    instructions: Path
    gate: Path
    foundation: Path
    out: Path
    metrics: Path


def write_arm(arm: str, mixture: Mixture | None, params: Mix, places: Places) -> Accounts:
    """Render and write an arm's rows, or the marker of an arm that is not trained; return the books.

    Raises:
        InputError: a group of the mixture has no curated row.
        GateError: the instructions broke an expectation, too many rows were rejected, or the languages are not balanced
            as asked.
    """
    accounts = Accounts("mix", arm, "rows")
    if mixture is None:
        marker = {"trained": False, "template": resolve_template(params, places.foundation)}
        write_records(places.out / "rejects.parquet", Reject, [])
        write_json(places.out / "mixture.json", marker)
        write_json(places.metrics, {})
        return accounts
    check_gate(places.gate)
    rows = read_records(places.instructions, Instruction)
    check_groups(mixture, (row.group for row in rows), arm)
    template = resolve_template(params, places.foundation)
    mixed = mix_rows(rows, mixture, _renderer(places.foundation, template), params.cutoff)
    accounts.rows_in, accounts.kept = mixed.chosen, len(mixed.rows)
    accounts.lose(mixed.rejects)
    accounts.extra |= mixed.aside
    accounts.check()
    accounts.check_reject_fraction(params.max_reject_fraction)
    counted = summary(mixed)
    balance = achieved(mixture, counted["shares"]["languages"])
    check_balance(arm, balance)
    write_rows(places.out / "rows.parquet", mixed.rows)
    write_records(places.out / "rejects.parquet", Reject, mixed.rejects)
    described = _described(mixture, mixed.aside, template, places.foundation.name)
    write_json(places.out / "mixture.json", described | ({"balance": balance} if balance else {}) | counted)
    write_json(
        places.metrics,
        {"row_share": balance["row_share"], "token_share": balance["token_share"]} if balance else {},
    )
    return accounts


def check_gate(gate: Path) -> None:
    """Stop where the instructions broke an expectation.

    Raises:
        GateError: they did.
    """
    if read_json(gate).get("passed") is not True:
        raise GateError(
            f"{gate}: the instructions broke an expectation; see data/validation/instructions/page.html"
        )


def _renderer(foundation: Path, template: Template) -> Callable[[Instruction], Rendered | Refused]:
    tokenizer = load_tokenizer(open_foundation(foundation))
    return lambda row: render_row(tokenizer, template, row)


def _described(mixture: Mixture, aside: Mapping[str, int], template: Template, model: str) -> dict[str, Any]:
    """Return what was asked for, and what was left aside for it."""
    wanted = {"caps": mixture.caps, "weights": mixture.weights, "languages": mixture.languages}
    return {
        "trained": True,
        "model": model,
        "template": template,
        "groups": sorted(set(mixture.groups)),
        **{name: value for name, value in wanted.items() if value},
        **aside,
    }
