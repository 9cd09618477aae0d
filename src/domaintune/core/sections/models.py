"""`models`: foundation models, built (starter) or pinned (hub, local)."""

from typing import ClassVar, Literal

from pydantic import Field

from domaintune.core.rendering.alpaca import Header
from domaintune.core.stage.params import OneOf, Params


class StarterModel(Params):
    """A tiny Llama trained from nothing on composed text."""

    section: ClassVar[str] = "models"
    kind: Literal["starter"]
    reads: str = Field(pattern=r"^[^'\n]+$")
    """Folder with `text.jsonl` (a `text` field) and, where `dialogue_steps` > 0, `dialogues.jsonl` (`messages`)."""
    hidden_size: int = Field(multiple_of=32, gt=0)
    """Width; nf4 on CPU needs multiples of 32."""
    intermediate_size: int = Field(multiple_of=32, gt=0)
    layers: int = Field(gt=0)
    heads: int = Field(gt=0)
    vocab_size: int = Field(multiple_of=32, ge=288)
    """Byte-level BPE entries, special tokens included."""
    context: int = Field(ge=64)
    """Longest sequence in tokens."""
    batch: int = Field(gt=0)
    """Sequences a step."""
    steps: int = Field(gt=0)
    dialogue_steps: int = Field(ge=0)
    """Steps on dialogues after the text, which also adds a chat template; 0 makes an `original` model."""
    learning_rate: float = Field(gt=0)
    header: Header | None = None
    """Alpaca header the tokenizer learns, because every prompt repeats it; null: the English one."""


class HubModel(Params):
    """A model of the Hugging Face hub, pinned by revision; its weights stay in the hub's cache."""

    section: ClassVar[str] = "models"
    kind: Literal["hub"]
    reads: str = Field(pattern=r"^[^'\n]+$")
    """What DVC tracks beside this entry; a hub model is pinned by its revision, so leave `locks/foundation.txt`."""
    repo_id: str = Field(min_length=1)
    revision: str = Field(min_length=1)
    """Commit hash; a branch name is resolved and the hash recorded."""
    trust_remote_code: bool
    """Runs Python code from the model repository; leave false unless you have read that code."""


class LocalModel(Params):
    """A model folder on this machine, pinned by its files' hashes."""

    section: ClassVar[str] = "models"
    kind: Literal["local"]
    reads: str = Field(pattern=r"^[^'\n]+$")
    """The model's folder; DVC tracks its content."""
    trust_remote_code: bool
    """Runs Python code from the model folder."""


class AnyModel(OneOf):
    """One item of `models`, whichever its kind."""

    section: ClassVar[str] = "models"
    chosen: StarterModel | HubModel | LocalModel
