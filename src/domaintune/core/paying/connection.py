"""A server that `runtime.servers` names: its addresses, its key, and a message for each failure."""

from collections.abc import Mapping
from typing import NamedTuple

from domaintune.core.sections.models import Runtime, Server
from domaintune.core.stage.errors import ParamsError, TeacherError

SHOWN = 300
"""Letters of a server's own words that a message shows."""


class Connection(NamedTuple):
    """A server, how hard to press it, and the key, empty where there is none; `repr` must not show it."""

    name: str
    server: Server
    runtime: Runtime
    key: str

    def __repr__(self) -> str:
        return f"Connection({self.name}, {self.server.base_url})"

    def failure(self, what: str, advice: str) -> TeacherError:
        """Return one message: which server, what happened, what next."""
        return TeacherError(
            f"{self.where()}: {what}. {advice} Answers that arrived are kept; run `dvc repro` again to go on."
        )

    def clean(self, message: str) -> str:
        """Return a server's words without the key, and not pages of them."""
        return self.masked(message)[:SHOWN]

    def masked(self, text: str) -> str:
        """Return a text without the key, which some servers echo."""
        return text.replace(self.key, "***") if self.key else text

    def where(self) -> str:
        """Return how messages name it."""
        return f"server {self.name} ({', '.join(self.server.base_urls)})"


def connect(name: str, runtime: Runtime, environment: Mapping[str, str]) -> Connection:
    """Return a server by its name in `runtime.servers`, with its key from the environment."""
    server = runtime.servers.get(name)
    if server is None:
        known = ", ".join(sorted(runtime.servers)) or "none"
        raise ParamsError(f"params.yaml: runtime.servers.{name}: no such entry; known here: {known}")
    if server.budget_usd is not None and None in (server.price_in, server.price_out):
        raise ParamsError(
            f"params.yaml: runtime.servers.{name}: budget_usd needs price_in and price_out, got none. Give both prices."
        )
    if server.budget_usd is not None and server.mode == "batch":
        raise ParamsError(
            f"params.yaml: runtime.servers.{name}: budget_usd is kept for mode: live, got batch. Choose one of the two."
        )
    if server.api_key_env is None:
        return Connection(name, server, runtime, "")
    key, wrong = environment.get(server.api_key_env, "").strip(), ""
    if not key:
        wrong = f"is not set. Set it to your API key, or set runtime.servers.{name}.api_key_env to null if the server "
        wrong += "wants none"
    elif not (key.isascii() and key.isprintable()) or " " in key:
        wrong = "holds characters that no API key has (spaces, line breaks or non-ASCII letters). Copy the key again"
    if wrong:
        where = (
            f"server {name} ({', '.join(server.base_urls)}): the environment variable {server.api_key_env}"
        )
        raise TeacherError(f"{where} {wrong}. Nothing was sent.")
    return Connection(name, server, runtime, key)
