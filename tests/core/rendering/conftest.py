"""Chat templates in the styles models are published with, and tokenizers of each kind, all made here.

The templates are our own, in the styles named; the markers in them are protocol constants of those styles.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starter_models import build_tokenizer

from domaintune.core.rendering.rendering import Rendered

GENERATION_PROMPT = "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    + GENERATION_PROMPT
)
CHATML_MARKED = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}{{ '\n' }}"
    "{% else %}{{ m['content'] + '<|im_end|>\n' }}{% endif %}{% endfor %}" + GENERATION_PROMPT
)
DEFAULT_SYSTEM = (
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}{% endif %}"
    + CHATML
)
LLAMA = (  # [INST] style: the system text inside the first user turn, contents stripped, a space before the answer
    "{% if messages[0]['role'] == 'system' %}{% set told = '<<SYS>>\n' + messages[0]['content'] + '\n<</SYS>>\n\n' %}"
    "{% set rest = messages[1:] %}{% else %}{% set told = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}"
    "{% if m['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + (told if loop.first else '') + m['content'].strip() + ' [/INST]' }}"
    "{% else %}{{ ' ' + m['content'].strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)
GEMMA = (  # no system role, contents trimmed, the begin token inside the template
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{% for m in messages %}{% set role = 'model' if m['role'] == 'assistant' else m['role'] %}"
    "{{ '<start_of_turn>' + role + '\n' + m['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
SILENT = (  # leaves a system message out without a word
    "{% for m in messages if m['role'] != 'system' %}"
    "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}" + GENERATION_PROMPT
)
THINKS = (  # a block of thoughts in the last answer, and in the generation prompt where thinking is off
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{% if m['role'] == 'assistant' and loop.last %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
    "{{ m['content'] + '<|im_end|>\n' }}{% endfor %}" + GENERATION_PROMPT
)
THINKS_OFF = THINKS.replace(
    "{{ '<|im_start|>assistant\n' }}{% endif %}",
    "{{ '<|im_start|>assistant\n' }}{% if enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
    "{% endif %}",
)
OPENS_THOUGHTS = CHATML.replace("assistant\n' }}{% endif %}", "assistant\n<think>\n' }}{% endif %}")
CHANNELS = (  # the last answer ends otherwise than earlier ones
    "{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '<|im_start|>assistant<|channel|>' + m['content'] }}"
    "{{ '</s>' if loop.last else '<|im_end|>' }}"
    "{% else %}{{ '<|im_start|>' + m['role'] + ':' + m['content'] + '<|im_end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant' }}{% endif %}"
)
ENDLESS = (  # ends no turn with a special token
    "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)
DATED = "{{ 'Today is ' + strftime_now('%d %B %Y') + ', ' + date_string + '.\n' }}" + CHATML
TEMPLATES = {
    "chatml": CHATML, "chatml marked": CHATML_MARKED,
    "default system": DEFAULT_SYSTEM, "llama": LLAMA, "gemma": GEMMA, "silent": SILENT, "thinks": THINKS,
    "thinks off": THINKS_OFF, "opens thoughts": OPENS_THOUGHTS, "channels": CHANNELS, "endless": ENDLESS,
    "dated": DATED,
}  # fmt: skip
END = {
    "gemma": "<end_of_turn>",
    **dict.fromkeys(("llama", "channels", "endless", "alpaca", "alpaca_ko"), "</s>"),
}
KINDS = ("bytes", "words", "words_first", "legacy")
TokenizerOf = Callable[[str, str], Any]
MARKERS = ["<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>", "<|channel|>"]
TEXTS = [f"The pump number {n} is made of copper. [INST] why? [/INST] So it is." for n in range(40)]


def build(kind: str) -> Any:
    """Byte-level BPE, or the sentencepiece-like ones that put a space (▁) before a text of its own."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE(unk_token=None if kind == "bytes" else "<unk>"))
    special = ["<unk>", "<s>", "</s>", "<pad>", *MARKERS]
    alphabet: list[str] = sorted("abc μ₂한글\n.:[/]0▁")
    if kind == "bytes":
        core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        core.decoder = decoders.ByteLevel()
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    else:
        scheme = "always" if kind == "words" else "first"
        core.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme)
        core.decoder = decoders.Metaspace(prepend_scheme=scheme)
    core.train_from_iterator(
        TEXTS, trainers.BpeTrainer(vocab_size=500, special_tokens=special, initial_alphabet=alphabet)
    )
    if kind == "legacy":  # as Llama-2's: merges learnt within words, then no cut into words
        described = json.loads(core.to_str()) | {"pre_tokenizer": None}
        core = Tokenizer.from_str(json.dumps(described))
        core.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        core.decoder = decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=core, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
        additional_special_tokens=MARKERS, clean_up_tokenization_spaces=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def tokenizer_of() -> TokenizerOf:
    """Return a function that gives a tokenizer of a kind, built once, with a chat template by name."""
    built = {kind: build(kind) for kind in KINDS}

    def give(kind: str, template: str) -> Any:
        built[kind].chat_template = TEMPLATES[template]
        return built[kind]

    return give


def learnt(tokenizer: Any, row: Rendered) -> str:
    """Return what of a row carries loss."""
    ids = [token for token, on in zip(row.input_ids, row.loss_mask, strict=True) if on]
    return str(tokenizer.decode(ids))


@pytest.fixture(scope="package")
def tokenizer() -> Any:
    """A tokenizer as the starter's models have it, with a chat template."""
    texts = [f"The pump number {n} is made of copper and works at {n} K." for n in range(40)]
    return build_tokenizer(texts, 320, 256, chat=True)
