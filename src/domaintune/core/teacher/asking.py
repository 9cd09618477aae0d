"""Asking a teacher or judge for JSON: the ledger first, then the backend, then the repair ladder."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Message, Reply, Request, Sampling
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.stage.files import to_json
from domaintune.core.teacher.repair import Check, Prose, Read, Tidy, Unreadable, read_answer

Outcome = Literal["parsed", "repaired", "reasked", "unparsed", "refused", "needs_model", "too_long"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Unserved = Literal["refused_request", "server_error", "timeout"]
"""Further outcomes, which the accounts name where there are some."""


def object_schema(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an object that has all of these properties and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


class Prompt(NamedTuple):
    """What is asked. `id` is the caller's own name for it, unique in one call."""

    id: str
    messages: tuple[Message, ...]
    context: Mapping[str, Any] | None = None
    """The facts behind the messages. An embedded backend gets these as JSON in one user message instead, but for
    `recorded`, which answers the messages themselves."""
    repeat: int = 0
    """How often the same was asked before: each time has a sampling seed of its own, and is a request of its own."""


class Asked(NamedTuple):
    """What came of a prompt. `value` is None unless the outcome is parsed, repaired or reasked."""

    id: str
    value: Any | None
    outcome: Outcome | Unserved
    detail: str
    """Why it could not be used; of one that was asked again, why the first answer could not."""
    request_id: str
    """Key of the request whose answer was used, or of the last one tried."""


class Asker:
    """Climbs the ladder strict JSON → local repair → prose → one re-ask with the schema → unparsed."""

    def __init__(self, settings: Settings, payer: Payer) -> None:
        self._settings, self._payer = settings, payer
        self.outcomes: Counter[str] = Counter()

    def ask_json(
        self,
        prompts: Sequence[Prompt],
        schema: Mapping[str, Any],
        check: Check | None = None,
        tidy: Tidy | None = None,
        prose: Prose | None = None,
    ) -> list[Asked]:
        """Return one result a prompt, in prompt order. `check` names what is wrong with a schema-valid value.

        `tidy` puts an answer into the schema's spelling where it is not, and `prose` finds in an answer without JSON
        what was asked for: both count as repaired.
        """
        read = partial(read_answer, schema=schema, check=check, tidy=tidy, prose=prose)
        firsts = [self._request(prompt, schema) for prompt in prompts]
        replies = self._payer.answers(firsts)
        results = [_asked(p.id, r, replies[r.key], read) for p, r in zip(prompts, firsts, strict=True)]
        seconds = {
            at: _second(firsts[at], replies[firsts[at].key], result.detail, schema)
            for at, result in enumerate(results)
            if result.outcome == "unparsed" and not self._payer.embedded
        }
        replies |= self._payer.answers(list(seconds.values()))
        for at, request in seconds.items():
            result, why = _asked(prompts[at].id, request, replies[request.key], read), results[at].detail
            usable = result.outcome in ("parsed", "repaired")
            results[at] = result._replace(outcome="reasked", detail=why) if usable else result
        self.outcomes.update(result.outcome for result in results)
        return results

    def counts(self) -> dict[str, int]:
        """Return outcome counts and the tokens of all answers used, re-asks included."""
        replies = [reply for _, reply in self._payer.used.values()]
        return {
            **dict.fromkeys(OUTCOMES, 0),
            **self.outcomes,
            "answers_used": len(replies),
            "prompt_tokens": sum(reply.prompt_tokens for reply in replies),
            "completion_tokens": sum(reply.completion_tokens for reply in replies),
        }

    def _request(self, prompt: Prompt, schema: Mapping[str, Any]) -> Request:
        settings, messages = self._settings, prompt.messages
        if self._payer.embedded and settings.backend != "recorded":
            messages = (Message("user", to_json(dict(prompt.context or {}), indent=None)),)
        return Request(
            provider=settings.provider,
            model=self._payer.model,
            revision=self._payer.revision,
            messages=messages,
            sampling=Sampling(
                settings.temperature, settings.top_p, settings.max_tokens, settings.seed + prompt.repeat
            ),
            schema=to_json(dict(schema), indent=None) if settings.json_schema else "",
            attempt=0,
        )


def _second(first: Request, reply: Reply | Failure, problem: str, schema: Mapping[str, Any]) -> Request:
    """Return the one re-ask: the bad answer, what was wrong with it, and the schema in words."""
    bad = reply.text if isinstance(reply, Reply) else ""
    again = (
        f"Your answer could not be used: {problem}\n"
        "Reply with one JSON value that matches this JSON schema, and with nothing else:\n"
        f"{to_json(dict(schema))}"
    )
    messages = (*first.messages, Message("assistant", bad), Message("user", again))
    return first._replace(messages=messages, attempt=1)


def _asked(
    name: str, request: Request, reply: Reply | Failure, read: Callable[..., Read | Unreadable]
) -> Asked:
    if isinstance(reply, Failure):
        return Asked(name, None, reply.reason, reply.detail, request.key)
    if reply.finish == "refused":
        return Asked(name, None, "refused", reply.text[:500], request.key)
    match read(reply.text, complete=reply.finish == "stop"):
        case Read(value, repaired):
            return Asked(name, value, "repaired" if repaired else "parsed", "", request.key)
        case Unreadable(problem):
            return Asked(name, None, "unparsed", problem, request.key)
