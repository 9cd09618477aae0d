"""Shapes of chat templates: a standing instruction is in every row, whatever the template does with it.

One family stands for all that differ from it in their markers alone. The templates are our own, in the style of the families named; the markers in them are those families' protocol.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from domaintune.core.rendering.rendering import Rendered, render, render_turns

from .conftest import learnt

ALTERNATE = (
    "{% for m in messages %}{% if (m['role'] == 'user') != loop.first and loop.index < 3 %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}"
)
MARKER = re.compile(r"<[|｜][^<>|｜]+[|｜]>|<\w+_of_turn>|</?s>|\[/?[A-Z_]+\]|\[\|\w+\|\]")


def shape(system: str, user: str, answer: str, asks: str = "", start: str = "") -> str:
    """Write a template that says each message with its role's words around it; no words: the message is left out."""

    def said(words: str) -> str:
        if not words:
            return ""
        before, after = words.split("*")
        return f"{{{{ {before!r} + m['content'] + {after!r} }}}}"

    return (
        f"{{{{ {start!r} }}}}{{% for m in messages %}}{{% if m['role'] == 'system' %}}{said(system)}"
        f"{{% elif m['role'] == 'user' %}}{said(user)}{{% else %}}{said(answer)}{{% endif %}}{{% endfor %}}"
        f"{{% if add_generation_prompt %}}{{{{ {asks!r} }}}}{{% endif %}}"
    )


def beside(where: str) -> str:
    """Write a template that puts the system text into the user turn for which `where` is true."""
    return (
        "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system_message = messages[0]['content'] %}"
        "{% set turns = messages[1:] %}{% else %}{% set turns = messages %}{% endif %}"
        "{% for m in turns %}{% if m['role'] == 'user' %}{% if " + where + " and system_message is defined %}"
        "{{ '[INST] ' + system_message + '\\n\\n' + m['content'] + '[/INST]' }}"
        "{% else %}{{ '[INST] ' + m['content'] + '[/INST]' }}{% endif %}"
        "{% else %}{{ ' ' + m['content'] + eos_token }}{% endif %}{% endfor %}"
    )


class Family(NamedTuple):
    template: str
    told: str
    """What stands before the first answer of a row with the system text `Be brief.` and the question `why?`."""
    after: str
    """What stands between the answers `So.` and `Thus.`, the first answer's end with it."""
    end: str
    gap: str = ""
    """White space that the template writes before an answer; the model has to write it."""


IM = "<|im_start|>{}\n*<|im_end|>\n"
PHI = "<|{}|>\n*<|end|>\n"
FAMILIES = {
    "chatml, qwen": Family(
        shape(IM.format("system"), IM.format("user"), IM.format("assistant"), "<|im_start|>assistant\n"),
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nwhy?<|im_end|>\n<|im_start|>assistant\n",
        "<|im_end|>\n<|im_start|>user\nhow?<|im_end|>\n<|im_start|>assistant\n", "<|im_end|>",
    ),
    "llama 2": Family(
        beside("loop.first").replace("system_message +", "'<<SYS>>\\n' + system_message + '\\n<</SYS>>' +"),
        "<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nwhy?[/INST]", "</s>[INST] how?[/INST]", "</s>", " ",
    ),
    "mistral v0.1": Family(
        ALTERNATE + shape("", "[INST] *[/INST]", " *</s>", start="<s>"),
        "<s>[INST] Be brief.\n\nwhy?[/INST]", "</s>[INST] how?[/INST]", "</s>", " ",
    ),
    "mistral v0.3": Family(
        beside("loop.last"), "<s>[INST] Be brief.\n\nwhy?[/INST]", "</s>[INST] how?[/INST]", "</s>", " ",
    ),
    "beside the last question": Family(
        beside("loop.index0 > turns | length - 3"),
        "<s>[INST] Be brief.\n\nwhy?[/INST]", "</s>[INST] how?[/INST]", "</s>", " ",
    ),
    "phi 3 small, which leaves a system message out": Family(
        shape("", PHI.format("user"), PHI.format("assistant"), "<|assistant|>\n"),
        "<|user|>\nBe brief.\n\nwhy?<|end|>\n<|assistant|>\n",
        "<|end|>\n<|user|>\nhow?<|end|>\n<|assistant|>\n", "<|end|>",
    ),
    "vicuna": Family(
        shape("* ", "USER: * ", "ASSISTANT: *</s>", "ASSISTANT:"),
        "Be brief. USER: why? ASSISTANT:", "</s>USER: how? ASSISTANT:", "</s>", " ",
    ),
    "exaone": Family(
        shape("[|system|]*[|endofturn|]\n", "[|user|]*\n", "[|assistant|]*[|endofturn|]\n", "[|assistant|]"),
        "[|system|]Be brief.[|endofturn|]\n[|user|]why?\n[|assistant|]",
        "[|endofturn|]\n[|user|]how?\n[|assistant|]", "[|endofturn|]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_a_standing_instruction_is_in_the_prompt_and_in_the_row_of_every_family(
    name: str, new_tokenizer: Callable[[str], Any]
) -> None:
    family, tokenizer = FAMILIES[name], new_tokenizer("bytes")
    markers = sorted({*MARKER.findall(family.told + family.after)} - {"<s>", "</s>"})
    tokenizer.add_special_tokens({"additional_special_tokens": markers})
    tokenizer.chat_template = family.template
    first, last = f"{family.gap}So.{family.end}", f"{family.gap}Thus.{family.end}"
    assert render(tokenizer, "chat", "Be brief.", "why?", None).text == family.told
    row = render(tokenizer, "chat", "Be brief.", "why?", "So.")
    assert (row.text, learnt(tokenizer, row)) == (family.told + first, first)
    said = [("user", "why?"), ("assistant", "So."), ("user", "how?"), ("assistant", "Thus.")]
    turns = [{"role": role, "content": text} for role, text in said]
    both = render_turns(tokenizer, "Be brief.", turns)
    assert isinstance(both, Rendered)
    assert both.text == f"{family.told}{family.gap}So.{family.after}{last}"
    assert learnt(tokenizer, both) == first + last
    asked = render_turns(tokenizer, "Be brief.", turns[:3])
    assert isinstance(asked, Rendered)
    assert both.input_ids[: len(asked.input_ids)] == asked.input_ids
