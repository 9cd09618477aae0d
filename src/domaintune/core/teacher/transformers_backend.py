"""A local chat model, batched. Greedy answers on CPU are the same on every run."""

from collections.abc import Iterator, Sequence
from typing import Any

from domaintune.core.models.generating import write_batch
from domaintune.core.models.loading import prepare_torch
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.sections.models import Runtime
from domaintune.core.sections.models import Teacher as Settings
from domaintune.core.seeds import derive_seed
from domaintune.core.stage.errors import ModelError, TeacherError


class TransformersBackend:
    """A chat model in this process: safetensors only, none of the model's own code is run."""

    def __init__(self, settings: Settings, runtime: Runtime) -> None:
        """Load tokenizer and weights.

        Raises:
            ModelError: it cannot be loaded.
            TeacherError: its tokenizer has no chat template, so it cannot be asked.
        """
        self._batch, self._device = runtime.teacher_batch, prepare_torch(runtime)
        from transformers import AutoModelForCausalLM, AutoTokenizer

        where: dict[str, Any] = {"revision": settings.revision or None, "trust_remote_code": False}
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(settings.model, **where)
            self._model: Any = AutoModelForCausalLM.from_pretrained(
                settings.model, use_safetensors=True, dtype="auto", **where
            )
        except (OSError, ValueError, ImportError) as error:
            raise ModelError(
                f"teacher {settings.model}: cannot be loaded: {str(error)[:300]}. Expected a local folder or "
                "a hub id with safetensors weights that needs no code of its own."
            ) from error
        if not self._tokenizer.chat_template:
            raise TeacherError(
                f"teacher {settings.model}: its tokenizer has no chat template, so it cannot be asked. "
                "Choose a chat model (in the starter: models/foundation/chat)."
            )
        self._model.to(self._device).eval()
        ends = self._model.generation_config.eos_token_id
        self._ends = set(ends if isinstance(ends, list) else [ends])

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        """Yield replies batch by batch. Rows of similar length share a batch, so little is spent on padding.

        Sampled answers are made one by one, each from its own seed: they must not depend on their neighbours.
        """
        prepared = [(request, self._ids(request)) for request in requests]
        fitting = []
        for request, ids in prepared:
            room = self._context() - request.sampling.max_tokens
            if len(ids) > room:
                yield request, Failure("too_long", f"{len(ids)} tokens, room for {room} beside the answer")
            else:
                fitting.append((request, ids))
        fitting.sort(key=lambda item: (len(item[1]), item[0].key))
        size = self._batch if all(request.sampling.temperature == 0 for request, _ in fitting) else 1
        for start in range(0, len(fitting), size):
            yield from self._generate(fitting[start : start + size])

    def _ids(self, request: Request) -> list[int]:
        messages = [message._asdict() for message in request.messages]
        text = self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _context(self) -> int:
        return int(getattr(self._model.config, "max_position_embeddings", 1 << 30))

    def _generate(self, rows: list[tuple[Request, list[int]]]) -> Iterator[tuple[Request, Reply]]:
        sampling, pad = rows[0][0].sampling, self._tokenizer.pad_token_id
        options: dict[str, Any] = {"do_sample": False}
        if sampling.temperature > 0:
            options = {
                "do_sample": True,
                "temperature": sampling.temperature,
                "top_p": sampling.top_p,
                "top_k": 0,
            }
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
