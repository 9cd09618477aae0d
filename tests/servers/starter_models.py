"""Tiny foundations for tests: a byte-pair tokenizer learnt from a few texts, and a Llama of random weights."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from domaintune.core.models.pointer import Pointer, pin_files, write_pointer
from domaintune.core.rendering.alpaca import HEADERS

PAD, BEGIN, END = "<|pad|>", "<|begin|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
SPECIAL = (PAD, BEGIN, END, *ROLES)
# `generation` marks what a chat model is trained on: the assistant's words and its end token.
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + eos_token }}{% endgeneration %}"
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
    hidden_size: int = 64, intermediate_size: int = 128, heads: int = 2,
) -> Path:  # fmt: skip
    """Write the model, and the pointer that pins it."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = build_tokenizer(texts, vocab_size, context, chat=chat)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden_size,
        intermediate_size=intermediate_size,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
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


def learn_by_heart(
    folder: Path, talks: Sequence[list[dict[str, str]]], *, steps: int, rate: float, batch: int
) -> None:
    """Train all weights of a model on conversations, with loss on the assistant's words alone, until it repeats them."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    rows = [
        tokenizer.apply_chat_template(
            talk, return_dict=True, return_assistant_tokens_mask=True, return_tensors="pt"
        )
        for talk in talks
    ]
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps, pct_start=0.05)
    drawn = torch.Generator().manual_seed(1)
    model.train()
    for _ in range(steps):
        chosen = [rows[at] for at in torch.randperm(len(rows), generator=drawn)[:batch]]
        pad = torch.nn.utils.rnn.pad_sequence
        ids = pad([one["input_ids"][0] for one in chosen], True, tokenizer.pad_token_id)
        masks = pad([torch.as_tensor(one["assistant_masks"][0]) for one in chosen], True, 0)
        model(input_ids=ids, labels=ids.masked_fill(masks == 0, -100), use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
