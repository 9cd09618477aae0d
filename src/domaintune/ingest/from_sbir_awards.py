"""The SBIR.gov bulk award export. Repackaged copies have an `id` column; the original has none."""

from domaintune.core.stage.files import content_id
from domaintune.core.tables.cells import Cells
from domaintune.ingest.raw import RawRow
from domaintune.science.plain_facts import fact, facts, number

COLUMNS = (
    "Company",
    "Award Title",
    "Agency",
    "Phase",
    "Program",
    "Agency Tracking Number",
    "Contract",
    "Award Year",
    "Award Amount",
    "Abstract",
)
IDENTITY = ("Agency Tracking Number", "Contract", "Phase", "Award Year", "Company", "Award Title")


def to_row(cells: Cells) -> RawRow:
    """Return the award in the common shape."""
    v = cells.values
    return RawRow(
        place=cells.place,
        native_id=fact(v.get("id", "")) or content_id(*(fact(v[name]) for name in IDENTITY)),
        title=v["Award Title"],
        text=v["Abstract"],
        agency=v["Agency"],
        keywords=(),
        sections={},
        attributes=facts(
            agency=v["Agency"],
            amount=number(v["Award Amount"]),
            branch=v.get("Branch", ""),
            contract=v["Contract"],
            firm=v["Company"],
            phase=v["Phase"],
            program=v["Program"],
            research_institution=v.get("RI Name", ""),
            topic=v.get("Topic Code", ""),
            tracking_number=v["Agency Tracking Number"],
            year=number(v["Award Year"]),
        ),
        values=v,
    )
