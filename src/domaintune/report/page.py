"""The page: one HTML text that needs no network, runs no code, and is the same for the same material."""

from importlib.resources import files
from typing import Any

import jinja2

from domaintune.core.records.judgment import READ
from domaintune.report import charts, data, results
from domaintune.report.inputs import Material, ReportSettings
from domaintune.report.narrative import (
    decoding,
    lengths_in_words,
    measured_in_words,
    mixture_in_words,
    model_in_words,
)
from domaintune.science.comparison import benchmark_tables, mean_tables, tables
from domaintune.science.comparison.benchmarked import METHODS
from domaintune.science.comparison.judged import REASONS
from domaintune.science.evidence.statistics_text import tables as study_tables
from domaintune.science.near_copies import near_copies_text


def render_page(settings: ReportSettings, material: Material, n_examples: int) -> str:
    """Return the page. Everything that comes from data is escaped; only our own charts go in as markup."""
    found, values = material.comparison, settings.values
    only_benchmarks = bool(found.benchmarks) and not found.judged
    tested = results.results(found)
    page = _environment().get_template("page.html.j2")
    return page.render(
        found=found,
        tested=tested,
        arms=sorted(settings.arms.items()),
        differences=results.differences_chart(tested),
        distributions=results.distributions(tested, material.scores),
        measures=measured_in_words(found.measures, found.questions_from),
        judge=model_in_words(values["judge"]["model"]),
        teacher=model_in_words(values["teacher"]),
        models=sorted(values["models"].items()),
        values=[(name, flat(values[name])) for name in ("lora", "train")],
        decoding=decoding(settings.arms, material.decoding),
        seed=values["seed"],
        questions=settings.answering.questions,
        only_benchmarks=only_benchmarks,
        benchmarks_id="result" if only_benchmarks else "benchmarks",
        contaminated=results.contaminated(material.contaminated),
        answered=any(material.answers.values()),
        sources=data.sources(settings, material),
        question_sources=data.question_sources(settings, material),
        columns=data.COLUMNS,
        accounts=data.accounts(material),
        agreement=material.agreement,
        validation=material.validation,
        corpus=data.corpus(material),
        near_copies=near_copies_text(found.near_copies),
        trained=charts.trained_arms(material.curves),
        examples=data.examples(settings, material, n_examples),
    )


def flat(value: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a section's values as text, for a table."""
    return [(name, ", ".join(map(str, v)) if isinstance(v, list) else str(v)) for name, v in value.items()]


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "METHODS": METHODS,
        "READ": READ,
        "REASONS": REASONS,
        "by_reason": results.by_reason,
        "chart": results.chart,
        "lengths": lengths_in_words,
        "likeness_chart": results.likeness_chart,
        "matrix": results.matrix,
        "summary": results.summary,
        "study_tables": study_tables,
        "tables": tables,
        "benchmark_tables": benchmark_tables,
        "means": mean_tables,
    }
    environment.filters |= {
        "n": lambda value: f"{value:,}",
        "points": lambda value: "–" if value is None else f"{value:.2f}",
        "p": lambda value: "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}",
        "signed": lambda value: "–" if value is None else f"{value:+.2f}",
        "signed_points": _signed_points,
        "share": lambda value: "–" if value is None else f"{100 * value:.0f} %",
        "level": lambda alpha: f"{100 * (1 - alpha):g} %",
        "percent": lambda value: "–" if value is None else f"{100 * value:.1f}",
        "f1": lambda value: "–" if value is None else f"{value:.4f}",
        "first_upper": lambda value: value[:1].upper() + value[1:],
        "mixture": mixture_in_words,
        "questions": _questions,
        "plain": lambda value: value.replace("_", " "),
        "zip": zip,
    }
    return environment


def _signed_points(share: float) -> str:
    """Return a difference of shares in points of 100; no sign where nothing is left after rounding."""
    text = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if text[1:] == "0.0" else text


def _questions(n: int, clusters: int) -> str:
    """Return a number of questions, and of clusters where they are fewer."""
    return f"{n:,}" if n == clusters else f"{n:,} in {clusters:,} cluster{'' if clusters == 1 else 's'}"


def _template(name: str) -> str:
    return (files("domaintune.report") / "templates" / name).read_text(encoding="utf-8")
