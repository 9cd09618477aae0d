"""The SBIR.gov API export: one CSV row an award, its page as its id."""

from domaintune.core.tables.cells import Cells
from domaintune.ingest.raw import RawRow
from domaintune.science.plain_facts import fact, facts, number

COLUMNS = ("title", "abstract", "agency", "firm", "phase", "program", "year", "link")


def to_row(cells: Cells) -> RawRow:
    """Return the award in the common shape."""
    v = cells.values
    return RawRow(
        place=cells.place,
        native_id=fact(v["link"]),
        title=v["title"],
        text=v["abstract"],
        agency=v["agency"],
        keywords=(),
        sections={},
        attributes=facts(
            agency=v["agency"],
            firm=v["firm"],
            link=v["link"],
            phase=v["phase"],
            program=v["program"],
            research_institution=v.get("research_institution", ""),
            year=number(v["year"]),
        ),
        values=v,
    )
