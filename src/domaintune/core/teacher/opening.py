"""Opening the asker that the settings name, and the local chat model that may stand behind it.

The one place where a backend's name meets its code. Embedded backends are handed in by their stage.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.generating import write_batch
from domaintune.core.models.gguf import dequantised
from domaintune.core.models.loading import prepare_torch
from domaintune.core.paying.forgetting import unused_path
from domaintune.core.paying.ledger import Ledger, ledger_path
from domaintune.core.paying.openai_server import open_server
from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.seeds import derive_seed
from domaintune.core.stage.errors import ModelError, ParamsError, TeacherError
from domaintune.core.stage.files import file_hash, write_json
from domaintune.core.teacher.asking import Asker

Openers = Mapping[str, Callable[[], Backend]]

SHAPING = (".json", ".jinja", ".model", ".safetensors", ".txt")
"""Suffixes of the files of a model's folder that its answers depend on."""


class Embedded(NamedTuple):
    """A backend in this process that answers each request by itself, from the facts behind its prompt."""

    answer: Callable[[dict[str, Any]], Reply | Failure]

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield each request with its answer, or with the reason why there is none, in the order given."""
        for request in requests:
            yield request, self.answer(json.loads(request.messages[0].content))


def declines(why: str) -> Embedded:
    """Return a backend for what needs a model: it declines whatever it is asked."""
    return Embedded(lambda _: Failure("needs_model", why))


@contextmanager
def open_asker(settings: Settings, runtime: Runtime, responses: Path, embedded: Openers) -> Iterator[Asker]:
    """Yield an asker for the backend that the settings name; the answers used are in `responses` when all went well."""
    openers: dict[str, Callable[[], Backend]] = {
        "openai": lambda: open_server(settings.server, runtime),
        "transformers": lambda: TransformersBackend(settings, runtime),
        **embedded,
    }
    if settings.backend not in openers:
        raise ParamsError(
            f"params.yaml: backend: {settings.backend} is not for this stage; expected one of "
            f"{', '.join(sorted(openers))}"
        )
    model, revision = identity(settings)
    opened: AbstractContextManager[Ledger | None]
    opened = nullcontext() if settings.backend in embedded else Ledger(ledger_path(os.environ))
    with opened as ledger:
        payer = Payer(model, revision, openers[settings.backend], ledger, responses)
        asker = Asker(settings, payer)
        try:
            yield asker
        finally:  # above all where a gate stopped the stage
            if ledger is not None and asker.outcomes:
                write_json(unused_path(responses), asker.unused)
        payer.write_responses()


def identity(settings: Settings) -> tuple[str, str]:
    """Return model and revision as they stand in a request's key; a local folder is named by its files' content."""
    folder = Path(settings.model)
    if settings.backend not in ("transformers", "embedding"):
        return settings.model, settings.revision
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(folder.iterdir()):
            if path.suffix in SHAPING and path.is_file():
                digest.update(f"{path.name}\x1f{file_hash(path)}\n".encode())
        return folder.resolve().name, digest.hexdigest()[:16]
    if not settings.revision:
        raise ParamsError(
            f"params.yaml: revision: {settings.model} is not a local folder, so it is a hub model and must be "
            "pinned: give the commit hash shown on its hub page, of a package its version, of a GGUF file its sha256"
        )
    return settings.model, settings.revision


def load_pretrained(settings: Settings, kind: str, dtype: str) -> tuple[Any, Any]:
    """Return tokenizer and model, by a class of transformers: safetensors only, none of the model's own code is run."""
    import transformers
    from safetensors import SafetensorError

    where: dict[str, Any] = {"revision": settings.revision or None, "trust_remote_code": False}
    model = settings.model
    if model.endswith(".gguf"):
        package, _, file = model.rpartition("/")
        model = str(dequantised(file, package or None, settings.revision))
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(model, **where)
        how = where | {"use_safetensors": True, "dtype": dtype}
        return tokenizer, getattr(transformers, kind).from_pretrained(model, **how)
    except (OSError, ValueError, ImportError, SafetensorError) as error:
        raise ModelError(
            f"{settings.model}: cannot be loaded: {str(error)[:300]}. Expected a local folder or "
            "a hub id with safetensors weights that needs no code of its own."
        ) from error


class TransformersBackend:
    """A chat model in this process, batched; greedy answers on a CPU are the same on every run."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        """Load tokenizer and weights."""
        self._batch, device = runtime.teacher_batch, prepare_torch(runtime)
        self._tokenizer, self._model = load_pretrained(settings, "AutoModelForCausalLM", "auto")
        if not self._tokenizer.chat_template:
            raise TeacherError(
                f"teacher {settings.model}: its tokenizer has no chat template, so it cannot be asked. "
                "Choose a chat model."
            )
        self._model.to(device).eval()
        ends = self._model.generation_config.eos_token_id
        self._ends = set(ends if isinstance(ends, list) else [ends])

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield replies batch by batch. Rows of similar length share a batch, so little is spent on padding.

        Sampled answers are made one by one, each from its own seed: they must not depend on their neighbours.
        """
        fitting = []
        context = int(getattr(self._model.config, "max_position_embeddings", 1 << 30))
        for request in requests:
            messages = [message._asdict() for message in request.messages]
            text = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            ids: list[int] = list(self._tokenizer(text, add_special_tokens=False)["input_ids"])
            room = context - request.sampling.max_tokens
            if len(ids) > room:
                yield request, Failure("too_long", f"{len(ids)} tokens, room for {room} beside the answer")
            else:
                fitting.append((request, ids))
        fitting.sort(key=lambda item: (len(item[1]), item[0].key))
        size = self._batch if all(request.sampling.temperature == 0 for request, _ in fitting) else 1
        for start in range(0, len(fitting), size):
            yield from self._generate(fitting[start : start + size])

    def _generate(self, rows: list[tuple[Request, list[int]]]) -> Iterator[tuple[Request, Reply]]:
        sampling, pad = rows[0][0].sampling, self._tokenizer.pad_token_id
        options: dict[str, Any] = {"do_sample": sampling.temperature > 0}
        if sampling.temperature > 0:
            options |= {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": 0}
        written = write_batch(
            self._model,
            [ids for _, ids in rows],
            self._ends,
            derive_seed(sampling.seed, rows[0][0].key),
            max_new_tokens=sampling.max_tokens,
            pad_token_id=self._tokenizer.eos_token_id if pad is None else pad,
            **options,
        )
        for (request, ids), (answer, finished) in zip(rows, written, strict=True):
            text = self._tokenizer.decode(answer, skip_special_tokens=True)
            yield request, Reply(text, "stop" if finished else "length", len(ids), len(answer))
