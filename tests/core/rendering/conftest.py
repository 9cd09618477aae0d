"""Chat templates in the styles models are published with, and tokenizers of each kind, all made here.

The templates are our own, in the styles named; the markers in them are protocol constants of those styles.
"""

from collections.abc import Callable
from typing import Any

import pytest
from starter_models import LLAMA, build, build_tokenizer

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
