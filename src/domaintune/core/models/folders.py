"""Folders that libraries write piece by piece: an adapter, a model, a checkpoint."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from domaintune.core.stage.files import unwritable

UNTYPED = ("inline_container", "iostream", "PytorchStreamWriter", "(os error ")
"""What a RuntimeError of `torch.save`, or a bare Exception of tokenizers, names when the disk is full."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Remove the folder when not all of it can be written; each library tells of a full disk by an error of its own.

    Raises:
        InputError: the disk is full or the folder cannot be written; nothing is left behind.
    """
    try:
        yield
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        untyped = type(error) in (RuntimeError, Exception) and any(sign in str(error) for sign in UNTYPED)
        if untyped or isinstance(error, OSError | SafetensorError):
            raise unwritable(folder, error) from error
        raise
