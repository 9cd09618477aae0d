"""`teacher`: the model that writes instruction data. `judge.model` has the same shape for the judge."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.stage.params import Params


class Teacher(Params):
    """A model that is asked through one protocol."""

    section: ClassVar[str] = "teacher"
    backend: Literal["openai", "transformers", "extractive", "overlap", "surface"]
    """OpenAI-compatible server, local model, or an embedded offline one: `extractive` teaches, `overlap` judges,
    `surface` stands where rows are graded."""
    provider: str = Field(min_length=1)
    """A name of your choice for who answers; part of the ledger key, so that two servers may share answers."""
    server: str
    """Key in `runtime.servers` with the base URL and the name of the key's environment variable (backend openai)."""
    model: str = Field(min_length=1)
    """The model's name at the server, or a local folder or hub id (backend transformers)."""
    revision: str
    """Model revision, part of the ledger key; empty where the server has none."""
    temperature: float = Field(ge=0, le=2)
    top_p: float = Field(gt=0, le=1)
    max_tokens: int = Field(gt=0)
    """Longest answer in tokens."""
    seed: int
    """Sampling seed sent with the request and part of its key."""
    json_schema: bool
    """Send the schema as `response_format`; false for servers that refuse it. The answer is checked either way."""
