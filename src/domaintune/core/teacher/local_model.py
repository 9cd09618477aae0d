"""A chat model on this machine: its prompts cut into batches, and the answers it writes behind them."""

from collections.abc import Iterator, Sequence
from typing import Any

from domaintune.core.models.generating import write_batch
from domaintune.core.models.gguf import dequantised
from domaintune.core.models.loading import prepare_torch
from domaintune.core.paying.protocol import Backend, Failure, Reply, Request
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.seeds import derive_seed
from domaintune.core.stage.errors import ModelError, TeacherError


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


def load_chat(settings: Settings, kind: str) -> tuple[Any, Any]:
    """Return a chat model's tokenizer, and its weights (AutoModelForCausalLM) or its sizes alone (AutoConfig)."""
    tokenizer, model = load_pretrained(settings, kind, "auto")
    if not tokenizer.chat_template:
        raise TeacherError(
            f"teacher {settings.model}: its tokenizer has no chat template, so it cannot be asked. "
            "Choose a chat model."
        )
    return tokenizer, model


Row = tuple[Request, list[int]]
"""A request and its prompt's tokens."""


def in_batches(
    tokenizer: Any, config: Any, requests: Sequence[Request], size: int
) -> tuple[list[tuple[Request, Failure]], list[list[Row]]]:
    """Return what leaves no room for an answer, and the rest in batches.

    Rows of similar length share a batch, so little is spent on padding. A batch cut again is the same batch: whoever
    writes its answers, they are the same.
    """
    failed: list[tuple[Request, Failure]] = []
    fitting: list[Row] = []
    context = int(getattr(config, "max_position_embeddings", 1 << 30))
    for request in requests:
        messages = [message._asdict() for message in request.messages]
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ids: list[int] = list(tokenizer(text, add_special_tokens=False)["input_ids"])
        room = context - request.sampling.max_tokens
        if len(ids) > room:
            failed.append(
                (request, Failure("too_long", f"{len(ids)} tokens, room for {room} beside the answer"))
            )
        else:
            fitting.append((request, ids))
    fitting.sort(key=lambda row: (len(row[1]), row[0].key))
    return failed, [fitting[start : start + size] for start in range(0, len(fitting), size)]


def open_local(settings: Settings, runtime: Runtime) -> Backend:
    """Return the local chat model in this process, or on every machine of a Ray cluster."""
    if runtime.engine == "local":
        return TransformersBackend(settings, runtime)
    from domaintune.core.teacher.ray_backend import RayBackend

    return RayBackend(settings, runtime)


class TransformersBackend:
    """A chat model in this process, batched; greedy answers on a CPU are the same on every run."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        """Load tokenizer and weights."""
        self._batch, device = runtime.teacher_batch, prepare_torch(runtime)
        self._tokenizer, self._model = load_chat(settings, "AutoModelForCausalLM")
        self._model.to(device).eval()
        ends = self._model.generation_config.eos_token_id
        self._ends = set(ends if isinstance(ends, list) else [ends])

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield replies batch by batch.

        Sampled answers are made one by one, each from its own seed: they must not depend on their neighbours.
        """
        failed, batches = in_batches(self._tokenizer, self._model.config, requests, self._batch)
        yield from failed
        for batch in batches:
            greedy = all(request.sampling.temperature == 0 for request, _ in batch)
            for rows in [batch] if greedy else [[row] for row in batch]:
                yield from self._generate(rows)

    def _generate(self, rows: list[Row]) -> Iterator[tuple[Request, Reply]]:
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
