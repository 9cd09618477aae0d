"""What is kept of a record that is lost."""

import json
from collections.abc import Mapping

from domaintune.core.stage.files import content_id
from domaintune.core.stage.reject import Reject
from domaintune.core.tables.cells import BrokenRow


def reject_broken(key: str, row: BrokenRow) -> Reject:
    """Return the reject of a record that could not be read."""
    return reject(key, row.place, {"text": row.text}, row.reason, row.detail)


def reject(
    key: str, place: str, values: Mapping[str, str], reason: str, detail: str, *, kind: str = "rejected"
) -> Reject:
    """Name a lost record by its place in the file: its own id may be missing or taken."""
    raw = json.dumps(dict(values), ensure_ascii=False)
    return Reject.of("ingest", content_id(key, place), reason, f"{place}: {detail}", raw, kind=kind)
