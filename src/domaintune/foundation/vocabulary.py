"""The starter's tokenizer: byte-level BPE, so that every text can be written in it."""

from collections.abc import Sequence
from typing import Any

from domaintune.core.rendering.alpaca import HEADERS, Header

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
