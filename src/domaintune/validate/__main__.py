"""`python -m domaintune.validate`: a table and its suite in; results, a page and, if it holds, a gate out."""

from pathlib import Path
from typing import Annotated

import typer

from domaintune.core.frames import read_frame
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import write_json, write_text
from domaintune.core.stage.params import load_section
from domaintune.core.stage.running import guarded, running
from domaintune.validate.engine import run_suite
from domaintune.validate.page import render_page
from domaintune.validate.params import ValidateParams
from domaintune.validate.results import broken_message
from domaintune.validate.suite import read_suite

File = Annotated[Path, typer.Option()]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    *, params: File, table: Annotated[str, typer.Option()], rows: File, suite: File, out: File, gate: File,
    accounting: File,
) -> None:  # fmt: skip
    """Validate one table; the page is written also when it fails, the gate is not."""
    with running("validate", table, Path("locks/tables.txt")):
        gate.unlink(missing_ok=True)
        settings = load_section(params, ValidateParams)
        findings = run_suite(read_frame(rows), read_suite(suite, table), settings.max_named_rows)
        write_json(out / "results.json", findings.as_dict())
        write_text(out / "page.html", render_page(findings))
        if findings.broken:
            raise GateError(broken_message(findings, str(out / "page.html")))
        accounts = Accounts("validate", table, "rows")
        accounts.rows_in = accounts.kept = findings.rows
        accounts.write(accounting)
        write_json(gate, {"passed": True, "suite": findings.suite})


if __name__ == "__main__":
    guarded(app)
