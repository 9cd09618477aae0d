"""Chat templates in the styles models are published with: what is asked is what was trained, to the token.

The templates are our own, in the styles named; the markers in them are protocol constants of those styles.
"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domaintune.core.rendering import Refused, Rendered, end_token, render, render_turns
from domaintune.core.stage.errors import ModelError

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
CHATML_MARKED_WITHOUT_END = CHATML_MARKED.replace(
    "{{ m['content'] + '<|im_end|>' }}{% endgeneration %}{{ '\n' }}",
    "{{ m['content'] }}{% endgeneration %}{{ '<|im_end|>\n' }}",
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
ALL = {
    "chatml": CHATML, "chatml marked": CHATML_MARKED, "marked without end": CHATML_MARKED_WITHOUT_END,
    "default system": DEFAULT_SYSTEM, "llama": LLAMA, "gemma": GEMMA, "silent": SILENT, "thinks": THINKS,
    "thinks off": THINKS_OFF, "opens thoughts": OPENS_THOUGHTS, "channels": CHANNELS, "endless": ENDLESS,
    "dated": DATED,
}  # fmt: skip
END = {"llama": "</s>", "gemma": "<end_of_turn>", "channels": "</s>", "endless": "</s>"}
STRIPS = {"llama", "gemma"}
MARKERS = ["<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>", "<|channel|>"]
TEXTS = [f"The pump number {n} is made of copper. [INST] why? [/INST] So it is." for n in range(40)]
WORDS = st.text(st.sampled_from("abc μ₂한글\n .:[/]0"), max_size=30)
KINDS = ["bytes", "words", "words_first", "legacy"]


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


BUILT: dict[str, Any] = {}


def tokenizer_of(kind: str, template: str) -> Any:
    if kind not in BUILT:
        BUILT[kind] = build(kind)
    BUILT[kind].chat_template = ALL[template]
    return BUILT[kind]


def trained(tokenizer: Any, row: Rendered) -> str:
    return str(tokenizer.decode([t for t, on in zip(row.input_ids, row.loss_mask, strict=True) if on]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", ALL)
@settings(max_examples=25, deadline=None)
@given(system=WORDS, user=WORDS, answer=WORDS)
def test_the_asked_ids_are_a_prefix_and_the_rest_is_the_answer_and_its_end(
    kind: str, template: str, system: str, user: str, answer: str
) -> None:
    tokenizer = tokenizer_of(kind, template)
    asked = render(tokenizer, "chat", system, user, None)
    row = render(tokenizer, "chat", system, user, answer)
    assert row.input_ids[: row.prompt_tokens] == asked.input_ids
    assert row.loss_mask == [False] * row.prompt_tokens + [True] * row.answer_tokens
    assert row.input_ids[-1] == end_token(tokenizer, "chat")
    assert row.input_ids.count(tokenizer.bos_token_id) == (1 if template in {"llama", "gemma"} else 0)
    if kind == "bytes":
        end = END.get(template, "<|im_end|>")
        said = trained(tokenizer, row).removesuffix(end)
        assert (said.strip() if template in STRIPS else said) == (
            answer.strip() if template in STRIPS else answer
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", sorted(set(ALL) - {"endless"}))
def test_the_ids_are_those_of_the_whole_conversation_tokenised_at_once(kind: str, template: str) -> None:
    tokenizer = tokenizer_of(kind, template)
    row = render(tokenizer, "chat", "Be brief.", "why? a", "So it is.")
    turns = [{"role": "user", "content": "why? a"}, {"role": "assistant", "content": "So it is."}]
    system = [{"role": "system", "content": "Be brief."}]
    if template in {"gemma", "silent"}:
        turns[0]["content"] = "Be brief.\n\nwhy? a"
        system = []
    known = {"chat_template": ALL[template].replace("strftime_now('%d %B %Y')", "'26 Jul 2024'")}
    whole = tokenizer.apply_chat_template([*system, *turns], date_string="26 Jul 2024", **known)["input_ids"]
    assert whole[: len(row.input_ids)] == row.input_ids
    assert set(tokenizer.decode(whole[len(row.input_ids) :])) <= {"\n", " "}


@pytest.mark.parametrize("kind", KINDS)
def test_a_sentencepiece_answer_begins_as_it_does_in_the_whole_text(kind: str) -> None:
    # Tokenised alone it would begin with a space (▁) that no model writes after [/INST] twice.
    tokenizer = tokenizer_of(kind, "llama")
    row = render(tokenizer, "chat", "", "why?", "So it is.")
    said = tokenizer.convert_ids_to_tokens(row.input_ids[row.prompt_tokens :])
    assert said[0].lstrip("Ġ▁").startswith("S")
    assert not said[0].startswith("▁▁")
    alpaca = render(tokenizer, "alpaca", "why?", "", "So it is.")
    first = tokenizer.convert_ids_to_tokens(alpaca.input_ids[alpaca.prompt_tokens :])[0]
    if kind != "words":  # Metaspace with `always` puts a space before every word there is
        assert first.startswith("S")


def test_an_answer_whose_first_token_would_span_the_border_is_tokenised_by_itself() -> None:
    tokenizer = tokenizer_of("bytes", "chatml")
    from tokenizers import AddedToken

    own = build("bytes")
    own.add_tokens([AddedToken("\n\n", special=False, normalized=False)])
    own.chat_template = tokenizer.chat_template
    row = render(own, "chat", "", "why?", "\nSo.")
    assert row.input_ids[: row.prompt_tokens] == render(own, "chat", "", "why?", None).input_ids
    assert trained(own, row) == "\nSo.<|im_end|>"
    whole = own.apply_chat_template(
        [{"role": "user", "content": "why?"}, {"role": "assistant", "content": "\nSo."}]
    )["input_ids"]
    assert whole[: len(row.input_ids)] != row.input_ids  # the stated difference


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(user=WORDS, answer=WORDS)
def test_our_mask_is_the_one_of_generation_markers(kind: str, user: str, answer: str) -> None:
    tokenizer = tokenizer_of(kind, "chatml marked")
    row = render(tokenizer, "chat", "", user or "x", "S" + answer)
    turns = [{"role": "user", "content": user or "x"}, {"role": "assistant", "content": "S" + answer}]
    theirs = tokenizer.apply_chat_template(turns, return_assistant_tokens_mask=True)
    assert theirs["input_ids"][: len(row.input_ids)] == row.input_ids
    assert theirs["assistant_masks"][: len(row.input_ids)] == [int(on) for on in row.loss_mask]
    assert not any(theirs["assistant_masks"][len(row.input_ids) :])  # the line break after the end token


def test_markers_that_leave_the_end_token_out_differ_from_us_by_that_token_alone() -> None:
    tokenizer = tokenizer_of("bytes", "marked without end")
    row = render(tokenizer, "chat", "", "why?", "So it is.")
    turns = [{"role": "user", "content": "why?"}, {"role": "assistant", "content": "So it is."}]
    theirs = tokenizer.apply_chat_template(turns, return_assistant_tokens_mask=True)["assistant_masks"]
    ours = [int(on) for on in row.loss_mask]
    assert [at for at in range(len(ours)) if ours[at] != theirs[at]] == [len(ours) - 1]


def test_a_conversation_learns_every_answer_and_its_end() -> None:
    turns = [("user", "why? a"), ("assistant", "So."), ("user", "b?"), ("assistant", " Not so. ")]
    messages = [{"role": role, "content": text} for role, text in turns]
    for kind in KINDS:
        for template in ("chatml marked", "llama", "gemma", "default system"):
            tokenizer = tokenizer_of(kind, template)
            row = render_turns(tokenizer, "Be brief.", messages)
            assert isinstance(row, Rendered)
            ends = [
                at
                for at, on in enumerate(row.loss_mask)
                if on and row.input_ids[at] == end_token(tokenizer, "chat")
            ]
            assert len(ends) == 2
            assert ends[1] == len(row.input_ids) - 1
            for turn in (1, 3):
                asked = render_turns(tokenizer, "Be brief.", messages[:turn])
                assert isinstance(asked, Rendered)
                assert row.input_ids[: len(asked.input_ids)] == asked.input_ids
                assert row.loss_mask[len(asked.input_ids)]
            assert row.loss_mask[ends[0] + 1] is False
            if template == "chatml marked":
                theirs = tokenizer.apply_chat_template(
                    [{"role": "system", "content": "Be brief."}, *messages], return_assistant_tokens_mask=True
                )
                assert theirs["assistant_masks"][: len(row.loss_mask)] == [int(on) for on in row.loss_mask]


@pytest.mark.parametrize("template", ["thinks", "channels", "endless"])
def test_templates_that_rewrite_earlier_answers_refuse_conversations(template: str) -> None:
    roles = ["user", "assistant", "user", "assistant"]
    found = render_turns(tokenizer_of("bytes", template), "", [{"role": r, "content": "x"} for r in roles])
    assert isinstance(found, Refused)
    assert found.reason == "conversation"
    assert "differently" in found.detail


def test_a_conversation_the_template_does_not_allow_is_refused_with_its_words() -> None:
    found = render_turns(
        tokenizer_of("bytes", "llama"),
        "",
        [{"role": r, "content": "x"} for r in ("user", "user", "assistant")],
    )
    assert found == Refused("conversation", "the chat template refuses it: roles must alternate")


@pytest.mark.parametrize("template", ["gemma", "silent"])
def test_a_template_without_system_role_has_the_instruction_in_the_user_turn(template: str) -> None:
    row = render(tokenizer_of("bytes", template), "chat", "Be brief.", "why?", None)
    assert "user\nBe brief.\n\nwhy?<" in row.text


def test_the_default_system_text_stands_only_where_there_is_no_instruction() -> None:
    tokenizer = tokenizer_of("bytes", "default system")
    assert "Be kind." in render(tokenizer, "chat", "why?", "", None).text
    assert "Be kind." not in render(tokenizer, "chat", "Be brief.", "why?", None).text


@pytest.mark.parametrize(
    ("template", "before"),
    [
        ("thinks", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),  # finished answers have the block
        ("thinks off", "<|im_start|>assistant\n<think>\n\n</think>\n\n"),  # thinking is switched off
        ("opens thoughts", "<|im_start|>assistant\n"),  # finished answers have no thoughts
        ("channels", "<|im_start|>assistant<|channel|>"),
    ],
)
def test_where_the_template_adds_thoughts_the_prompt_is_what_stands_before_a_finished_answer(
    template: str, before: str
) -> None:
    tokenizer = tokenizer_of("bytes", template)
    row = render(tokenizer, "chat", "", "why?", "So.")
    assert render(tokenizer, "chat", "", "why?", None).text.endswith(before)
    assert trained(tokenizer, row) == "So." + END.get(template, "<|im_end|>")


def test_a_date_in_a_template_is_the_same_every_day() -> None:
    text = render(tokenizer_of("bytes", "dated"), "chat", "", "why?", None).text
    assert text.startswith("Today is 26 Jul 2024, 26 Jul 2024.\n")


def test_the_probe_word_may_stand_in_a_row() -> None:
    tokenizer = tokenizer_of("bytes", "chatml")
    row = render(tokenizer, "chat", "domaintune", "domaintune", "domaintune domaintune")
    assert trained(tokenizer, row) == "domaintune domaintune<|im_end|>"


@pytest.mark.parametrize("broken", ["{{ raise_exception('never') }}", "{% for m in messages %}x{% endfor %}"])
def test_a_template_that_writes_no_answers_is_refused_plainly(broken: str) -> None:
    tokenizer = tokenizer_of("bytes", "chatml")
    tokenizer.chat_template = broken
    with pytest.raises(ModelError, match="use `alpaca`"):
        render(tokenizer, "chat", "", "why?", "So.")
