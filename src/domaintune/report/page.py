"""The page: one HTML text that needs no network, runs no code, and is the same for the same material."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jinja2

from domaintune.report import data
from domaintune.report.benchmarks import benchmarks, contaminated
from domaintune.report.decoding import decoding
from domaintune.report.examples import examples
from domaintune.report.inputs import Material, Settings
from domaintune.report.judge import judge_view
from domaintune.report.mixture_words import mixture_in_words
from domaintune.report.results import differences_chart, results, summary
from domaintune.report.selection import selection
from domaintune.report.single import single_rubrics, text_measures
from domaintune.report.suite import suite
from domaintune.report.training import trained_arms
from domaintune.report.words import measured_in_words, model_in_words
from domaintune.science.near_copies import near_copies_text


def render_page(settings: Settings, material: Material, n_examples: int) -> str:
    """Return the page. Everything that comes from data is escaped; only our own charts go in as markup."""
    only_benchmarks = bool(material.comparison.get("benchmarks")) and not data.was_judged(material)
    page = _environment().get_template("page.html.j2")
    return page.render(
        arms=sorted(settings.arms.items()),
        asked=material.comparison["asked"],
        compared=results(material),
        summary=summary(material.comparison),
        differences=differences_chart(material.comparison),
        measures=measured_in_words(material.comparison),
        judge=model_in_words(settings.values["judge"]["model"]),
        teacher=model_in_words(settings.values["teacher"]),
        models=sorted(settings.values["models"].items()),
        values=[(name, flat(settings.values[name])) for name in ("lora", "train")],
        decoding=decoding(settings.arms, material.decoding),
        seed=settings.values["seed"],
        questions=settings.answering.questions,
        judging=judge_view(material.comparison),
        single=single_rubrics(material.comparison),
        text_measures=text_measures(material.comparison),
        selection=selection(material.comparison),
        benchmarks=benchmarks(material.comparison),
        suite=suite(material.comparison),
        only_benchmarks=only_benchmarks,
        benchmarks_id="result" if only_benchmarks else "benchmarks",
        contaminated=contaminated(material.contaminated),
        answered=any(material.answers.values()),
        sources=data.sources(settings, material),
        question_sources=data.question_sources(settings, material),
        columns=data.COLUMNS,
        accounts=data.accounts(material),
        agreement=data.agreement(material),
        validation=data.validation(material),
        corpus=data.corpus(material),
        near_copies=near_copies_text(material.comparison.get("near_copies")),
        trained=trained_arms(settings, material),
        examples=examples(settings, material, n_examples),
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
    environment.filters |= {
        "n": lambda value: f"{value:,}",
        "points": lambda value: "–" if value is None else f"{value:.2f}",
        "p": lambda value: "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}",
        "signed": lambda value: "–" if value is None else f"{value:+.2f}",
        "share": lambda value: "–" if value is None else f"{100 * value:.0f} %",
        "f1": lambda value: "–" if value is None else f"{value:.4f}",
        "signed3": lambda value: f"{value:+.3f}".replace("-", "−"),
        "signed_points": _signed_points,
        "points3": lambda value: "–" if value is None else f"{value:.3f}",
        "first_upper": lambda value: value[:1].upper() + value[1:],
        "percent": lambda value: "–" if value is None else f"{100 * value:.1f}",
        "mixture": mixture_in_words,
        "questions": _questions,
        "plain": lambda value: value.replace("_", " "),
    }
    return environment


def _signed_points(share: float) -> str:
    """Return a difference of shares in points of 100; no sign where nothing is left after rounding."""
    text = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if text[1:] == "0.0" else text


def _questions(row: Mapping[str, Any]) -> str:
    """Return a row's number of questions, and of clusters where they are fewer."""
    n, clusters = row["n"], row["clusters"]
    return f"{n:,}" if n == clusters else f"{n:,} in {clusters:,} cluster{'' if clusters == 1 else 's'}"


def _template(name: str) -> str:
    return (files("domaintune.report") / "templates" / name).read_text(encoding="utf-8")
