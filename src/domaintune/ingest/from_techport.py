"""The NASA TechPort search answer: id, title and description, nothing else."""

from domaintune.core.tables.cells import Cells
from domaintune.ingest.raw import RawRow
from domaintune.science.plain_facts import fact

COLUMNS = ("description", "id", "title")
AGENCY = "National Aeronautics and Space Administration"


def to_row(cells: Cells) -> RawRow:
    """Return the project in the common shape; TechPort holds NASA's projects only."""
    v = cells.values
    return RawRow(
        place=cells.place,
        native_id=fact(v.get("id", "")),
        title=v.get("title", ""),
        text=v.get("description", ""),
        agency=AGENCY,
        keywords=(),
        sections={},
        attributes={"agency": AGENCY},
        values=v,
    )
