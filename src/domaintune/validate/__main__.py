"""`python -m domaintune.validate`: a table and its suite in; results, a page and, if it holds, a gate out."""

from domaintune.core.frames import read_frame
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import write_json, write_text
from domaintune.core.stage.params import load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.validate.engine import broken_message, render_page, run_suite
from domaintune.validate.params import ValidateParams, read_suite


def main(
    *, params: Given, table: Named, rows: Given, suite: Given, out: Given, gate: Given,
    accounting: Given,
) -> None:  # fmt: skip
    """Validate one table; the page is written also when it fails, the gate is not."""
    with running("validate", table):
        gate.unlink(missing_ok=True)
        settings = load_section(params, ValidateParams)
        findings = run_suite(read_frame(rows), read_suite(suite, table), settings.max_named_rows)
        write_json(out / "results.json", findings.as_dict())
        write_text(out / "page.html", render_page(findings))
        if findings.broken:
            raise GateError(broken_message(findings, str(out / "page.html")))
        Accounts("validate", table, "rows", findings.rows).write(accounting)
        write_json(gate, {"passed": True, "suite": findings.suite})


app = stage_app(main, __name__)
