"""Running a suite with great-expectations on a table in memory."""

import os
import warnings
from typing import Any

import polars as pl

from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.validate.findings import Findings, Result
from domaintune.validate.params import Expectation, Suite

ROW = "__row"
SHOWN = 200  # characters of a cell


def run_suite(frame: pl.DataFrame, suite: Suite, max_named_rows: int) -> Findings:
    """Hold every expectation against the table, in the suite's order.

    Expectations speak about plain columns: a list stands for the number of its items, structs are left out.

    Raises:
        InputError: the table is empty and may not be, or has no such column.
        ParamsError: there is no such expectation, or its arguments are wrong.
    """
    plain = _plain(frame)
    if plain.is_empty() and suite.may_be_empty:
        return Findings(suite.suite, 0, [])
    if plain.is_empty():
        raise InputError(f"validate ({suite.suite}): the table is empty, so nothing can be said about it")
    _check_columns(plain, suite)
    results = [
        _result(plain, expectation, outcome, max_named_rows)
        for expectation, outcome in zip(suite.expectations, _outcomes(plain, suite), strict=True)
    ]
    return Findings(suite.suite, plain.height, results)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    plain = [name for name, kind in frame.schema.items() if name in lists or not kind.is_nested()]
    return frame.with_columns(pl.col(name).list.len() for name in lists).select(plain).sort("id")


def _outcomes(plain: pl.DataFrame, suite: Suite) -> list[Any]:
    """Return great-expectations' own results, in the suite's order (its own order is not)."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read on import; it would call home
    import great_expectations as gx
    import pandas as pd
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("tables").add_dataframe_asset(suite.suite)
    batch = asset.add_batch_definition_whole_dataframe("whole")
    frame = pd.DataFrame(plain.to_dict(as_series=False) | {ROW: range(plain.height)})
    wanted = gx.ExpectationSuite(name=suite.suite)
    for index, expectation in enumerate(suite.expectations):
        wanted.add_expectation(_built(gx.expectations, expectation, index, suite.suite))
    definition = gx.ValidationDefinition(name=suite.suite, data=batch, suite=context.suites.add(wanted))
    wanted_format = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [ROW],
        "return_unexpected_index_query": False,
    }
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This pattern is interpreted", UserWarning)  # groups are fine here
        found = definition.run(batch_parameters={"dataframe": frame}, result_format=wanted_format)
    return sorted(found.results, key=lambda outcome: outcome.expectation_config.meta["index"])


def _built(library: Any, expectation: Expectation, index: int, suite: str) -> Any:
    where = f"catalog/suites/{suite}.yaml: expectations.{index}"
    kind = getattr(library, "".join(part.capitalize() for part in expectation.type.split("_")), None)
    if kind is None:
        raise ParamsError(f"{where}: type: great-expectations knows no {expectation.type}")
    try:
        return kind(**expectation.kwargs, meta={"index": index})
    except (ValueError, TypeError) as error:
        raise ParamsError(f"{where}: kwargs: {error}") from error


def _check_columns(plain: pl.DataFrame, suite: Suite) -> None:
    named = {str(item.kwargs["column"]) for item in suite.expectations if "column" in item.kwargs}
    if missing := sorted(named - set(plain.columns)):
        raise InputError(
            f"validate ({suite.suite}): the suite expects the columns {', '.join(missing)}; the table has "
            f"{', '.join(plain.columns)}. Correct catalog/suites/{suite.suite}.yaml."
        )


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
