"""The page with its sentences: one HTML text that needs no network, runs no code, the same for the same material."""

from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from typing import Any

import jinja2

from domaintune.core.records.judgment import READ
from domaintune.core.sections.arms import Arm
from domaintune.core.sections.sources import QuestionSource, Source
from domaintune.report import data, results
from domaintune.report.inputs import Material
from domaintune.science.comparison import benchmark_tables, mean_tables, tables
from domaintune.science.comparison.judged import REASONS, Lengths
from domaintune.science.comparison.tree import Origin
from domaintune.science.evidence import statistics_text
from domaintune.science.near_copies import near_copies_text

MEASURES = {
    "recall": "Recall: the questions are about documents the tuned arms were trained on, and the document is "
    "not shown. A gain says that content was learnt by heart, not that the arm does better on new documents.",
    "transfer": "Transfer: the questions are about documents that no arm was trained on, and the document is "
    "not shown. The answer cannot have been learnt by heart; a gain says that the domain was learnt.",
    "reading": "Reading: the questions are about documents that no arm was trained on, and the document is "
    "shown. A gain says that the arm makes better use of a document in front of it.",
    "reading_trained": "Reading of trained documents: the document is shown, and the tuned arms were trained "
    "on it. A gain mixes reading with recall.",
}
OF_SETS = {
    "train": "The questions are rows of sets that the tuned arms were trained on, and belong to no document. A gain "
    "says that answers were learnt by heart.",
    "test": "The questions are rows of sets that no arm was tuned on, and belong to no document. A gain says that the "
    "arm does better on tasks of this kind; what a foundation or a served model saw before is not known.",
}
OFFLINE = {
    "extractive": "offline, takes sentences of the record",
    "recorded": "offline, replays recorded answers",
    "token_f1": "offline, counts shared words",
    "embedding": "offline, cosine by a sentence model",
}


def render_page(material: Material, n_examples: int) -> str:
    """Return the page. Everything that comes from data is escaped; only our own charts go in as markup."""
    found, values = material.comparison, material.values
    only_benchmarks = bool(found.benchmarks) and not found.judged
    page = _environment().get_template("page.html.j2")
    return page.render(
        found=found,
        material=material,
        arms=sorted(material.arms.items()),
        distribution=partial(results.distribution, material.scores),
        measures=measured_in_words(found.measures, found.questions_from),
        judge=model_in_words(values["judge"]["model"]),
        teacher=model_in_words(values["teacher"]),
        decoding=decoding(material.arms, material.decoding),
        only_benchmarks=only_benchmarks,
        benchmarks_id="result" if only_benchmarks else "benchmarks",
        contaminated=data.contaminated(material.contaminated),
        sources=data.sources(material, Source, material.documents, data.SPLITS),
        question_sources=data.sources(material, QuestionSource, material.asked, data.ASKED),
        columns=data.COLUMNS,
        accounts=data.accounts(material),
        corpus=data.corpus(material),
        near_copies=near_copies_text(found.near_copies),
        trained=[
            results.trained(arm, curve) for arm, curve in sorted(material.curves.items()) if curve.height
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
        "READ": READ,
        "REASONS": REASONS,
        "lengths": lengths_in_words,
        "results": results,
        "statistics_text": statistics_text,
        "tables": tables,
        "benchmark_tables": benchmark_tables,
        "means": mean_tables,
    }
    environment.filters |= {
        "n": lambda value: f"{value:,}",
        "p": lambda value: "–" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}",
        "signed_points": _signed_points,
        "share": lambda value: "–" if value is None else f"{100 * value:.0f} %",
        "percent": lambda value: "–" if value is None else f"{100 * value:.1f}",
        "fixed": statistics_text.fixed,
        "first_upper": lambda value: value[:1].upper() + value[1:],
        "mixture": data.mixture_in_words,
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


def measured_in_words(measures: str, origin: Origin) -> str:
    """Say what a gain on the questions means."""
    of_sets = OF_SETS["train" if measures in {"recall", "reading_trained"} else "test"]
    if origin == "sets":
        return of_sets
    return MEASURES[measures] + (f" Some belong to no document: {of_sets}" if origin == "both" else "")


def lengths_in_words(lengths: Lengths, arm: str, baseline: str) -> str:
    """Say how much longer the arm's answers are."""
    if lengths.characters is None:
        return "No question was answered by both."
    unit, measured = ("tokens", lengths.tokens) if lengths.tokens else ("characters", lengths.characters)
    ratio = "" if measured.ratio_of_means is None else f", a ratio of {measured.ratio_of_means:.2f}"
    told = [
        f"{arm} answers with {measured.mean_arm:.1f} {unit} on average, {baseline} with "
        f"{measured.mean_baseline:.1f}{ratio}. {lengths.characters.at_least_twice} of {lengths.answers} answers have "
        "at least twice the characters."
    ]
    for what, ours, theirs in (
        ("Cut at the longest allowed length", lengths.unfinished_arm, lengths.unfinished_baseline),
        ("Empty", lengths.empty_arm, lengths.empty_baseline),
    ):
        told += [f"{what}: {ours} of {arm}, {theirs} of {baseline}."] if ours or theirs else []
    return " ".join(told)


def model_in_words(asked: Mapping[str, Any]) -> str:
    """Name a teacher or judge as what it is."""
    kind = OFFLINE.get(asked["backend"], asked["backend"])
    return f"{asked['model']} ({kind}; provider {asked['provider']})"


def decoding(
    arms: Mapping[str, Arm], described: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return what is shown for all arms that were answered here, and for each that a server answered."""
    here = [arm for arm in sorted(arms) if arms[arm].endpoint is None]
    there = [arm for arm in sorted(arms) if arms[arm].endpoint is not None]
    groups = [(f"Decoding of {', '.join(here)}", here[0])] if here else []
    groups += [(f"Asked of the server of {arm}", arm) for arm in there]
    return [(title, described[arm]) for title, arm in groups]
