"""Raw project records in the sources' native shapes: one row a dict, cells as the export would hold them."""

from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import NamedTuple

import numpy as np

from domaintune.core.seeds import derive
from domaintune.sample import phrases
from domaintune.sample.projects import Project, compose_projects

Row = Mapping[str, str]
AWARD_COLUMNS = (
    "id", "Company", "Award Title", "Agency", "Branch", "Phase", "Program", "Agency Tracking Number",
    "Contract", "Proposal Award Date", "Contract End Date", "Solicitation Number", "Solicitation Year",
    "Solicitation Close Date", "Proposal Receipt Date", "Date of Notification", "Topic Code", "Award Year",
    "Award Amount", "Duns", "HUBZone Owned", "Socially and Economically Disadvantaged", "Women Owned",
    "Number Employees", "Company Website", "Address1", "Address2", "City", "State", "Zip", "Abstract",
    "Contact Name", "Contact Title", "Contact Phone", "Contact Email", "PI Name", "PI Title", "PI Phone",
    "PI Email", "RI Name", "RI POC Name", "RI POC Phone",
)  # fmt: skip
"""Source: column layout of the SBIR.gov bulk award export."""
PROJECT_COLUMNS = (
    "project_id", "title", "abstract", "keywords", "nasa_applications", "non_nasa_applications", "firm",
    "program", "phase", "year", "amount", "contract",
)  # fmt: skip
REFERENCE_COLUMNS = ("award_id", "description", "recipient_name", "obligated_amount", "fiscal_year")


class Records(NamedTuple):
    """The three raw files of the records corpus."""

    awards: list[Row]
    projects: list[Row]
    reference: list[Row]


def compose_records(seed: int, corpus: str, projects: int) -> Records:
    """Compose `projects` mapped records, an award export that overlaps with them, and a reference export."""
    own = max(1, projects * 3 // 10)
    everything = list(islice(compose_projects(seed, corpus, "records"), projects + own))
    mapped, award_only = everything[:projects], everything[projects:]
    shared = mapped[: projects // 5]
    rng = derive(seed, "sample", corpus, "records")
    return Records(
        awards=_awards(rng, shared, award_only),
        projects=[_project_row(number, project) for number, project in enumerate(mapped)],
        reference=_reference(rng, mapped, award_only),
    )


def contract_of(project: Project) -> str:
    """Return a contract number made of year and title, so that all exports agree on it."""
    number = int(derive(0, "contract", project.facts.title).integers(10**6))
    return f"80NSSC{project.facts.year % 100:02d}C{number:06d}"


def _project_row(number: int, project: Project) -> Row:
    f = project.facts
    values = (
        f"P-{number + 1:05d}", f.title, project.abstract, "; ".join(project.keywords),
        project.nasa_applications, project.non_nasa_applications, f.firm, f.program, f.phase, str(f.year),
        str(f.amount), contract_of(project),
    )  # fmt: skip
    return dict(zip(PROJECT_COLUMNS, values, strict=True))


def _awards(rng: np.random.Generator, shared: list[Project], own: list[Project]) -> list[Row]:
    """Write shared and own works as awards, follow-up phases, and the faults a real export has."""
    works = [*shared, *own]
    rows = [_award_row(rng, number, project) for number, project in enumerate(works)]
    followed = [p for p in own if p.facts.phase == "Phase I"][: max(1, len(own) // 8)]
    rows += [_award_row(rng, len(rows) + n, _next_phase(p)) for n, p in enumerate(followed)]
    every = len(rows)
    for number in range(every):
        if number % 9 == 4:  # its abstract is missing, in one of the ways exports have
            rows[number] = {**rows[number], "Abstract": ("", "N/A", "n/a", "None", "TBD")[number // 9 % 5]}
        elif number % 23 == 7:
            agency = phrases.OTHER_AGENCIES[number % len(phrases.OTHER_AGENCIES)]
            rows[number] = {**rows[number], "Agency": agency}
        elif number % 29 == 5:  # a byte was lost before the file reached us
            damaged = rows[number]["Abstract"].replace(" kg", "\ufffdkg", 1)
            rows[number] = {**rows[number], "Abstract": damaged}
        elif number % 31 == 3:
            rows[number] = {**rows[number], "Abstract": "See the final report."}
    return rows + rows[:every:24]


def _award_row(rng: np.random.Generator, number: int, project: Project) -> Row:
    f = project.facts
    filled = {
        "id": str(10_000 + 7 * number),
        "Company": f.firm,
        "Award Title": f.title,
        "Agency": phrases.NASA,
        "Phase": f.phase,
        "Program": f.program,
        "Agency Tracking Number": f"{f.year % 100:02d}-{number:04d}",
        "Contract": contract_of(project),
        "Proposal Award Date": f"{rng.integers(1, 13)}/{rng.integers(1, 29)}/{f.year}",
        "Contract End Date": f"{rng.integers(1, 13)}/{rng.integers(1, 29)}/{f.year + 1}",
        "Solicitation Year": f"{f.year}.0",
        "Award Year": str(f.year),
        "Award Amount": f"{f.amount:,}",
        "Duns": f"'{rng.integers(10**8, 10**9)}'",
        "HUBZone Owned": phrases.pick(rng, ("N", "N", "Y")),
        "Socially and Economically Disadvantaged": "N",
        "Women Owned": phrases.pick(rng, ("N", "N", "Y")),
        "Number Employees": f"{rng.integers(2, 200)}.0",
        "City": f.place,
        "Abstract": _disturb(number, project.abstract),
    }
    return {column: filled.get(column, "") for column in AWARD_COLUMNS}


def _disturb(number: int, abstract: str) -> str:
    """Give some abstracts what exports do to text: entities, line breaks, mojibake, a stray prefix."""
    if number % 5 == 1:
        return escape(abstract).replace("%", "&#37;")
    if number % 5 == 2:
        return abstract.replace(". ", ".\r\n", 2)
    if number % 5 == 3 and "NASA's" in abstract:
        return abstract.replace("NASA's", "NASA’s".encode().decode("cp1252"))
    if number % 11 == 0:
        return "Abstract         " + abstract
    return abstract


def _next_phase(project: Project) -> Project:
    """Return the second award of a project: nearly the same abstract, so both must land in one split."""
    f = project.facts._replace(phase="Phase II", year=project.facts.year + 1, amount=project.facts.amount * 5)
    return project._replace(facts=f, abstract=project.abstract.replace("Phase I,", "Phase II,"))


def _reference(rng: np.random.Generator, mapped: list[Project], others: list[Project]) -> list[Row]:
    """Write the spending export: most rows agree, some differ, some are missing, some are extra."""
    rows: list[Row] = []
    for number, project in enumerate(mapped):
        if number % 17 == 9:
            continue  # missing there
        f = project.facts
        title, firm, amount, year = f.title.upper(), f.firm, f"{f.amount}.00", f.year
        if number % 6 == 1:
            firm = firm.upper().replace(",", "").rstrip(".")
        if number % 13 == 2:
            firm = firm.partition(",")[0]
        if number % 19 == 3:
            amount = f"{f.amount + int(rng.integers(1, 50)) * 1000}.00"
        if number % 23 == 4:
            year += 1
        if number % 29 == 6:
            title = title.replace("FOR", "TO SUPPORT NEW")
        values = (contract_of(project), title, firm, amount, str(year))
        rows.append(dict(zip(REFERENCE_COLUMNS, values, strict=True)))
    extra = [
        (contract_of(p), p.facts.title.upper(), p.facts.firm, f"{p.facts.amount}.00", str(p.facts.year))
        for p in others[::6]
    ]
    rows += [dict(zip(REFERENCE_COLUMNS, values, strict=True)) for values in extra]
    return rows + rows[:1]  # one award is listed twice
