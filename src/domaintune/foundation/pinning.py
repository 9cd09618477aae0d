"""Foundations as pinned pointers with the hash of every file: a hub or local model, or a starter trained and saved."""

from pathlib import Path

from domaintune.core.models.gguf import dequantised
from domaintune.core.models.loading import prepare_torch
from domaintune.core.models.pointer import WANTED, Pointer, fetch, pin_files, writing
from domaintune.core.sections.models import GgufModel, HubModel, LocalModel, Runtime, StarterModel
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import read_field
from domaintune.foundation.starter import build_starter


def pin_hub(params: HubModel) -> Pointer:
    """Fetch a hub model into the hub's own cache and pin its commit and files.

    Raises:
        ModelError: it cannot be fetched, or has no safetensors.
    """
    patterns = [f"*{suffix}" for suffix in (*WANTED, *((".py",) if params.trust_remote_code else ()))]
    folder = fetch(params.repo_id, params.revision, patterns)
    return Pointer(
        kind="hub",
        name=params.repo_id,
        repo_id=params.repo_id,
        # the cache keeps a snapshot in a folder named by its commit, whatever branch was asked for
        revision=folder.name if folder.parent.name == "snapshots" else params.revision,
        trust_remote_code=params.trust_remote_code,
        files=pin_files(folder, params.trust_remote_code),
    )


def pin_local(params: LocalModel, reads: Path, name: str) -> Pointer:
    """Pin a model folder on this machine; `name` is what adapters will call it.

    Raises:
        ModelError: no such folder, or no safetensors in it.
    """
    if not reads.is_dir():
        raise ModelError(f"{reads}: models.<model>.reads must be a model folder, and there is none.")
    return Pointer(
        kind="local",
        name=name,
        path=str(reads),
        trust_remote_code=params.trust_remote_code,
        files=pin_files(reads, params.trust_remote_code),
    )


def pin_gguf(params: GgufModel) -> Pointer:
    """Dequantise a GGUF file into the user's cache, if it is not there, and pin file and result.

    Raises:
        ModelError: no such package or file, another file, or an architecture that transformers cannot read.
    """
    folder = dequantised(params.file, params.package, params.sha256)
    return Pointer(
        kind="gguf",
        name=params.base,
        path=params.file,
        package=params.package,
        sha256=params.sha256,
        files=pin_files(folder),
    )


def make_starter(
    params: StarterModel, reads: Path, out: Path, *, seed: int, runtime: Runtime, accounts: Accounts
) -> Pointer:
    """Train and save a tiny model; the accounting counts the texts, all of which are read."""
    texts = list(read_field(reads / "text.jsonl", "text", str))
    dialogues = list(read_field(reads / "dialogues.jsonl", "messages", list)) if params.dialogue_steps else []
    made = build_starter(params, texts, dialogues, seed, prepare_torch(runtime))
    with writing(out):
        made.model.save_pretrained(out)
        made.tokenizer.save_pretrained(out)
    accounts.rows_in = accounts.kept = len(texts) + len(dialogues)
    accounts.extra |= made.figures
    name = f"models/foundation/{out.name}" if out.is_absolute() else out.as_posix()
    return Pointer(kind="starter", name=name, files=pin_files(out))
