"""Whether what params.yaml asks for can be had: servers, held-out questions, room for a translation, the way back."""

from collections.abc import Iterator, Mapping
from typing import Any

from domaintune.check.sections import mapping
from domaintune.core.stage.params import did_you_mean

BACK = ("en", "ko")
"""Languages whose script is checked, so that rows can be translated back into them."""


def availability_problems(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield what params.yaml asks for and cannot be had; values of wrong types are left to their own sections."""
    yield from _servers(everything)
    yield from _tests(everything)
    sent = mapping(everything.get("translate"))
    if sent.get("engine") != "endpoint" and everything.get("sets"):
        yield from _cut_off(
            sent.get("max_tokens_a_request"), mapping(everything.get("teacher")).get("max_tokens")
        )
    rows = sent.get("back_translation")
    if isinstance(rows, int) and rows > 0:
        yield from _no_way_back(mapping(everything.get("sets")), mapping(everything.get("sources")))


def _servers(everything: Mapping[str, Any]) -> Iterator[str]:
    known = mapping(everything.get("runtime")).get("servers")
    if not isinstance(known, Mapping):
        return
    asked = {
        f"arms.{key}.endpoint": mapping(arm).get("endpoint")
        for key, arm in mapping(everything.get("arms")).items()
    }
    models = {"teacher": everything.get("teacher")}
    models |= {f"{name}.model": mapping(everything.get(name)).get("model") for name in ("judge", "grade")}
    asked |= {where: one for where, one in models.items() if mapping(one).get("backend") == "openai"}
    if (sent := mapping(everything.get("translate"))).get("engine") == "endpoint":
        asked["translate.endpoint"] = sent.get("endpoint")
    for where, one in asked.items():
        name = mapping(one).get("server")
        if name is not None and str(name) not in known:
            yield f"{where}.server: {name} is no entry of runtime.servers{did_you_mean(str(name), known)}"


def _tests(everything: Mapping[str, Any]) -> Iterator[str]:
    if mapping(everything.get("corpus")).get("test_fraction") != 0:
        return
    for key, entry in mapping(everything.get("benchmarks")).items():
        if mapping(entry).get("split") == "test":
            yield f"benchmarks.{key}.split: test, but corpus.test_fraction is 0, so no question is held out"
    asked = mapping(mapping(everything.get("answer")).get("questions"))
    held_out = any(mapping(one).get("use") == "evaluate" for one in mapping(everything.get("sets")).values())
    if asked.get("from") == "test" and asked.get("n") and not held_out:
        yield (
            "answer.questions.from: test, but corpus.test_fraction is 0 and no set has use: evaluate, so no question "
            "is held out"
        )


def _cut_off(tokens: Any, longest: Any) -> Iterator[str]:
    if isinstance(tokens, int) and isinstance(longest, int) and tokens > longest:
        yield (
            f"translate.max_tokens_a_request: {tokens} is more than teacher.max_tokens = {longest}, so that a "
            "translation would be cut off"
        )


def _no_way_back(sets: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[str]:
    for key, one in sets.items():
        languages = mapping(sources.get(str(mapping(one).get("source")))).get("languages")
        others = [str(code) for code in languages if code not in BACK] if isinstance(languages, list) else []
        if others and mapping(one).get("to"):
            yield (
                f"sets.{key}: translate.back_translation goes back into {' and '.join(BACK)} only, but its source "
                f"{one['source']} is in {', '.join(others)}; set translate.back_translation to 0"
            )
