"""Whether what params.yaml asks for can be had at all: servers it names, and questions that are held out."""

from collections.abc import Iterator, Mapping
from typing import Any

from domaintune.core.stage.params import did_you_mean


def availability_problems(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield servers that `runtime` does not know, and test questions where none is held out."""
    yield from _servers(everything)
    yield from _tests(everything)


def _servers(everything: Mapping[str, Any]) -> Iterator[str]:
    known = _mapping(everything.get("runtime")).get("servers")
    if not isinstance(known, Mapping):
        return
    asked = {
        f"arms.{key}.endpoint": _mapping(arm).get("endpoint")
        for key, arm in _mapping(everything.get("arms")).items()
    }
    models = {"teacher": everything.get("teacher")}
    models |= {f"{name}.model": _mapping(everything.get(name)).get("model") for name in ("judge", "grade")}
    asked |= {where: one for where, one in models.items() if _mapping(one).get("backend") == "openai"}
    for where, one in asked.items():
        name = _mapping(one).get("server")
        if name is not None and str(name) not in known:
            yield f"{where}.server: {name} is no entry of runtime.servers{did_you_mean(str(name), known)}"


def _tests(everything: Mapping[str, Any]) -> Iterator[str]:
    if _mapping(everything.get("corpus")).get("test_fraction") != 0:
        return
    for key, entry in _mapping(everything.get("benchmarks")).items():
        if _mapping(entry).get("split") == "test":
            yield f"benchmarks.{key}.split: test, but corpus.test_fraction is 0, so no question is held out"
    asked = _mapping(_mapping(everything.get("answer")).get("questions"))
    held_out = any(
        _mapping(one).get("use") == "evaluate" for one in _mapping(everything.get("sets")).values()
    )
    if asked.get("from") == "test" and asked.get("n") and not held_out:
        yield (
            "answer.questions.from: test, but corpus.test_fraction is 0 and no set has use: evaluate, so no question "
            "is held out"
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
