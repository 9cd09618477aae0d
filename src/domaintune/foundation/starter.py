"""The starter's models and their tokenizer: `original` reads text; `chat` then answers composed dialogues too."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from domaintune.core.rendering.alpaca import HEADERS, Header
from domaintune.core.sections.models import StarterModel
from domaintune.core.seeds import derive, derive_seed
from domaintune.core.stage.errors import InputError
from domaintune.foundation.pretraining import build_model, dialogue_batches, fit, text_batches

PAD, BEGIN, END = "<|pad|>", "<|begin|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
SPECIAL = (PAD, BEGIN, END, *ROLES)

# Every Alpaca prompt repeats its header: unlearnt, the English one would cost 117 tokens a row instead of 46, and the
# Korean one 129 instead of 42 in a starter that reads bilingual text.
HEADER_REPEATS = 100

# `generation` marks what a chat model is trained on: the assistant's words and its end token.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + eos_token }}{% "
    "endgeneration %}"
    "{% else %}{{ message['content'] }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def build_tokenizer(
    texts: Sequence[str], vocab_size: int, context: int, *, chat: bool, header: Header
) -> Any:
    """Train byte-level BPE on the texts; the same texts in the same order give the same vocabulary.

    Begin, end and padding are three tokens: a model whose padding is its end token never learns to end.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    core.train_from_iterator([*texts, *[*HEADERS[header]] * HEADER_REPEATS], trainer)
    core.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, core.token_to_id(BEGIN))]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(ROLES),
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )
    if chat:
        tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


class Starter(NamedTuple):
    """A tiny model that was just made."""

    model: Any
    tokenizer: Any
    figures: dict[str, float]
    """Parameters, tokens of all texts before repeats and trained on with them, the losses in nats a token."""


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
    header, chat = params.header or "alpaca", params.dialogue_steps > 0
    tokenizer = build_tokenizer(texts, params.vocab_size, params.context, chat=chat, header=header)
    documents = [[*ids, tokenizer.eos_token_id] for ids in tokenizer(list(texts))["input_ids"]]
    special = (tokenizer.bos_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id)
    model = build_model(params, len(tokenizer), special, derive_seed(seed, "foundation", "weights")).to(
        device
    )
    batches = text_batches(documents, params, derive(seed, "foundation", "text"))
    loss, seen = fit(model, batches, params.steps, params.learning_rate)
    figures = {"text_tokens": sum(map(len, documents)), "trained_tokens": seen, "text_loss": loss}
    figures["parameters"] = sum(parameter.numel() for parameter in model.parameters())
    if chat:
        rows = [_encode(tokenizer, messages, params.context) for messages in dialogues]
        turns = dialogue_batches(rows, params, tokenizer.pad_token_id, derive(seed, "foundation", "dialogue"))
        figures["dialogue_loss"], more = fit(model, turns, params.dialogue_steps, params.learning_rate / 2)
        figures["trained_tokens"] += more
    return Starter(model, tokenizer, figures)


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
