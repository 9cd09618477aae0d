"""Folders of documents: short ones as text, Markdown and PDF, long ones in Markdown with sections."""

import textwrap
from collections.abc import Sequence
from itertools import islice

from domaintune.sample.chemistry_abstracts import TURNS
from domaintune.sample.chemistry_catalysts import compose_catalyst
from domaintune.sample.chemistry_compounds import compose_compound
from domaintune.sample.chemistry_membranes import compose_membrane
from domaintune.sample.chemistry_papers import Composer, Paper, compose_papers
from domaintune.sample.chemistry_pdf import EMPTY_PAGE, to_ascii, write_pdf

BYTE_ORDER_MARK = "\ufeff"
LINE = 90
"""Characters a line of a PDF page."""
REVIEWS: tuple[tuple[str, Composer, tuple[str, ...]], ...] = (
    (
        "Anion exchange membranes: a review of recent samples",
        compose_membrane,
        ("Introduction", "Backbones", "Cationic groups", "Casting of films", "Cell tests", "Outlook"),
    ),
    (
        "Supported catalysts: a report on preparation and tests",
        compose_catalyst,
        ("Introduction", "Active metals", "Supports", "Treatment of supports", "Long tests", "Outlook"),
    ),
    (
        "Pure compounds: a laboratory handbook",
        compose_compound,
        ("Introduction", "Washing", "Choice of solvent", "Purification", "Checks of purity", "Outlook"),
    ),
)
PAPERS_IN_SECTION = 3
"""Six sections of three papers with their details make more than 2,000 words."""


def compose_documents(seed: int, corpus: str, documents: int) -> dict[str, str]:
    """Return file name → text: .txt, .md and .pdf in turn, then a page without text and a broken file."""
    files: dict[str, str] = {}
    for number, paper in enumerate(islice(compose_papers(seed, corpus, "documents", TURNS), documents)):
        suffix, write = ((".txt", _plain), (".md", _markdown), (".pdf", _pdf))[number % 3]
        text = write(paper)
        if number % 6 == 3:  # a text file from another system
            text = BYTE_ORDER_MARK + text.replace("\n", "\r\n")
        files[f"documents/doc-{number + 1:03d}{suffix}"] = text
    files["documents/scan.pdf"] = write_pdf([EMPTY_PAGE])
    files["documents/broken.pdf"] = write_pdf([["This file was cut off on its way."]])[:120]
    return files


def compose_long_documents(seed: int, corpus: str, count: int) -> dict[str, str]:
    """Return file name → Markdown of at least 2,000 words, each about its own papers."""
    files: dict[str, str] = {}
    for number in range(count):
        title, composer, sections = REVIEWS[number % len(REVIEWS)]
        papers = compose_papers(seed, corpus, "long", (composer,), name=f"long {number}")
        parts = [f"# {title}, part {number // len(REVIEWS) + 1}"]
        for section in sections:
            parts.append(f"## {section}")
            parts += [_paragraph(paper) for paper in islice(papers, PAPERS_IN_SECTION)]
        files[f"long/long-{number + 1:02d}.md"] = "\n\n".join(parts) + "\n"
    return files


def _plain(paper: Paper) -> str:
    return "\n\n".join([paper.title, paper.abstract, " ".join(paper.details)]) + "\n"


def _markdown(paper: Paper) -> str:
    details = " ".join(paper.details)
    keywords = ", ".join(paper.keywords)
    return (
        f"# {paper.title}\n\n## Abstract\n\n{paper.abstract}\n\n## Methods\n\n{details}\n\n"
        f"Keywords: {keywords}\n"
    )


def _pdf(paper: Paper) -> str:
    """Write title and abstract on the first page, the methods on the second, the keywords on a third."""
    pages = [
        [*_lines(paper.title), "", *_lines(paper.abstract)],
        ["Methods", "", *_lines(" ".join(paper.details))],
    ]
    if len(paper.keywords) > 4:
        pages.append(["Keywords", "", *_lines(", ".join(paper.keywords))])
    return write_pdf(pages)


def _lines(text: str) -> Sequence[str]:
    return textwrap.wrap(to_ascii(text), LINE)


def _paragraph(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract} {' '.join(paper.details)}"
