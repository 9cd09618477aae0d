"""Tiny foundations for tests: byte-pair tokenizers learnt from a few texts, and a Llama of random weights."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domaintune.core.models.pointer import Pointer, pin_files, write_pointer
from domaintune.core.rendering.alpaca import HEADERS

PAD, BEGIN, END = "<|pad|>", "<|begin|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
SPECIAL = (PAD, BEGIN, END, *ROLES)
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}{{ message['content'] + eos_token }}"
    "{% else %}{{ message['content'] }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def build_tokenizer(texts: Sequence[str], vocab_size: int, context: int, *, chat: bool) -> Any:
    """Learn byte-level BPE; begin, end and padding are three tokens, or the model would never learn to end."""
    from tokenizers import ByteLevelBPETokenizer, processors
    from transformers import PreTrainedTokenizerFast

    core = ByteLevelBPETokenizer()
    repeated = [*HEADERS["alpaca"]] * 100  # as in every prompt
    core.train_from_iterator(
        [*texts, *repeated], vocab_size, 0, show_progress=False, special_tokens=list(SPECIAL)
    )
    core.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, core.token_to_id(BEGIN))]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core._tokenizer,
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


def make_foundation(
    folder: Path, texts: list[str], name: str, seed: int, *, vocab_size: int, context: int, layers: int, chat: bool = True,
) -> Path:  # fmt: skip
    """Write the model, and the pointer that pins it."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = build_tokenizer(texts, vocab_size, context, chat=chat)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=layers,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_pointer(folder, Pointer(kind="random", name=name, files=pin_files(folder)))
    return folder


MARKERS = ["<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>", "<|channel|>"]
TEXTS = [f"The pump number {n} is made of copper. [INST] why? [/INST] So it is." for n in range(40)]
LLAMA = (  # [INST] style: the system text inside the first user turn, contents stripped, a space before the answer
    "{% if messages[0]['role'] == 'system' %}{% set told = '<<SYS>>\n' + messages[0]['content'] + '\n<</SYS>>\n\n' %}"
    "{% set rest = messages[1:] %}{% else %}{% set told = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}"
    "{% if m['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + (told if loop.first else '') + m['content'].strip() + ' [/INST]' }}"
    "{% else %}{{ ' ' + m['content'].strip() + ' ' + eos_token }}{% endif %}{% endfor %}"
)


def build(kind: str) -> Any:
    """Byte-level BPE, or the sentencepiece-like ones that put a space (▁) before a text of its own."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE(unk_token=None if kind == "bytes" else "<unk>"))
    special = ["<unk>", "<s>", "</s>", "<pad>", *MARKERS]
    alphabet: list[str] = sorted('abc μ₂한글\n.:[/]0▁{"A}①②③④⑤')
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
