"""`domaintune source`: look at a raw file and write its entry into params.yaml."""

import re
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML

from domaintune.cli.proposing import propose
from domaintune.core.sections.sources import AnySource, InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import KEY_PATTERN, parse, read_yaml

app = typer.Typer(help="Add raw corpora to params.yaml.", no_args_is_help=True)
KINDS = (
    "CSV, TSV, JSON, JSON Lines, Parquet or a folder of them, TechPort search JSON, "
    "instruction sets (JSON, JSON Lines, plain dialogues), a "
    "folder of .txt, .md and .pdf files, a folder that is a data set, or hub:owner/name@revision (#split)."
)
PARAMS = Path("params.yaml")
SECTION = re.compile(r"^sources:[ \t]*(?P<inline>[^#\n]*?)(?P<comment>[ \t]*#[^\n]*)?$", re.MULTILINE)


@app.callback()
def commands() -> None:
    """Keep `add` a command of its own, though it is the only one."""


@app.command()
def add(
    path: Annotated[Path, typer.Argument(help=KINDS)],
    name: Annotated[str | None, typer.Option(help="Key of the entry; default: from the file's name.")] = None,
    params: Annotated[Path, typer.Option(help="The file to write to.")] = PARAMS,
) -> None:
    """Look at a file, propose how to read it, and write the entry into params.yaml."""
    proposal = propose(path)
    key = name if name is not None else key_of(path)
    entry = entry_text(key, proposal.entry)
    write_text(params, with_entry(params, key, entry))
    typer.echo(f"{params}: added to `sources`:\n\n{entry}")
    for note in proposal.notes:
        typer.echo(f"- {note}")
    where = "an entry of `sets`" if isinstance(proposal.entry, InstructionSource) else "a task's `sources`"
    typer.echo(f"next: correct it where needed, name {key} in {where}, then run `dvc repro`")


def key_of(path: Path) -> str:
    """Return a key made of a file's or data set's name."""
    name = path.as_posix().partition("@")[0].partition("#")[0]  # of a reference, owner/name without revision
    return re.sub(r"[^a-z0-9]+", "_", Path(name).stem.casefold()).strip("_") or "source"


def with_entry(params: Path, key: str, entry: str) -> str:
    """Return the text of params.yaml with one more entry in `sources`; every other line stays as it is.

    Raises:
        ParamsError: the key is taken or not a key, or there is no section `sources`.
    """
    before = read_yaml(params)
    if not re.match(KEY_PATTERN, key):
        raise ParamsError(f"{params}: sources.{key}: a key matches {KEY_PATTERN}; give another with --name")
    if key in (before.get("sources") or {}):
        raise ParamsError(
            f"{params}: sources.{key}: there is such an entry already; give another key with --name"
        )
    after = _insert(params, params.read_text(encoding="utf-8"), entry)
    loaded = YAML(typ="safe").load(after)
    parse(params, f"sources.{key}", AnySource, loaded["sources"].pop(key))
    if loaded != {**before, "sources": before.get("sources") or {}}:
        raise AssertionError("inserting the entry changed another value")
    return after


def entry_text(key: str, entry: Source | QuestionSource | InstructionSource) -> str:
    """Return the entry as YAML, indented for `sources`; what is not used is left out."""
    yaml = YAML()
    yaml.width = 4096
    yaml.default_flow_style = False
    yaml.representer.add_representer(
        type(None), lambda r, _: r.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    buffer = StringIO()
    yaml.dump({key: _plain(entry.model_dump(exclude_defaults=True))}, buffer)
    return "".join(f"  {line}\n" for line in buffer.getvalue().splitlines())


def _plain(value: Any) -> Any:
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, dict) else value


def _insert(params: Path, text: str, entry: str) -> str:
    """Put the entry at the end of the section, before the comments that belong to the next one."""
    head = SECTION.search(text)
    if head is None:
        raise ParamsError(f"{params}: sources: missing section; add `sources: {{}}` to the file")
    inline = head.group("inline").strip()
    if inline not in {"", "{}", "null", "~"}:
        raise ParamsError(
            f"{params}: sources: expected indented entries below `sources:`, got {inline[:60]!r}. Write the "
            f"section as indented lines, or add this by hand:\n{entry}"
        )
    lines = text[head.end() :].splitlines(keepends=True)
    end = next((n for n, line in enumerate(lines) if n and re.match(r"[^\s#]", line)), len(lines))
    while end > 1 and not lines[end - 1].startswith(" "):
        end -= 1
    title = f"sources:  {comment}" if (comment := (head.group("comment") or "").strip()) else "sources:"
    body = "".join(lines[:end])
    if not body.endswith("\n"):
        body += "\n"
    return text[: head.start()] + title + body + entry + "".join(lines[end:])
