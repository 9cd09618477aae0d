"""Whether what params.yaml asks for can be had: servers, held-out questions, room for a translation, the way back."""

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


BACK = ("en", "ko")
"""Languages whose script is checked, so that rows can be translated back into them."""


def translation_problems(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield an endpoint without its server, requests that no answer can hold, and rows that cannot go back."""
    sent = everything.get("translate")
    if not isinstance(sent, dict):
        return
    if sent.get("engine") == "endpoint":
        yield from _server(sent.get("endpoint"), everything.get("runtime"))
    elif everything.get("sets"):
        yield from _cut_off(sent, everything.get("teacher"))
    rows = sent.get("back_translation")
    if isinstance(rows, int) and rows > 0:
        yield from _no_way_back(everything.get("sets"), everything.get("sources"))


def _server(endpoint: Any, runtime: Any) -> Iterator[str]:
    known = runtime.get("servers") if isinstance(runtime, dict) else None
    name = endpoint.get("server") if isinstance(endpoint, dict) else None
    if name is not None and isinstance(known, dict) and str(name) not in known:
        hint = did_you_mean(str(name), known)
        yield f"translate.endpoint.server: {name} is no entry of runtime.servers{hint}"


def _cut_off(sent: dict[str, Any], teacher: Any) -> Iterator[str]:
    tokens = sent.get("max_tokens_a_request")
    longest = teacher.get("max_tokens") if isinstance(teacher, dict) else None
    if isinstance(tokens, int) and isinstance(longest, int) and tokens > longest:
        yield (
            f"translate.max_tokens_a_request: {tokens} is more than teacher.max_tokens = {longest}, so that a "
            "translation would be cut off"
        )


def _no_way_back(sets: Any, sources: Any) -> Iterator[str]:
    for key, one in sets.items() if isinstance(sets, dict) else ():
        if not isinstance(one, dict) or not one.get("to"):
            continue
        source = sources.get(str(one.get("source"))) if isinstance(sources, dict) else None
        languages = source.get("languages") if isinstance(source, dict) else None
        others = [str(code) for code in languages if code not in BACK] if isinstance(languages, list) else []
        if others:
            yield (
                f"sets.{key}: translate.back_translation goes back into {' and '.join(BACK)} only, but its source "
                f"{one['source']} is in {', '.join(others)}; set translate.back_translation to 0"
            )
