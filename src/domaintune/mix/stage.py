"""Reading curated rows and the model's tokenizer, and writing the mixture."""

from collections.abc import Collection
from pathlib import Path

from domaintune.core.frames import read_records, write_records
from domaintune.core.models import load_tokenizer, open_foundation
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.reject import Reject
from domaintune.core.rendering import Rendered, render
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import read_json, write_json
from domaintune.mix.mixing import mix_rows, summary
from domaintune.mix.params import Mix
from domaintune.mix.writing import write_rows


def check_gate(gate: Path) -> None:
    """Stop where the instructions broke an expectation.

    Raises:
        GateError: they did.
    """
    if read_json(gate).get("passed") is not True:
        raise GateError(
            f"{gate}: the instructions broke an expectation; see data/validation/instructions/page.html"
        )


def write_untrained(out: Path, params: Mix) -> None:
    """Write the marker of an arm that is never trained; its answers use the same template."""
    write_records(out / "rejects.parquet", Reject, [])
    write_json(out / "mixture.json", {"trained": False, "template": params.template})


def write_mixture(
    instructions: Path, foundation: Path, out: Path, *, tasks: Collection[str], mixture: Collection[str],
    params: Mix, accounts: Accounts,
) -> None:  # fmt: skip
    """Render and write an arm's rows."""
    tokenizer = load_tokenizer(open_foundation(foundation))

    def render_row(row: Instruction) -> Rendered:
        return render(tokenizer, params.template, row.instruction, row.input, row.output)

    rows = read_records(instructions, Instruction)
    mixed = mix_rows(rows, mixture, tasks, render_row, params.cutoff)
    accounts.rows_in, accounts.kept = mixed.chosen, len(mixed.rows)
    accounts.lose(mixed.rejects)
    accounts.check()
    accounts.check_reject_fraction(params.max_reject_fraction)
    write_rows(out / "rows.parquet", mixed.rows)
    write_records(out / "rejects.parquet", Reject, mixed.rejects)
    write_json(
        out / "mixture.json",
        {"trained": True, "model": foundation.name, "template": params.template, "groups": sorted(mixture)}
        | summary(mixed),
    )
