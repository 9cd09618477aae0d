"""What a teacher or judge is to the stages: requests in, replies out, in any order."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, Protocol, Self, get_args

from domaintune.core.stage.files import content_id, to_json


class Message(NamedTuple):
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


class Sampling(NamedTuple):
    """Sampling parameters; all of them are part of the key."""

    temperature: float
    top_p: float
    max_tokens: int
    seed: int


class Request(NamedTuple):
    """One question to a model: everything that shapes the answer and nothing else, never a URL."""

    provider: str
    model: str
    revision: str
    messages: tuple[Message, ...]
    sampling: Sampling
    schema: str
    """JSON schema as sorted JSON, or empty."""
    attempt: int
    """0; 1 for the re-ask; from 2 on by `teacher.reask_garbage`. Makes each another request."""

    @property
    def key(self) -> str:
        """Return the ledger key: sha256 over the sorted JSON of all fields."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Return all fields as sorted JSON."""
        value: dict[str, Any] = self._asdict() | {"sampling": self.sampling._asdict()}
        return to_json(value, indent=None)  # messages are tuples, which JSON writes as lists

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what `to_json` wrote; a ValueError says that it is something else."""
        try:
            value = json.loads(text)
            value["messages"] = tuple(Message(*message) for message in value["messages"])
            value["sampling"] = Sampling(**value["sampling"])
            return cls(**value)
        except (TypeError, KeyError, RecursionError) as error:
            raise ValueError(f"not a request: {error}") from error


class Reply(NamedTuple):
    """An answer that was paid for."""

    text: str
    finish: Literal["stop", "length", "refused"]
    prompt_tokens: int
    completion_tokens: int
    model: str = ""
    """What the server called the model that answered, where it is another name than was asked for."""

    def to_json(self) -> str:
        """Return the fields as sorted JSON; `model` only where it says something."""
        value = self._asdict()
        if not self.model:
            del value["model"]
        return to_json(value, indent=None)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read back what `to_json` wrote; a ValueError or TypeError says that it is something else."""
        return cls(**json.loads(text))


def answer_hash(key: str, reply: str) -> str:
    """Return the sha256 of a request's key with the reply's JSON: shows damage and naive edits, not forgery."""
    return content_id(key, reply, length=64)


def storable(text: str) -> str:
    """Return a text as a file can hold it: JSON can carry half a surrogate pair, which no UTF-8 file can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


FailureReason = Literal[
    "needs_model",  # an embedded backend declines what it cannot do
    "too_long",  # the prompt leaves no room for an answer
    "refused_request",  # the server says that the request itself is wrong
    "server_error",  # the server failed at it, each time it was tried
    "timeout",  # no whole answer within the time allowed
    "too_large",  # the answer has more bytes than are read
    "no_text",  # an answer came, without text
]
FAILURES: tuple[FailureReason, ...] = get_args(FailureReason)


class Failure(NamedTuple):
    """No answer, and nothing paid: the reason is one word for the accounts, the detail is for a person.

    A refusal by the model is a Reply with finish `refused`: it was paid for, so the ledger keeps it.
    """

    reason: FailureReason
    detail: str


class Backend(Protocol):
    """Answers requests. A server that cannot be reached or fails in row raises TeacherError instead."""

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request once with its reply, as answers arrive."""
        ...
