"""The paper list with its faults, and the papers that come with a Korean summary."""

import csv
import io
import unicodedata
from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import Any

from domaintune.sample.chemistry_catalysts import compose_catalyst
from domaintune.sample.chemistry_compounds import compose_compound
from domaintune.sample.chemistry_membranes import compose_membrane, compose_plain_membrane
from domaintune.sample.chemistry_papers import Composer, Paper, compose_papers

LICENCE = "Apache-2.0"
COMMENT = f"# SPDX-License-Identifier: {LICENCE}\n"
ABSTRACT_COLUMNS = ("doc_id", "title", "abstract", "keywords", "fields_of_study", "license")
TURNS: tuple[Composer, ...] = (
    compose_membrane, compose_catalyst, compose_compound, compose_membrane, compose_catalyst,
    compose_membrane, compose_compound, compose_plain_membrane, compose_catalyst, compose_membrane,
)  # fmt: skip
"""Of ten papers: four membranes with properties, one without, three catalysts, two compounds."""


def compose_abstracts(seed: int, corpus: str, abstracts: int) -> str:
    """Return `abstracts.csv`: a comment, the header, the papers, one of them twice, one without abstract."""
    papers = list(islice(compose_papers(seed, corpus, "abstracts", TURNS), abstracts))
    rows = [_row(number, paper) for number, paper in enumerate(papers)]
    missing = {
        **rows[0],
        "doc_id": f"C{abstracts + 1:05d}",
        "title": "Abstract not available",
        "abstract": "N/A",
    }
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(ABSTRACT_COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows([*rows, rows[len(rows) // 2], missing])
    return COMMENT + buffer.getvalue()


def compose_translations(seed: int, corpus: str, count: int) -> list[dict[str, Any]]:
    """Return the papers that have a Korean summary, purpose and result."""
    papers = islice(compose_papers(seed, corpus, "korean", TURNS), count)
    return [
        {
            "id": f"T{number + 1:05d}",
            "title": paper.title,
            "abstract": paper.abstract,
            "summary_ko": " ".join(paper.summary_ko),
            "purpose_ko": paper.purpose_ko,
            "result_ko": paper.result_ko,
            "license": LICENCE,
        }
        for number, paper in enumerate(papers)
    ]


def _row(number: int, paper: Paper) -> Mapping[str, str]:
    values = (
        f"C{number + 1:05d}", paper.title, _disturb(number, paper.abstract), "; ".join(paper.keywords),
        "; ".join(paper.fields), LICENCE,
    )  # fmt: skip
    return dict(zip(ABSTRACT_COLUMNS, values, strict=True))


def _disturb(number: int, abstract: str) -> str:
    """Give some abstracts what exports do to text: entities, line breaks, decomposed letters."""
    if number % 9 == 4:
        return escape(abstract).replace("%", "&#37;").replace("°", "&deg;")
    if number % 9 == 7:
        return abstract.replace(". ", ".\n", 2)
    if number % 10 == 2:
        return unicodedata.normalize("NFD", abstract)
    return abstract
