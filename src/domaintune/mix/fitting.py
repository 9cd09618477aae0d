"""Whether a rendered row can be trained on."""

from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import Refused, Rendered
from domaintune.core.stage.files import to_json
from domaintune.core.stage.reject import Reject

ROW_LIMIT = 20_000


def fit(row: Instruction, rendered: Rendered | Refused, cutoff: int) -> Rendered | Reject:
    """Return the row, or why it is lost: it could not be rendered, or has more tokens than `cutoff`."""
    if isinstance(rendered, Refused):
        return _reject(row, rendered.reason, rendered.detail)
    if len(rendered.input_ids) > cutoff:
        return _reject(row, "over_cutoff", f"{len(rendered.input_ids)} tokens, cutoff {cutoff}")
    return rendered


def _reject(row: Instruction, reason: str, detail: str) -> Reject:
    return Reject(
        id=row.id,
        stage="mix",
        kind="rejected",
        reason=reason,
        detail=detail,
        row=to_json(row.model_dump(), indent=None)[:ROW_LIMIT],
    )
