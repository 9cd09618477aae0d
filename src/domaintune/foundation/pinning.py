"""Pinning a model that exists already: a pointer with the hash of every file, never a copy."""

from pathlib import Path

from domaintune.core.models.pointer import WANTED, Pointer, fetch, pin_files
from domaintune.core.sections.models import HubModel, LocalModel
from domaintune.core.stage.errors import ModelError


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
        path=None,
        repo_id=params.repo_id,
        revision=_commit(folder, params.revision),
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
        repo_id=None,
        revision=None,
        trust_remote_code=params.trust_remote_code,
        files=pin_files(reads, params.trust_remote_code),
    )


def _commit(folder: Path, asked: str) -> str:
    """The cache keeps a snapshot in a folder named by its commit, whatever branch was asked for."""
    return folder.name if folder.parent.name == "snapshots" else asked
