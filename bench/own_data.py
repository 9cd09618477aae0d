"""Read files as a user would, with the entry that `source add` proposes: rows in, kept, lost by reason, and rows to read.

python bench/own_data.py FILE [FILE ...] [--rows 10] [--set agency=NASA] [--set columns.id=null]

Prints a line of a Markdown table a file (`--smoke`: of one composed file); with --rows, so many kept rows of each, evenly spread, for the eye.
"""

import argparse
import hashlib
import logging
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from domaintune.cli.proposing import propose
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.errors import DomaintuneError
from domaintune.core.stage.params import parse
from domaintune.ingest.params import Ingest
from domaintune.ingest.stage import ingest

LIMITS = Ingest(min_chars=80, max_chars=100_000, max_reject_fraction=0.7)
SHOWN = (
    "title", "text", "keywords", "context", "question", "options", "answer", "instruction", "input", "output", "turns",
)  # fmt: skip
SMOKE = (
    "{0},Pump {0},This project designs pump {0} for cold fluids and measures its flow for {0} months in all."
)


class Rows(list[Any]):
    """Takes records as the stage's spool does."""

    add = list.append


def entry_for(path: Path, changes: dict[str, Any]) -> AnySource:
    """Return what `source add` proposes, with a user's corrections by dotted name."""
    entry = propose(path).entry.model_dump(exclude_defaults=True)
    for name, value in changes.items():
        *parents, last = name.split(".")
        inner = entry
        for parent in parents:
            inner = inner[parent]
        inner[last] = value
    return parse(path, "sources.own", AnySource, entry)


def read(path: Path, changes: dict[str, Any], shown: int) -> None:
    """Print a file's line of the table, and some of its rows."""
    rows, rejects = Rows(), Rows()
    try:
        entry = entry_for(path, changes).chosen
        accounts = ingest(path, "own", entry, LIMITS, records=rows, rejects=rejects, unscorable=Rows())
    except DomaintuneError as error:
        print(f"| {path.name} | | | stops: {' '.join(str(error).split())[:160]} |")
        return
    reasons = ", ".join(
        f"{reason} {count}" for reason, count in Counter(r.reason for r in rejects).most_common()
    )
    rows.sort(key=lambda row: row.id)
    digest = hashlib.sha256("\n".join(row.model_dump_json() for row in rows).encode()).hexdigest()[:12]
    print(f"| {path.name} ({entry.kind}) | {accounts.rows_in} | {accounts.kept} | {reasons or '–'} |", digest)
    for row in rows[:: max(1, len(rows) // shown)][:shown] if shown else []:
        print(
            "\n".join(f"    {name}: {value}" for name in SHOWN if (value := getattr(row, name, None))),
            end="\n\n",
        )


def main() -> None:
    """Read the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    given = parser.parse_args()
    logging.disable()
    changes = {name: yaml.safe_load(value) for name, _, value in (one.partition("=") for one in given.set)}
    with tempfile.TemporaryDirectory() as folder:
        if given.smoke:
            given.files = [Path(folder) / "composed.csv"]
            lines = ["id,title,abstract", *map(SMOKE.format, range(3))]
            given.files[0].write_text("\n".join(lines), encoding="utf-8")
        for path in given.files:
            read(path, changes, given.rows)


if __name__ == "__main__":
    main()
