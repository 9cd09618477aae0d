"""What a stage's code amounts to, a line a definition it reaches: comments and moved functions change none of it."""

import hashlib
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from domaintune.check.definitions import BODY, PACKAGE, Definition, Imported, Module, is_ours, parse_module
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import file_hash

ALL = "*"
FRAME: Mapping[str, Set[str]] = {
    f"{PACKAGE}.core.stage.running": {ALL},  # command line, versions, lock, end with the parent, errors
    f"{PACKAGE}.core.stage.progress": {ALL},  # bars and lines, and what it cost
    f"{PACKAGE}.core.stage.files": {"replacing", "unwritable"},  # all of a file or nothing, a full disk
    f"{PACKAGE}.core.stage.params": {
        "did_you_mean",
        "_problem",
    },  # what is said of a wrong value
    f"{PACKAGE}.core.stage.renamed": {ALL},  # what is said of a former name
    f"{PACKAGE}.core.models.pointer": {"writing", "UNTYPED"},  # all of a folder or nothing
    f"{PACKAGE}.train.curve": {"Shown"},  # how far it is, and the curve so far
}
"""What holds a run and stops it, and cannot shape a row: that it is used counts, what it holds does not."""
LEFT_OUT = ("*.py", "*.py[co]", ".*")


class Place(NamedTuple):
    """Where a definition stands."""

    module: str
    name: str


class Reached(NamedTuple):
    """What running a stage executes."""

    definitions: Mapping[Place, Definition]
    links: Mapping[Place, Mapping[str, tuple[Place, ...] | str]]
    """Name → the definitions it leads to, or what it is of which library."""
    modules: frozenset[str]
    """All modules that are imported."""

    @property
    def libraries(self) -> set[str]:
        """Top-level import names of what is used of other packages, the standard library among them."""
        targets = (target for links in self.links.values() for target in links.values())
        return {target.partition(":")[0].partition(".")[0] for target in targets if isinstance(target, str)}


def read_sources(src: Path) -> dict[str, str]:
    """Return the package's modules, by their dotted names."""
    paths = sorted((src / PACKAGE).rglob("*.py"))
    return {".".join(p.relative_to(src).with_suffix("").parts): p.read_text(encoding="utf-8") for p in paths}


def stages_of(sources: Mapping[str, str]) -> list[str]:
    """Return the stages: folders that can be run."""
    return [name.split(".")[1] for name in sorted(sources) if name.endswith(".__main__")]


def code_text(sources: Mapping[str, str], src: Path, stage: str) -> str:
    """Return name and hash of each definition that a stage reaches and of each template, and one of how they hang."""
    found = reached(sources, stage)
    lines = {f"{place.name} {_hash(one.text)}" for place, one in found.definitions.items() if one.text}
    parts = (src / PACKAGE / part for part in (stage, "core", "science"))
    beside = [p for part in parts for p in part.rglob("*") if p.is_file() and not any(map(p.match, LEFT_OUT))]
    lines |= {f"{p.relative_to(src / PACKAGE)} {file_hash(p)[:16]}" for p in beside}
    return "\n".join([*sorted(lines), f"together {together(found)}"]) + "\n"


def reached(sources: Mapping[str, str], stage: str) -> Reached:
    """Follow every name from the stage's `__main__` on, and the statements of every module that is imported."""
    main = f"{PACKAGE}.{stage}.__main__"
    waiting = [Place(main, name) for name in _module(sources, main).definitions]
    definitions: dict[Place, Definition] = {}
    links: dict[Place, Mapping[str, tuple[Place, ...] | str]] = {}
    while waiting:
        place = waiting.pop()
        if place in definitions:
            continue
        if _in_frame(place):
            definitions[place], links[place] = Definition("", frozenset(), {}, frozenset()), {}
            continue
        module = _module(sources, place.module)
        one = definitions[place] = module.definitions[place.name]
        links[place] = dict(_links(sources, module, place))
        waiting += [to for target in links[place].values() if not isinstance(target, str) for to in target]
        waiting.append(Place(place.module, BODY))
        run = {**one.imports, **(module.imports if place.name == BODY else {})}
        both = ((f"{to.module}.{to.name}", to.module) for to in run.values())
        waiting += [Place(file, BODY) for names in both for file in names if file in sources]
    return Reached(definitions, links, frozenset(place.module for place in definitions))


def together(found: Reached) -> str:
    """Return a hash of the graph of definitions: two graphs have the same if they unfold to the same tree.

    Each definition's hash is refined by those of the definitions it names, until no two more can be told apart.
    """
    base = {to: _hash(f"{to.name} {_in_frame(to)} {one.text}") for to, one in found.definitions.items()}
    hashes, count = base, 0
    while len(set(hashes.values())) > count:
        count, before = len(set(hashes.values())), hashes
        hashes = {}
        for place, links in found.links.items():
            leads = {
                name: to if isinstance(to, str) else [before[one] for one in to] for name, to in links.items()
            }
            hashes[place] = _hash(base[place], *(f"{name} {to}" for name, to in leads.items()))
    return _hash(*sorted(set(hashes.values())))


def _in_frame(place: Place) -> bool:
    return not {ALL, place.name}.isdisjoint(FRAME.get(place.module, ()))


def _links(
    sources: Mapping[str, str], module: Module, place: Place
) -> Iterator[tuple[str, tuple[Place, ...] | str]]:
    one = module.definitions[place.name]
    run = {**one.imports, **(module.imports if place.name == BODY else {})}
    yield from ((name, _target(sources, to)) for name, to in sorted(run.items()) if "." in name)
    for name in sorted(one.spelt):
        there, _, last = name.rpartition(".")
        if there in sources and last in _module(sources, there).definitions:
            yield name, (Place(there, last),)
    for name in sorted(one.names):
        if name in one.imports:
            yield name, _target(sources, one.imports[name])
        elif name in module.definitions:
            yield name, (Place(place.module, name),)
        elif name in module.imports:
            yield name, _target(sources, module.imports[name])


def _target(sources: Mapping[str, str], to: Imported) -> tuple[Place, ...] | str:
    """Return where an imported name leads: one definition, all of a module's, or a library's."""
    if not is_ours(to.module):
        return f"{to.module}:{to.name}"
    whole = f"{to.module}.{to.name}" if to.name else to.module
    if whole in sources:
        return tuple(Place(whole, name) for name in sorted(_module(sources, whole).definitions))
    module = _module(sources, to.module)
    if to.name in module.imports:
        return _target(sources, module.imports[to.name])
    if to.name not in module.definitions:
        raise InputError(f"src: {to.module} has no {to.name}, which another module imports")
    return (Place(to.module, to.name),)


def _module(sources: Mapping[str, str], name: str) -> Module:
    if name not in sources:
        raise InputError(f"src: there is no module {name}, which another one imports")
    return parse_module(sources[name], name)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
