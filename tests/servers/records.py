"""Records for tests."""

from typing import Any, Literal, get_args, get_origin

from domaintune.core.frames import RecordT

EMPTY = {str: "", int: 0, float: 0.0, bool: False}


def blank(record: type[RecordT], **own: Any) -> RecordT:
    """Return a record whose other fields are empty, or the first of the words that one may hold."""
    fields = {name: _empty(field.annotation) for name, field in record.model_fields.items()}
    return record(**fields | own)


def _empty(annotation: Any) -> Any:
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    return [] if get_origin(annotation) is list else EMPTY.get(annotation)
