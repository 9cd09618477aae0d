"""The starter's models: `original` reads text; `chat` then answers composed dialogues too."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from domaintune.core.sections.models import StarterModel
from domaintune.core.seeds import derive, derive_seed
from domaintune.core.stage.errors import InputError
from domaintune.foundation.pretraining import (
    Pretrained,
    build_model,
    dialogue_batches,
    fit,
    text_batches,
)
from domaintune.foundation.vocabulary import build_tokenizer


class Starter(NamedTuple):
    """A tiny model that was just made."""

    model: Any
    tokenizer: Any
    text: Pretrained
    dialogue: Pretrained | None
    text_tokens: int
    """Tokens in all texts together, before repeats."""


def build_starter(
    params: StarterModel,
    texts: Sequence[str],
    dialogues: Sequence[list[dict[str, str]]],
    seed: int,
    device: str,
) -> Starter:
    """Train a tokenizer and a model on the texts, then on the dialogues where the entry asks for it.

    Raises:
        InputError: a dialogue is longer than the context, or there is nothing to read.
    """
    if not texts or (params.dialogue_steps and not dialogues):
        raise InputError(
            f"{params.reads}: expected texts to pre-train on, found none. Run `dvc repro sample`."
        )
    tokenizer = build_tokenizer(
        texts,
        params.vocab_size,
        params.context,
        chat=params.dialogue_steps > 0,
        header=params.header or "alpaca",
    )
    documents = [[*ids, tokenizer.eos_token_id] for ids in tokenizer(list(texts))["input_ids"]]
    special = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id)
    model = build_model(params, len(tokenizer), special, derive_seed(seed, "foundation", "weights")).to(
        device
    )
    batches = text_batches(documents, params, derive(seed, "foundation", "text"))
    text = fit(model, batches, params.steps, params.learning_rate)
    dialogue = None
    if params.dialogue_steps:
        rows = [_encode(tokenizer, messages, params.context) for messages in dialogues]
        turns = dialogue_batches(rows, params, tokenizer.pad_token_id, derive(seed, "foundation", "dialogue"))
        dialogue = fit(model, turns, params.dialogue_steps, params.learning_rate / 2)
    return Starter(model, tokenizer, text, dialogue, sum(map(len, documents)))


def read_rows(rows: Sequence[Any], field: str, where: str) -> list[Any]:
    """Take one field of every JSON row.

    Raises:
        InputError: a row has no such field, or an empty one; its line is named.
    """
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping) or not row.get(field):
            raise InputError(
                f"{where}, line {number}: expected an object with a `{field}`. Run `dvc repro sample`."
            )
    return [row[field] for row in rows]


def _encode(tokenizer: Any, messages: list[dict[str, str]], context: int) -> tuple[list[int], list[int]]:
    encoded = tokenizer.apply_chat_template(
        messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    if len(encoded["input_ids"]) > context:
        raise InputError(
            f"a dialogue has {len(encoded['input_ids'])} tokens, more than the context of {context}: "
            f"{messages[0]['content'][:60]!r}. Raise models.<model>.context or shorten the dialogue."
        )
    return encoded["input_ids"], encoded["assistant_masks"]
