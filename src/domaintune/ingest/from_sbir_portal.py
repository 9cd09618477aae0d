"""The SBIR.gov portal export: the same awards with amount, contract and topic."""

from domaintune.core.tables.cells import Cells
from domaintune.ingest.raw import RawRow
from domaintune.science.plain_facts import fact, facts, number

COLUMNS = (
    "abstract",
    "agency",
    "agency_tracking_num",
    "award_amount",
    "award_year",
    "comp_name",
    "contract_num",
    "phase",
    "program",
    "title",
    "url",
)


def to_row(cells: Cells) -> RawRow:
    """Return the award in the common shape."""
    v = cells.values
    return RawRow(
        place=cells.place,
        native_id=fact(v["url"]),
        title=v["title"],
        text=v["abstract"],
        agency=v["agency"],
        keywords=(),
        sections={},
        attributes=facts(
            agency=v["agency"],
            amount=number(v["award_amount"]),
            contract=v["contract_num"],
            firm=v["comp_name"],
            link=v["url"],
            phase=v["phase"],
            program=v["program"],
            topic=v.get("solicit_topic_code", ""),
            tracking_number=v["agency_tracking_num"],
            year=number(v["award_year"]),
        ),
        values=v,
    )
