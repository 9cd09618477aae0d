"""A suite of expectations held against a table by great-expectations; its results, message and HTML page."""

import os
import warnings
from importlib.resources import files
from typing import Any, NamedTuple

import jinja2
import polars as pl

from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.validate.params import Expectation, Suite

ROW = "__row"
SHOWN = 200  # characters of a cell


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
        told = [{**result._asdict(), **result.expectation.model_dump()} for result in self.results]
        for one in told:
            del one["expectation"]
        return {"suite": self.suite, "passed": not self.broken, "rows": self.rows, "expectations": told}


def run_suite(frame: pl.DataFrame, suite: Suite, max_named_rows: int) -> Findings:
    """Hold every expectation against the table, in the suite's order.

    Expectations speak about plain columns: a list stands for the number of its items, structs are left out.
    """
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    columns = [name for name, kind in frame.schema.items() if name in lists or not kind.is_nested()]
    plain = frame.with_columns(pl.col(name).list.len() for name in lists).select(columns).sort("id")
    if plain.is_empty() and suite.may_be_empty:
        return Findings(suite.suite, 0, [])
    if plain.is_empty():
        raise InputError(f"validate ({suite.suite}): the table is empty, so nothing can be said about it")
    named = {str(item.kwargs["column"]) for item in suite.expectations if "column" in item.kwargs}
    if missing := sorted(named - set(plain.columns)):
        raise InputError(
            f"validate ({suite.suite}): the suite expects the columns {', '.join(missing)}; the table has "
            f"{', '.join(plain.columns)}. Correct catalog/suites/{suite.suite}.yaml."
        )
    results = [
        _result(plain, expectation, outcome, max_named_rows)
        for expectation, outcome in zip(suite.expectations, _outcomes(plain, suite), strict=True)
    ]
    return Findings(suite.suite, plain.height, results)


def _outcomes(plain: pl.DataFrame, suite: Suite) -> list[Any]:
    """Return great-expectations' own results, in the suite's order."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read on import; it would call home
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset(suite.suite)
    frame = pd.DataFrame(plain.to_dict(as_series=False) | {ROW: range(plain.height)})
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    wanted: Any = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [ROW],
        "return_unexpected_index_query": False,
    }
    outcomes = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This pattern is interpreted", UserWarning)  # groups are fine here
        for index, expectation in enumerate(suite.expectations):
            where = f"catalog/suites/{suite.suite}.yaml: expectations.{index}"
            built = _built(gx.expectations, expectation, where)
            outcomes.append(batch.validate(built, result_format=wanted))
    return outcomes


def _built(library: Any, expectation: Expectation, where: str) -> Any:
    kind = getattr(library, "".join(part.capitalize() for part in expectation.type.split("_")), None)
    if kind is None:
        raise ParamsError(f"{where}: type: great-expectations knows no {expectation.type}")
    try:
        return kind(**expectation.kwargs)
    except (ValueError, TypeError) as error:
        raise ParamsError(f"{where}: kwargs: {error}") from error


def _result(plain: pl.DataFrame, expectation: Expectation, outcome: Any, max_named_rows: int) -> Result:
    if not outcome.success and not outcome.result:
        info = outcome.exception_info
        inner = info if "exception_message" in info else next(iter(info.values()), {})
        reason = inner.get("exception_message", "no reason given")
        raise ParamsError(f"validate: {expectation.type} could not be computed: {reason}")
    indices = sorted(int(item[ROW]) for item in outcome.result.get("unexpected_index_list") or [])
    column = expectation.kwargs.get("column")
    rows = [
        {
            "id": str(plain["id"][index]) if plain["id"][index] is not None else f"(row {index + 1}, no id)",
            "value": "" if column is None else str(plain[column][index])[:SHOWN],
        }
        for index in indices[:max_named_rows]
    ]
    unexpected = int(outcome.result.get("unexpected_count") or 0)
    return Result(expectation, bool(outcome.success), unexpected, _observed(outcome.result), rows)


def _observed(result: dict[str, Any]) -> str:
    if missing := result.get("partial_missing_list"):
        return f"no {', no '.join(sorted(map(str, missing)))}"
    observed = result.get("observed_value")
    if observed is None:
        return ""
    return ", ".join(sorted(map(str, observed))) if isinstance(observed, list | set) else str(observed)


def broken_message(findings: Findings, page: str) -> str:
    """Say which expectations are broken, by how many rows and which, and where to look."""
    lines = [f"validate ({findings.suite}): {len(findings.broken)} expectations are broken:"]
    for result in findings.broken:
        many = f"{result.unexpected} of {findings.rows} rows"
        lines.append(f"  {result.about}: {many if result.unexpected else f'found {result.observed}'}")
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
    """Return the HTML page of a suite's findings, every cell escaped."""
    template = (files("domaintune.validate") / "page.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template).render(findings=findings)
