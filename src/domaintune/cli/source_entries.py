"""Entries of `sources` in params.yaml, added and removed as lines, so that comments and all other lines stay."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from domaintune.cli.params_text import dumped
from domaintune.core.sections.sources import AnySource, InstructionSource, QuestionSource, Source
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import KEY_PATTERN, parse, read_yaml

SECTION = re.compile(r"^sources:[ \t]*(?P<inline>[^#\n]*?)(?P<comment>[ \t]*#[^\n]*)?$", re.MULTILINE)
REFERRING = {
    "references": ("source",),
    "tasks": ("sources",),
    "sets": ("source",),
    "benchmarks": ("sources", "shots_from"),
}
"""Section → its entries' fields that name sources."""
COMPOSED = re.compile(r"data/raw/starter/(?P<corpus>[^/]+)|recipes/data/")
"""Where the corpora lie that come with this project; those of stage `sample` by their name there."""


def with_entry(params: Path, key: str, entry: str) -> str:
    """Return the text of params.yaml with one more entry in `sources`.

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


def without_entries(params: Path, keys: Collection[str]) -> str:
    """Return the text of params.yaml without some entries of `sources`, and without the comments within them.

    Raises:
        ParamsError: there is no such entry, or the section is written in one line.
    """
    before = read_yaml(params)
    sources = before.get("sources") or {}
    if unknown := sorted(set(keys) - set(sources)):
        raise ParamsError(
            f"{params}: sources: no entry {', '.join(unknown)}; there are {', '.join(sources) or 'none'}"
        )
    text = params.read_text(encoding="utf-8")
    left = {name: entry for name, entry in sources.items() if name not in keys}
    try:
        after = _cut(text, keys, empty=not left)
        same = YAML(typ="safe").load(after) == {**before, "sources": left}
    except YAMLError:
        same = False
    if not same:
        raise ParamsError(
            f"{params}: sources: expected indented entries below `sources:`; remove {', '.join(sorted(keys))} by hand"
        )
    return after


def starter_keys(params: Path) -> list[str]:
    """Return the keys of the sources that come with this project."""
    sources = read_yaml(params).get("sources") or {}
    return [key for key, entry in sources.items() if COMPOSED.match(str(entry.get("path")))]


def left_to_do(before: Mapping[str, Any], keys: Collection[str]) -> Iterator[str]:
    """Yield what else in params.yaml refers to sources that are removed, and what is to be done about each."""
    for section, fields in REFERRING.items():
        for name, entry in (before.get(section) or {}).items():
            for field in fields:
                value = entry.get(field) or []
                named = [value] if isinstance(value, str) else value
                if gone := [key for key in named if key in keys]:
                    what = f"{section}.{name}.{field} names {', '.join(gone)}"
                    rest = "take it out" if len(gone) < len(named) else "name another source"
                    yield f"{what}: {rest}{'' if rest == 'take it out' else f', or remove {section}.{name}'}"
    sources = before.get("sources") or {}
    corpora = {found["corpus"] for key in keys if (found := COMPOSED.match(str(sources[key]["path"])))}
    others = {**before, "sources": {name: entry for name, entry in sources.items() if name not in keys}}
    read = {found["corpus"] for path in _texts(others) if (found := COMPOSED.match(path))}
    for corpus in sorted(name for name in corpora - read if name in (before.get("sample") or {})):
        yield f"sample.{corpus} composes a corpus that no entry reads any more: remove it"


def entry_text(key: str, entry: Source | QuestionSource | InstructionSource) -> str:
    """Return the entry as YAML, indented for `sources`; what is not used is left out."""
    text = dumped({key: entry.model_dump(exclude_defaults=True)})
    return "".join(f"  {line}\n" for line in text.splitlines())


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
    body = "".join(lines[:end])
    if not body.endswith("\n"):
        body += "\n"
    return text[: head.start()] + _title("sources:", head) + body + entry + "".join(lines[end:])


def _cut(text: str, keys: Collection[str], *, empty: bool) -> str:
    """Take the lines of some entries out; comments right above the next entry are that entry's."""
    lines = text.splitlines(keepends=True)
    sources = YAML().load(text)["sources"]
    starts = {key: sources.lc.key(key) for key in sources}
    for key in sorted(keys, key=lambda name: starts[name], reverse=True):
        start, column = starts[key]
        end = start + 1
        while end < len(lines) and (
            not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > column
        ):
            end += 1
        while not lines[end - 1].strip():
            end -= 1
        del lines[start:end]
    whole = "".join(lines)
    return SECTION.sub(lambda head: _title("sources: {}", head), whole, count=1) if empty else whole


def _title(words: str, head: re.Match[str]) -> str:
    """Return the section's first line with the comment it has."""
    comment = (head["comment"] or "").strip()
    return f"{words}  {comment}" if comment else words


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts of a YAML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
