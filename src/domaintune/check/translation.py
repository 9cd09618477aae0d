"""What `translate` says against other sections: an endpoint's server, the length of answers, the way back."""

from collections.abc import Iterator, Mapping
from typing import Any

from domaintune.core.stage.params import did_you_mean

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
