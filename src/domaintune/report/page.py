"""The page: one HTML text that needs no network, runs no code, and is the same for the same material."""

from importlib.resources import files

import jinja2

from domaintune.core.records.judgment import READ
from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.report import charts, data, narrative, results
from domaintune.report.inputs import Material
from domaintune.science.comparison import benchmark_tables, mean_tables, tables
from domaintune.science.comparison.benchmarked import METHODS
from domaintune.science.comparison.judged import REASONS
from domaintune.science.evidence.statistics_text import fixed
from domaintune.science.evidence.statistics_text import tables as study_tables
from domaintune.science.near_copies import near_copies_text


def render_page(material: Material, n_examples: int) -> str:
    """Return the page. Everything that comes from data is escaped; only our own charts go in as markup."""
    found, values = material.comparison, material.values
    only_benchmarks = bool(found.benchmarks) and not found.judged
    tested = results.results(found)
    page = _environment().get_template("page.html.j2")
    return page.render(
        found=found,
        tested=tested,
        arms=sorted(material.arms.items()),
        differences=results.differences_chart(tested),
        distributions=results.distributions(tested, material.scores),
        measures=narrative.measured_in_words(found.measures, found.questions_from),
        judge=narrative.model_in_words(values["judge"]["model"]),
        teacher=narrative.model_in_words(values["teacher"]),
        models=sorted(values["models"].items()),
        values=[(name, values[name]) for name in ("lora", "train")],
        decoding=narrative.decoding(material.arms, material.decoding),
        seed=values["seed"],
        questions=material.answering.questions,
        only_benchmarks=only_benchmarks,
        benchmarks_id="result" if only_benchmarks else "benchmarks",
        contaminated=results.contaminated(material.contaminated),
        answered=any(material.answers.values()),
        sources=data.sources(material, Source, material.documents, data.SPLITS),
        question_sources=data.sources(material, QuestionSource, material.asked, data.ASKED),
        columns=data.COLUMNS,
        accounts=data.accounts(material),
        agreement=material.agreement,
        validation=material.validation,
        corpus=data.corpus(material),
        near_copies=near_copies_text(found.near_copies),
        trained=[
            charts.trained(arm, curve) for arm, curve in sorted(material.curves.items()) if curve.height
        ],
        examples=data.examples(material, n_examples),
    )


def _environment() -> jinja2.Environment:
    templates = files("domaintune.report") / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "METHODS": METHODS,
        "READ": READ,
        "REASONS": REASONS,
        "chart": results.chart,
        "lengths": narrative.lengths_in_words,
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
        "p": lambda value: "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}",
        "signed_points": _signed_points,
        "share": lambda value: "–" if value is None else f"{100 * value:.0f} %",
        "level": lambda alpha: f"{100 * (1 - alpha):g} %",
        "percent": lambda value: "–" if value is None else f"{100 * value:.1f}",
        "fixed": fixed,
        "first_upper": lambda value: value[:1].upper() + value[1:],
        "mixture": narrative.mixture_in_words,
        "questions": lambda n, clusters: (
            f"{n:,}" if n == clusters else f"{n:,} in {clusters:,} cluster{'' if clusters == 1 else 's'}"
        ),
        "plain": lambda value: value.replace("_", " "),
        "zip": zip,
    }
    return environment


def _signed_points(share: float) -> str:
    """Return a difference of shares in points of 100; no sign where nothing is left after rounding."""
    text = f"{100 * share:+.1f}".replace("-", "−")
    return "0.0" if text[1:] == "0.0" else text
