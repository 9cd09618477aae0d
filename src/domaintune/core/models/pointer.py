"""A foundation's folder: where its files are, what their bytes must be, and how folders of models are written."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError

from domaintune.core.models.gguf import dequantised
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import file_hash, read_json, unwritable, write_json

R = TypeVar("R", bound=BaseModel)
POINTER = "model.json"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
WANTED = (".safetensors", ".json", ".model", ".txt", ".jinja")

UNTYPED = ("inline_container", "iostream", "PytorchStreamWriter", "(os error ")
"""What a RuntimeError of `torch.save`, or a bare Exception of tokenizers, names when the disk is full."""


class PinnedFile(BaseModel):
    """One file of a model."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    sha256: str
    size: int
    """Bytes."""


class Pointer(BaseModel):
    """What `models/foundation/<model>/model.json` holds; hub and local weights are never copied."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    kind: Literal["random", "hub", "local", "gguf", "extended"]
    """extended: a base model with a larger vocabulary; name, repo_id and revision are the base's."""
    name: str
    """What an adapter names as its base: a hub id, or a path relative to the repository where it can be."""
    path: str | None = None
    """Folder of a local model; of a GGUF file its path; null for the others."""
    package: str | None = None
    """Of a GGUF file that a Python package ships: the package."""
    sha256: str | None = None
    """Of a GGUF file."""
    repo_id: str | None = None
    revision: str | None = None
    """Commit hash of a hub model."""
    trust_remote_code: bool = False
    chat_template: str | None = Field(default=None, exclude_if=lambda given: given is None)
    """What params.yaml gives the tokenizer; null: it keeps its own."""
    files: dict[str, PinnedFile]
    """By file name relative to the model's folder."""


def pin_files(folder: Path, trust_remote_code: bool = False) -> dict[str, PinnedFile]:
    """Hash the files of a model folder that loading may read."""
    suffixes = (*WANTED, ".py") if trust_remote_code else WANTED
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    paths = [
        path for path in paths if path.name != POINTER and not any(part[0] == "." for part in path.parts)
    ]
    if not any(path.name == "config.json" for path in paths):
        raise ModelError(
            f"{folder}: expected a model folder with config.json, found none. Check models.<model>."
        )
    if not any(path.suffix == ".safetensors" for path in paths):
        pickles = [path.name for path in paths if path.suffix in PICKLES]
        raise ModelError(
            f"{folder}: no weights in safetensors{f' (only pickles: {pickles})' if pickles else ''}. A pickle can run "
            "code when it is loaded, so it is refused: convert the weights to safetensors, or pin a revision that has "
            "them."
        )
    return pin_named(folder, [str(path) for path in paths if path.suffix in suffixes])


def pin_named(folder: Path, names: list[str]) -> dict[str, PinnedFile]:
    """Hash the named files of a folder."""
    return {
        name: PinnedFile(sha256=file_hash(folder / name), size=(folder / name).stat().st_size)
        for name in names
    }


def write_pointer(folder: Path, pointer: Pointer) -> None:
    """Write the pointer into a foundation folder."""
    write_json(folder / POINTER, pointer.model_dump())


def read_pointer(folder: Path) -> Pointer:
    """Read the pointer of a foundation folder."""
    return read_record(folder / POINTER, Pointer, "model pointer", "foundation")


def read_record(path: Path, record: type[R], what: str, stage: str) -> R:
    """Read a record of ours from a model's folder."""
    try:
        return record.model_validate(read_json(path))
    except ValidationError as error:
        raise ModelError(f"{path}: not a {what}: {error}. Run `dvc repro {stage}`.") from error


def locate(folder: Path, pointer: Pointer) -> Path:
    """Return the folder with the model's files, after checking every byte against the pointer."""
    if pointer.kind in ("random", "extended"):
        found = folder
    elif pointer.kind == "local":
        found = Path(pointer.path or "")
    elif pointer.kind == "gguf":
        found = dequantised(pointer.path or "", pointer.package, pointer.sha256 or "")
    else:
        found = fetch(pointer.repo_id or "", pointer.revision or "", sorted(pointer.files))
    for name, pinned in pointer.files.items():
        path = found / name
        if not path.is_file():
            raise ModelError(f"{path}: named in {folder / POINTER} but missing. Run `dvc repro foundation`.")
        if path.stat().st_size != pinned.size or file_hash(path) != pinned.sha256:
            raise ModelError(
                f"{path}: its bytes are not those pinned in {folder / POINTER}. Restore the file, or run "
                "`dvc repro -f foundation` to pin the new ones and retrain what depends on them."
            )
    return found


def fetch(repo_id: str, revision: str, patterns: list[str]) -> Path:
    """Return the hub cache's folder of a pinned model, downloading what it lacks."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(repo_id, revision=revision, allow_patterns=patterns))
    except LocalEntryNotFoundError as error:
        raise ModelError(
            f"{repo_id}@{revision}: not in the local cache and the hub cannot be reached. Go online once and run "
            "`dvc repro` again, or use a model folder with kind: local."
        ) from error
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise ModelError(
            f"{repo_id}@{revision}: the hub refused it ({str(error).splitlines()[0]}). Check repo_id and revision; a "
            "gated model needs `hf auth login` first."
        ) from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Remove the folder when not all of it can be written; each library tells of a full disk by an error of its own."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        untyped = type(error) in (RuntimeError, Exception) and any(sign in str(error) for sign in UNTYPED)
        if untyped or isinstance(error, OSError | SafetensorError):
            raise unwritable(folder, error) from error
        raise
