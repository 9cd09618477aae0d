"""Results of a suite, and their HTML page: every cell escaped, the same bytes every time."""

from importlib.resources import files
from typing import Any, NamedTuple

import jinja2

from domaintune.validate.params import Expectation


class Result(NamedTuple):
    """Result of one expectation."""

    expectation: Expectation
    passed: bool
    unexpected: int
    """Number of rows that break it; a passed one may have some where `mostly` allows them."""
    observed: str
    """What was seen, for an expectation about the whole table."""
    rows: list[dict[str, str]]
    """`id` of each row that breaks it, as many as are named, and `value`: the cell, cut for display."""

    @property
    def about(self) -> str:
        """Return the expectation in one line, e.g. expect_column_values_to_be_unique (column: id)."""
        arguments = ", ".join(f"{name}: {value}" for name, value in sorted(self.expectation.kwargs.items()))
        return f"{self.expectation.type} ({arguments})"


class Findings(NamedTuple):
    """All results of one suite, in the suite's order."""

    suite: str
    rows: int
    results: list[Result]

    @property
    def broken(self) -> list[Result]:
        """Return the results that stop the run."""
        return [result for result in self.results if not result.passed]

    def as_dict(self) -> dict[str, Any]:
        """Return what results.json holds."""
        return {
            "suite": self.suite,
            "passed": not self.broken,
            "rows": self.rows,
            "expectations": [
                {
                    **result.expectation.model_dump(),
                    **{name: one for name, one in result._asdict().items() if name != "expectation"},
                }
                for result in self.results
            ],
        }


def broken_message(findings: Findings, page: str) -> str:
    """Say which expectations are broken, by how many rows and which, and where to look."""
    lines = [f"validate ({findings.suite}): {len(findings.broken)} expectations are broken:"]
    for result in findings.broken:
        seen = (
            f"{result.unexpected} of {findings.rows} rows"
            if result.unexpected
            else f"found {result.observed}"
        )
        lines.append(f"  {result.about}: {seen}")
        if result.rows:
            more = ", …" if result.unexpected > len(result.rows) else ""
            lines.append(f"    rows {', '.join(row['id'] for row in result.rows)}{more}")
        lines.append(f"    why: {result.expectation.why}")
    lines.append(
        f"Open {page} to see the rows. Mend the raw data or the stage that made them; or change "
        f"catalog/suites/{findings.suite}.yaml if the expectation is wrong. Nothing was spent."
    )
    return "\n".join(lines)


def render_page(findings: Findings) -> str:
    """Return the HTML page of a suite's findings."""
    template = (files("domaintune.validate") / "page.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template).render(findings=findings)
