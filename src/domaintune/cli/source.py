"""`domaintune source`: look at a raw file and write its entry into params.yaml, or take entries out of it, as lines."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from textwrap import indent
from typing import Annotated, Any

import typer
from ruamel.yaml import YAML

from domaintune.check.references import REFERENCES
from domaintune.check.sections import entries
from domaintune.cli.params_text import block_end, dumped, heading, loaded
from domaintune.cli.proposing import propose
from domaintune.core.sections.sources import InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.files import write_text
from domaintune.core.stage.params import KEY_PATTERN, read_yaml

app = typer.Typer(help="Add raw corpora to params.yaml, or remove them.", no_args_is_help=True)
KINDS = (
    "CSV, TSV, JSON, JSON Lines, Parquet or a folder of them, TechPort search JSON, "
    "instruction sets (JSON, JSON Lines, plain dialogues), a "
    "folder of .txt, .md and .pdf files, a folder that is a data set, or hub:owner/name@revision (#split)."
)
NAMED_IN = {
    "train": "a task's `sources`",
    "instructions": "an entry of `sets`",
    "benchmark": "the `sources` of an entry of `benchmarks`",
    "documents": "the `sources` of a task (`science_qa` suits any scientific text)",
}
"""By the use of questions, and the kind of others: where an entry is to be named."""
PARAMS = Path("params.yaml")
COMPOSED = re.compile(r"data/raw/starter/(?P<corpus>[^/'\"]+)|recipes/data/")
"""Where the corpora lie that come with this project; those of stage `sample` by their name there."""


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
    where = NAMED_IN[getattr(proposal.entry, "use", proposal.entry.kind)]
    typer.echo(f"next: correct it where needed, name {key} in {where}, then run `dvc repro`")


@app.command()
def remove(
    names: Annotated[list[str] | None, typer.Argument(help="Keys of `sources`.")] = None,
    starter: Annotated[
        bool, typer.Option("--starter", help="All sources that come with this project.")
    ] = False,
    params: Annotated[Path, typer.Option(help="The file to write to.")] = PARAMS,
) -> None:
    """Take entries out of `sources` in params.yaml, and say what else refers to them."""
    before, keys = read_yaml(params), names or []
    if starter:
        found = entries(before, "sources").items()
        keys += [key for key, one in found if COMPOSED.match(str(one.get("path")))]
    if not keys:
        why = "none of its sources comes with this project" if starter else "no entry is named"
        raise ParamsError(f"{params}: sources: {why}; name the entries to remove, or give --starter")
    write_text(params, without_entries(params, set(keys)))
    typer.echo(f"{params}: removed from `sources`: {', '.join(dict.fromkeys(keys))}")
    for line in left_to_do(before, set(keys)):
        typer.echo(f"- {line}")
    typer.echo(
        "next: mend what is named above, run `dvc checkout --allow-missing`, which removes the tables of what is "
        "gone, then `dvc repro check`"
    )


def key_of(path: Path) -> str:
    """Return a key made of a file's or data set's name."""
    name = path.as_posix().partition("@")[0].partition("#")[0]  # of a reference, owner/name without revision
    return re.sub(r"[^a-z0-9]+", "_", Path(name).stem.casefold()).strip("_") or "source"


def with_entry(params: Path, key: str, entry: str) -> str:
    """Return the text of params.yaml with one more entry in `sources`."""
    before = read_yaml(params)
    sources = before.get("sources") or {}
    if not re.match(KEY_PATTERN, key):
        raise ParamsError(f"{params}: sources.{key}: a key matches {KEY_PATTERN}; give another with --name")
    if key in sources:
        raise ParamsError(
            f"{params}: sources.{key}: there is such an entry already; give another key with --name"
        )
    lines = params.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next((n for n, line in enumerate(lines) if line.startswith("sources:")), None)
    if at is None:
        raise ParamsError(f"{params}: sources: missing section; add `sources: {{}}` to the file")
    end = block_end(lines, at, 0)
    if not sources:
        lines[at] = heading(lines[at], "sources", empty=False)
    lines[end - 1] = lines[end - 1].rstrip("\n") + "\n"  # the file's last line may have none
    after = "".join([*lines[:end], entry, *lines[end:]])
    if loaded(after) != {**before, "sources": sources | loaded(entry)}:
        inline = lines[at].partition(":")[2].strip()
        raise ParamsError(
            f"{params}: sources: expected indented entries below `sources:`, got {inline[:60]!r}. Write the "
            f"section as indented lines, or add this by hand:\n{entry}"
        )
    return after


def without_entries(params: Path, keys: Collection[str]) -> str:
    """Return the text of params.yaml without some entries of `sources`, and without the comments within them."""
    before = read_yaml(params)
    sources = before.get("sources") or {}
    if unknown := sorted(set(keys) - set(sources)):
        raise ParamsError(
            f"{params}: sources: no entry {', '.join(unknown)}; there are {', '.join(sources) or 'none'}"
        )
    left = {name: entry for name, entry in sources.items() if name not in keys}
    text = params.read_text(encoding="utf-8")
    places, lines = YAML().load(text)["sources"].lc, text.splitlines(keepends=True)
    for line, column in sorted(map(places.key, keys), reverse=True):
        del lines[line : block_end(lines, line, column)]
    for at, one in enumerate(lines):
        if not left and one.startswith("sources:"):
            lines[at] = heading(one, "sources", empty=True)
    if loaded("".join(lines)) != {**before, "sources": left}:
        raise ParamsError(
            f"{params}: sources: expected indented entries below `sources:`; remove {', '.join(sorted(keys))} by hand"
        )
    return "".join(lines)


def left_to_do(before: Mapping[str, Any], keys: Collection[str]) -> Iterator[str]:
    """Yield what else in params.yaml refers to sources that are removed, and what is to be done about each."""
    for section, path in ((section, path) for section, path, target in REFERENCES if target == "sources"):
        field = path.removesuffix("[]")
        for name, entry in entries(before, section).items():
            value = entry.get(field) or []
            named = [value] if isinstance(value, str) else value
            if gone := [key for key in named if key in keys]:
                whole = f"name another source, or remove {section}.{name}"
                rest = "take it out" if len(gone) < len(named) else whole
                yield f"{section}.{name}.{field} names {', '.join(gone)}: {rest}"
    sources = before.get("sources") or {}
    others = {**before, "sources": {name: entry for name, entry in sources.items() if name not in keys}}
    removed, read = (
        {found["corpus"] for found in COMPOSED.finditer(str(values))}
        for values in ([sources[key]["path"] for key in keys], others)
    )
    for corpus in sorted((removed - read) & entries(before, "sample").keys()):
        yield f"sample.{corpus} composes a corpus that no entry reads any more: remove it"


def entry_text(key: str, entry: Source | QuestionSource | InstructionSource) -> str:
    """Return the entry as YAML, indented for `sources`; what is not used is left out."""
    return indent(dumped({key: entry.model_dump(exclude_defaults=True)}), "  ")
