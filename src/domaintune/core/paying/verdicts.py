"""What an answer over HTTP means: a result, once more, a loss of this one request, or the end of the run."""

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from domaintune.core.paying.connection import Connection
from domaintune.core.paying.posting import Response, Trouble
from domaintune.core.paying.protocol import Failure
from domaintune.core.stage.errors import TeacherError

MAX_WAIT_S = 120.0
"""Longest wait that a server may ask for; one that asks for more is asked again by hand."""
PASSING = {408, 409, 425, 429}
SLOW_DOWN = {429, 503, 529}
USED_UP = ("insufficient_quota", "billing", "quota_exceeded")


class Again(NamedTuple):
    """To be tried once more."""

    reason: Literal["server_error", "timeout", "no_text", "unreachable"]
    detail: str
    slow: bool = False
    """The server says that it gets too much at once."""
    after_s: float = 0.0
    """Seconds that the server asks to wait."""
    free: bool = False
    """At once, in another form: no attempt that counts."""


def verdict_on(
    connection: Connection, response: Response | Trouble
) -> Response | Again | Failure | TeacherError:
    """Return a response that holds a result or a refusal of this one request (4xx), or else what is to be done."""
    if isinstance(response, Trouble):
        return _of_trouble(connection, response)
    status = response.status
    code, message = told(response.body)
    message = connection.clean(message)
    if 300 <= status < 400 or status in (401, 403, 404):
        return _of_address(connection, response, message)
    if status < 500 and status not in PASSING:
        return response
    wait = _retry_after(response.headers)
    if status == 429 and (code in USED_UP or wait > MAX_WAIT_S):
        told_wait = f", come back in {wait:.0f} s" if wait > MAX_WAIT_S else ""
        return connection.failure(
            f"gives no more answers for now (429: {message}{told_wait})",
            "Wait, or raise the limit in your account with the provider.",
        )
    return Again("server_error", f"{status}: {message}", status in SLOW_DOWN, min(wait, MAX_WAIT_S))


def _of_address(connection: Connection, response: Response, message: str) -> TeacherError:
    """Return the error that every request to this address with this key would meet."""
    status = response.status
    if status == 404:
        what, advice = (
            f"does not know this model or address (404: {message})",
            "Check the model's name and base_url.",
        )
    elif status < 400:
        to = connection.clean(response.headers.get("Location", "nowhere"))
        what, advice = (
            f"redirects to {to} ({status}), where nothing was sent",
            "Correct base_url in runtime.servers.",
        )
    else:
        variable = connection.server.api_key_env or "(none given)"
        what = f"refused the key in {variable} ({status}: {message})"
        advice = "Set that environment variable to a valid key; runtime.servers names the variable."
    return connection.failure(what, advice)


def _of_trouble(connection: Connection, trouble: Trouble) -> Again | Failure | TeacherError:
    detail = connection.clean(trouble.detail)
    if trouble.problem == "too_large":
        return Failure("too_large", detail)
    if trouble.problem == "untrusted":
        return connection.failure(
            f"cannot be trusted ({detail})",
            "Give it a certificate that this machine trusts, name an authority's file in SSL_CERT_FILE, or write "
            "http:// in base_url if it speaks no TLS.",
        )
    if trouble.problem == "unreachable":
        return Again("unreachable", detail)
    if trouble.problem == "timeout":
        return Again("timeout", detail, slow=True)
    return Again("server_error", detail)


def told(body: bytes) -> tuple[str, str]:
    """Return code and message of an error body, whatever it is."""
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", body[:300].decode(errors="replace")
    error = value.get("error", value) if isinstance(value, Mapping) else value
    if not isinstance(error, Mapping):
        return "", str(error)[:300]
    return str(error.get("code") or error.get("type") or ""), str(error.get("message") or error)[:300]


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds of Retry-After; of a date, or nonsense, none: our own waiting serves as well."""
    try:
        seconds = float(headers.get("Retry-After", 0))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < float("inf") else 0.0
