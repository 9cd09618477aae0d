"""Recognising an instruction set by its first records, and proposing its entry."""

from itertools import islice
from pathlib import Path

from domaintune.cli.looking import Proposal, files_of, refuse_split_column
from domaintune.core.sections.sources import (
    QUESTIONS_ALONE,
    InstructionFilters,
    InstructionFormat,
    InstructionSource,
)
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.encoding import open_text
from domaintune.core.tables.opening import TABLES
from domaintune.core.tables.typed_rows import JsonObject, read_objects
from domaintune.ingest.fields import RowError
from domaintune.ingest.instruction_formats import FORMATS, format_of
from domaintune.ingest.params import Ingest
from domaintune.ingest.raw_instruction import Draft, parse_dialogue
from domaintune.ingest.reading import read_examples
from domaintune.science.sentences import languages_in

LOOKED_AT = 500
"""Rows at the beginning."""
HEAD = 4000
"""Characters of a text file in which a dialogue must stand."""
LARGEST = 10_000_000
"""Characters of a record that is looked at."""
TALKS = ("sharegpt", "openai_chat", "dialogues")
BY_PEOPLE = ("dolly", "natural_instructions", "self_instruct")
"""Formats whose published sets were written by people."""
WANTED = InstructionFilters(
    empty_output=True,
    min_chars=10,
    min_chars_of="row",
    output_equals_input=True,
    refusals=True,
    wrong_language="asked",
    duplicate_instruction=True,
)
"""What is usually wanted for training."""
NO_FILTER = InstructionFilters.model_validate(
    {name: False if value is True else value for name, value in WANTED}
    | {"min_chars": 0, "wrong_language": "none"}
)
"""Of a set that is asked, every row counts."""


def propose_instructions(path: Path, encoding: str | None) -> Proposal | None:
    """Return an entry when a file, or a folder of task files, is an instruction set, or refuse one not to be read."""
    name = _format_of(path, encoding)
    if name is None:
        return None
    if encoding:
        raise InputError(
            f"{path}: an instruction set (format {name}) in {encoding.upper()}; such sets are read in UTF-8. Convert "
            f"each file: iconv -f {encoding.upper()} -t UTF-8 FILE > utf8.FILE"
        )
    origin, part = "human" if name in BY_PEOPLE else "public", "part" if name in TALKS else "row"
    filters = NO_FILTER if name in QUESTIONS_ALONE else WANTED.model_copy(update={"min_chars_of": part})
    entry = InstructionSource.model_validate({
        "path": path.as_posix(), "kind": "instructions", "format": name, "languages": ["en"], "licence": "unknown",
        "origin": origin, "filters": filters,
    })  # fmt: skip
    limits = Ingest(min_chars=1, max_chars=LARGEST, max_reject_fraction=1.0)
    rows = list(islice(read_examples(path, entry, limits), LOOKED_AT))
    drafts = [row.draft for row in rows if isinstance(row.draft, Draft)]
    if not drafts:
        why = next((f" ({row.draft.detail})" for row in rows if isinstance(row.draft, RowError)), "")
        raise InputError(
            f"{path}: looks like format {name}, but none of its first {len(rows)} rows can be read{why}."
        )
    refuse_split_column(path, (row.record for row in rows))
    languages = languages_in("\n".join(draft.asked) for draft in drafts) or ["en"]
    entry = entry.model_copy(update={"languages": languages})
    if name in QUESTIONS_ALONE:
        return Proposal(entry, _notes_of_questions(drafts, entry))
    notes = [
        f"kind: instructions; format: {name}; {sum(bool(draft.turns) for draft in drafts)} of the first "
        f"{len(drafts)} rows are conversations of more than one exchange",
        f"languages: {', '.join(languages)}, as the first rows are; rows asked in another are rejected",
        "filters: what is usually wanted for training; for an evaluation set, which must stay whole, switch them off",
        "origin: human where people wrote the answers, else public",
    ]
    return Proposal(entry, notes)


def _notes_of_questions(drafts: list[Draft], entry: InstructionSource) -> list[str]:
    answered, later = sum(any(one.answered) for one in drafts), sum(len(one.asked) - 1 for one in drafts)
    topics = len({draft.category for draft in drafts})
    turns = [f"{later} later turns, asked with what an arm answered before; they need mix.template: chat"]
    return [
        f"kind: instructions; format: {entry.format}; questions to be answered: {answered} of the first {len(drafts)} "
        f"have a reference answer; {topics} categories",
        "in `sets`, use: evaluate; no filter, as an evaluation set must stay whole",
        *(turns if later else []),
    ]


def _format_of(path: Path, encoding: str | None) -> InstructionFormat | None:
    if path.is_dir():
        return _format_of_folder(path, encoding)
    if path.suffix == ".txt" and path.is_file():
        return "dialogues" if _is_dialogues(path, encoding) else None
    if path.suffix not in {".json", ".jsonl", ".ndjson"} or not path.is_file():
        return None
    if path.suffix == ".json" and _is_task(path, encoding):
        return "natural_instructions"
    try:
        read = islice(read_objects(path, LARGEST, encoding), 20)
        objects = [row for row in read if isinstance(row, JsonObject)]
    except InputError:
        return None  # holds no records; whoever reads it as a table says why
    fields = set.intersection(*(set(row.value) for row in objects)) if objects else set()
    return format_of(fields)


def _format_of_folder(folder: Path, encoding: str | None) -> InstructionFormat | None:
    """Return the one format of a folder's tables, or refuse several; task files are many, and known by the first."""
    files = [file for file in files_of(folder) if file.suffix.lower() in TABLES]
    found: dict[InstructionFormat | None, Path] = {}
    for file in files[:LOOKED_AT]:
        found.setdefault(_format_of(file, encoding), file)
        if "natural_instructions" in found:
            break
    if len(known := {name: file for name, file in found.items() if name}) > 1:
        shown = ", ".join(f"{file.relative_to(folder)}: {name}" for name, file in known.items())
        raise InputError(f"{folder}: instruction sets of several formats ({shown}). Add each by itself.")
    return next(iter(found)) if len(found) == 1 else None


def _is_task(path: Path, encoding: str | None) -> bool:
    """Say whether a file is one object with a definition and instances, by its text: it may be long."""
    with open_text(path, encoding) as stream:
        text = stream.read(LARGEST)
    named = all(f'"{field}"' in text for field in FORMATS["natural_instructions"].known_by[0])
    return named and text.lstrip("\ufeff \t\r\n").startswith("{")


def _is_dialogues(path: Path, encoding: str | None) -> bool:
    """Say whether the first paragraph that is not a mark between dialogues reads as one."""
    with open_text(path, encoding) as stream:
        lines = [line for line in stream.read(HEAD).splitlines() if line.strip()]
    spoken = [line for line in lines if not line.startswith(("<<", "---", "===", "***"))][:2]
    try:
        return len(spoken) == 2 and bool(parse_dialogue("\n".join(spoken)))
    except RowError:
        return False
