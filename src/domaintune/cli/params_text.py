"""Values written into the text of params.yaml where they stand, so that comments and other values stay as they are."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from io import StringIO
from operator import getitem
from textwrap import indent
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from domaintune.check.sections import MAPPINGS
from domaintune.core.stage.errors import ParamsError

REPLACED = frozenset(MAPPINGS)
"""Sections of named entries: a recipe's entries take the place of all that are there."""
WORDS = {"null", "true", "false", "yes", "no", "on", "off"}


def applied(text: str, over: Mapping[str, Any]) -> str:
    """Return the text of params.yaml with an overlay written in; comments and other values stay as they are."""
    replaced = REPLACED & set(over)
    for key in sorted(replaced):
        lines = text.splitlines(keepends=True)
        start = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), None)
        if start is None:
            raise ParamsError(f"recipe: {key}: params.yaml has no such section")
        block = indent(dumped(over[key]), "  ") if over[key] else ""
        head = heading(lines[start], key, empty=not over[key])
        text = "".join([*lines[:start], head, block, *lines[block_end(lines, start, 0) :]])
    done = loaded(text)
    for key in sorted(replaced):
        if _value(done, (key,)) != over[key]:
            raise ParamsError(
                f"params.yaml: {key}: indent its closing bracket, or write its entries block by block, then try again"
            )
    return _set_values(text, {key: value for key, value in over.items() if key not in REPLACED})


def loaded(text: str) -> Any:
    """Return the text's values; None where it is not valid YAML."""
    try:
        return YAML(typ="safe").load(text)
    except YAMLError:
        return None


def _leaves(
    over: Mapping[str, Any], document: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what is set where; a mapping that params.yaml has as null or on one line is set as a whole."""
    for key, value in over.items():
        if key not in document:
            raise ParamsError(f"recipe: {'.'.join((*path, key))}: params.yaml has no such parameter")
        if isinstance(value, Mapping) and isinstance(old := document[key], CommentedMap) and not _flows(old):
            yield from _leaves(value, old, (*path, key))
        else:
            yield (*path, key), value


def _place(text: str, parent: CommentedMap, key: str) -> tuple[int, int]:
    """Return line and column of a value; of null, which may be written as nothing at all, those behind the colon."""
    line, column = parent.lc.key(key) if parent[key] is None else parent.lc.value(key)
    if parent[key] is None:
        column = text.splitlines()[line].index(":", column + len(key)) + 1
    return line, column


def _flows(value: Any) -> bool:
    return isinstance(value, CommentedMap | CommentedSeq) and bool(value.fa.flow_style())


def _on_one_line(text: str, line: int, column: int) -> str:
    """Join a value's further lines to its first one and leave as many empty ones, so that line numbers hold."""
    lines = text.splitlines(keepends=True)
    end = block_end(lines, line, column)
    joined = " ".join(one.strip() for one in lines[line:end])
    first = lines[line][: len(lines[line]) - len(lines[line].lstrip())] + joined + "\n"
    return "".join([*lines[:line], first, *["\n"] * (end - line - 1), *lines[end:]])


def _set_values(text: str, over: Mapping[str, Any]) -> str:
    """Change values where they stand in their lines; ruamel says where that is."""
    document = yaml_writer().load(text)
    wanted = list(_leaves(over, document))
    places = []
    for path, value in wanted:
        parent = reduce(getitem, path[:-1], document)
        if parent[path[-1]] != value or type(parent[path[-1]]) is not type(value):
            if not _flows(parent) and _flows(parent[path[-1]]):
                text = _on_one_line(text, parent.lc.value(path[-1])[0], parent.lc.key(path[-1])[1])
            places.append((_place(text, parent, path[-1]), _flows(parent), value))
    lines = text.splitlines(keepends=True)
    for (line, column), flow, value in sorted(places, key=lambda place: place[0], reverse=True):
        head, rest = lines[line][:column], lines[line][column:]
        end = re.search(r"\s*[,}]|\s+#|\s*$" if flow else r"\s+#|\s*$", rest)
        assert end is not None, "the last alternative always matches"
        space = " " * head.endswith(":")  # DVC writes null as nothing at all
        lines[line] = head + space + inline(value) + rest[end.start() :]
    changed = "".join(lines)
    done = loaded(changed)
    for path, value in wanted:
        if _value(done, path) != value:
            raise ParamsError(
                f"params.yaml: {'.'.join(path)}: write the present value on one line, then try again"
            )
    return changed


def _value(document: Any, path: tuple[str, ...]) -> Any:
    try:
        return reduce(getitem, path, document)
    except (KeyError, TypeError):
        return None


def inline(value: Any) -> str:
    """Return YAML of a value on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {inline(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*( [\w./-]+)*", value) and value not in WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def block_end(lines: Sequence[str], start: int, column: int) -> int:
    """Return where the block ends that begins at a line and column; what is said before the next one is that one's."""
    end = start + 1
    for at in range(start + 1, len(lines)):
        plain = lines[at].strip()
        if plain and len(lines[at]) - len(lines[at].lstrip()) > column:
            end = at + 1
        elif plain and not plain.startswith("#"):
            break
    return end


def heading(line: str, key: str, *, empty: bool) -> str:
    """Return the first line of a section with the comment it has."""
    comment = line.partition("#")[2].rstrip("\n")
    return f"{key}:" + " {}" * empty + (f"  #{comment}" if comment else "") + "\n"


def dumped(value: Any) -> str:
    """Return YAML of a value in the style of params.yaml."""
    out = StringIO()
    yaml_writer().dump(value, out)
    return out.getvalue()


def yaml_writer() -> YAML:
    """Return a round-trip YAML that keeps comments, quotes and flow style, and writes null as null."""
    yaml = YAML()
    yaml.width, yaml.preserve_quotes = 4096, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    tag = "tag:yaml.org,2002:null"
    yaml.representer.add_representer(type(None), lambda own, _: own.represent_scalar(tag, "null"))
    return yaml
