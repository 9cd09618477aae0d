"""`runtime`: where and how fast, never what; the one section that is deliberately no DVC parameter."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Server(Params):
    """A server: OpenAI-compatible, or a translation endpoint (`translate.endpoint`)."""

    section: ClassVar[str] = "runtime"
    base_url: str = Field(pattern=r"^https?://")
    """Where the paths of its protocol begin: before /chat/completions, or before /v2/translate."""
    api_key_env: str | None = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name of the environment variable with the key; null when the server wants none. The key itself goes nowhere."""


class Runtime(Params):
    """Settings that change no result."""

    section: ClassVar[str] = "runtime"
    servers: dict[str, Server]
    concurrency: int = Field(gt=0)
    """Requests in flight."""
    timeout_s: float = Field(gt=0)
    """Longest wait for one answer."""
    max_retries: int = Field(ge=0)
    """Further attempts after 408, 409, 429, 5xx or a broken connection."""
    teacher_batch: int = Field(gt=0)
    """Prompts a batch for backend transformers."""
    threads: int | None = Field(gt=0)
    """torch threads; null: all cores. CPU results are byte-identical for the same number."""
    device: Literal["auto", "cpu", "cuda"]
