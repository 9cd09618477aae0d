"""What `translate` says against `teacher` and `runtime`: an endpoint's server, and the length of answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from domaintune.core.stage.params import did_you_mean


def translation_problems(everything: Mapping[str, Any]) -> Iterator[str]:
    """Yield an endpoint whose server is not there, and requests that no answer of the teacher can hold."""
    sent = everything.get("translate")
    if not isinstance(sent, dict):
        return
    if sent.get("engine") == "endpoint":
        yield from _server(sent.get("endpoint"), everything.get("runtime"))
    elif everything.get("sets"):
        yield from _cut_off(sent, everything.get("teacher"))


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
