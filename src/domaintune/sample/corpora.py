"""The starter's raw corpora: composed projects, drawn from grammar.yaml, as records in the sources' native shapes."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np

from domaintune.core.seeds import derive
from domaintune.core.stage.params import read_yaml

GRAMMAR = read_yaml(Path(__file__).with_name("grammar.yaml"))
Project = Mapping[str, Any]
"""A project's facts by name, its sentences, and what the templates of grammar.yaml derive from them."""
MOST_REPEATS = 8
"""Titles drawn in a row that were all there before, by which they run out: then a series tells projects apart."""
BYTE_ORDER_MARK = "\ufeff"
Row = dict[str, str]


def compose_projects_corpus(seed: int, corpus: str, projects: int) -> tuple[dict[str, str], int]:
    """Return the text of the award export (BOM, CRLF, quoted line breaks), the mapped file and the reference export.

    The award export overlaps with the mapped file by a fifth of its projects. Behind them: the rows of all.
    """
    own = max(1, projects * 3 // 10)
    everything = list(islice(compose_projects(seed, corpus), projects + own))
    mapped, award_only = everything[:projects], everything[projects:]
    rng = derive(seed, "sample", corpus, "records")
    awards = _awards(rng, mapped[: projects // 5], award_only)
    rows = [_row("project", project, number=number) for number, project in enumerate(mapped, 1)]
    reference = _reference(rng, mapped, award_only)
    files = {
        "awards.csv": BYTE_ORDER_MARK + csv_text("award", awards, "\r\n"),
        "projects.csv": csv_text("project", rows, "\n"),
        "reference.csv": csv_text("reference", reference, "\n"),
    }
    return files, len(awards) + len(rows) + len(reference)


def csv_text(kind: str, rows: Iterable[Row], line_end: str) -> str:
    """Return CSV with the header and line ends the export uses; cells with line breaks are quoted."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, fieldnames=list(GRAMMAR[kind]), lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def _row(kind: str, project: Project, **more: Any) -> Row:
    """Fill a row's cells; the contract number is made of year and title, so that all exports agree on it."""
    number = int(derive(0, "contract", project["title"]).integers(10**6))
    contract = f"80NSSC{project['year'] % 100:02d}C{number:06d}"
    return {
        column: cell.format(**{**project, "contract": contract, **more})
        for column, cell in GRAMMAR[kind].items()
    }


def _awards(rng: np.random.Generator, shared: list[Project], own: list[Project]) -> list[Row]:
    """Write shared and own works as awards, follow-up phases, and the faults a real export has."""
    rows = [_award_row(rng, number, project) for number, project in enumerate([*shared, *own])]
    followed = [one for one in own if one["phase"] == "Phase I"][: max(1, len(own) // 8)]
    rows += [_award_row(rng, len(rows) + n, _next_phase(one)) for n, one in enumerate(followed)]
    for number, row in enumerate(rows):
        if number % 9 == 4:  # its abstract is missing, in one of the ways exports have
            row["Abstract"] = ("", "N/A", "n/a", "None", "TBD")[number // 9 % 5]
        elif number % 23 == 7:
            row["Agency"] = GRAMMAR["other_agencies"][number % len(GRAMMAR["other_agencies"])]
        elif number % 29 == 5:  # a byte was lost before the file reached us
            row["Abstract"] = row["Abstract"].replace(" kg", "\ufffdkg", 1)
        elif number % 31 == 3:
            row["Abstract"] = "See the final report."
    return rows + rows[::24]


def _award_row(rng: np.random.Generator, number: int, project: Project) -> Row:
    drawn = draw(rng, GRAMMAR["award_facts"])
    year, text = project["year"], _disturb(number, project["abstract"])
    drawn |= {"award_id": 10_000 + 7 * number, "short_year": year % 100, "next_year": year + 1}
    return _row("award", project, number=number, exported_abstract=text, **drawn)


def _disturb(number: int, abstract: str) -> str:
    """Give some abstracts what exports do to text: entities, line breaks, mojibake, a stray prefix."""
    if number % 5 == 1:
        return escape(abstract).replace("%", "&#37;")
    if number % 5 == 2:
        return abstract.replace(". ", ".\r\n", 2)
    if number % 5 == 3 and "NASA's" in abstract:
        return abstract.replace("NASA's", "NASA’s".encode().decode("cp1252"))
    return "Abstract         " + abstract if number % 11 == 0 else abstract


def _next_phase(project: Project) -> Project:
    """Return the second award of a project: nearly the same abstract, so both must land in one split."""
    abstract = project["abstract"].replace("Phase I,", "Phase II,")
    later = {"phase": "Phase II", "year": project["year"] + 1, "amount": project["amount"] * 5}
    return {**project, **later, "abstract": abstract}


def _reference(rng: np.random.Generator, mapped: list[Project], others: list[Project]) -> list[Row]:
    """Write the spending export: most rows agree, some differ, some are missing, some are extra."""
    rows = []
    for number, project in enumerate(mapped):
        if number % 17 == 9:
            continue  # missing there
        row = _row("reference", project, description=project["title"].upper())
        if number % 6 == 1:
            row["recipient_name"] = row["recipient_name"].upper().replace(",", "").rstrip(".")
        if number % 13 == 2:
            row["recipient_name"] = row["recipient_name"].partition(",")[0]
        if number % 19 == 3:
            row["obligated_amount"] = f"{project['amount'] + int(rng.integers(1, 50)) * 1000}.00"
        if number % 23 == 4:
            row["fiscal_year"] = str(project["year"] + 1)
        if number % 29 == 6:
            row["description"] = row["description"].replace("FOR", "TO SUPPORT NEW")
        rows.append(row)
    rows += [_row("reference", one, description=one["title"].upper()) for one in others[::6]]
    return rows + rows[:1]  # one award is listed twice


def compose_projects(seed: int, corpus: str) -> Iterator[Project]:
    """Yield projects without end, no title twice; project n is the same however many are taken."""
    seen: set[str] = set()
    repeats, running_out = 0, False
    for number in count():
        rng = derive(seed, "sample", corpus, "project", str(number))
        facts = draw_facts(rng)
        title = title_of(facts)
        repeats = repeats + 1 if title in seen else 0
        running_out = running_out or repeats == MOST_REPEATS
        if repeats and not running_out:
            continue
        titles = (title if series == 1 else f"{title}, Series {series}" for series in count(1))
        title = next(one for one in titles if one not in seen)
        seen.add(title)
        yield write_project({**facts, "title": title}, rng)


def pick(rng: np.random.Generator, choices: Sequence[Any]) -> Any:
    """Return one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def draw(rng: np.random.Generator, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Draw a value for each name, in order; grammar.yaml says which shapes of choices there are."""
    return {name: _draw(rng, one) for name, one in choices.items()}


def _draw(rng: np.random.Generator, choices: Any) -> Any:
    if isinstance(choices, list):
        return pick(rng, choices)
    if "two_of" in choices:
        two = choices["two_of"]
        return [two[int(at)] for at in rng.choice(len(two), size=2, replace=False)]
    if "first_with" in choices:
        return choices["of"][0 if rng.random() < choices["first_with"] else 1]
    return int(rng.integers(choices["low"], choices["below"])) * choices["times"]


def draw_facts(rng: np.random.Generator) -> dict[str, Any]:
    """Draw a project's facts; numbers are round, so that a small model can read them."""
    facts = draw(rng, GRAMMAR["facts"])
    facts["high_k"] = facts["low_k"] + facts["range_k"]
    facts["mission"] = "the {mission_name} mission {destination}".format_map(facts)
    # without its legal form, as sentences have it
    facts["short_firm"] = "{firm_stem} {firm_trade}".format_map(facts)
    facts["firm"] = "{short_firm}, {firm_form}".format_map(facts)
    facts["amount"] = _draw(rng, GRAMMAR["amount"][facts["phase"]]) + int(rng.integers(1000))
    article = "an" if facts["adjective"][0].lower() in "aeiou" else "a"
    facts["thing"] = f"{article} {facts['adjective'].lower()} {facts['device']}"
    return facts | {"work": GRAMMAR["work"][facts["phase"]]}


def title_of(facts: Project) -> str:
    """Name adjective, material, device and platform."""
    words = "{adjective} {material} {device}".format_map(facts).split()
    return " ".join(word[0].upper() + word[1:] for word in words) + f" for {facts['platform']}"


def write_project(facts: Project, rng: np.random.Generator) -> Project:
    """Put the facts into sentences, with a phrasing drawn for each."""
    written = {
        "abstract": " ".join(pick(rng, phrasings) for phrasings in GRAMMAR["abstract"]),
        "nasa_applications": pick(rng, GRAMMAR["nasa_applications"]),
        "non_nasa_applications": pick(rng, GRAMMAR["non_nasa_applications"]),
        "keywords": "{device}, {material}, {method}, {platform}",
        "joined_keywords": "{device}; {material}; {method}; {platform}",
    }
    return {**facts, **{name: text.format_map(facts) for name, text in written.items()}}
