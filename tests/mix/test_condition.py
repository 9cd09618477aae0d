"""The line that tells an answer's quality: in one place, the same in training and answering but for the band's name."""

from pathlib import Path
from typing import Any

import pytest
from model_settings import decode, runtime, untrained
from records import turns_of
from starter_models import build_tokenizer

from domaintune.answer.arms import How, Local, Prompted
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.records.instruction import Instruction
from domaintune.core.rendering.rendering import Rendered, messages_of, render, render_row, render_turns
from domaintune.core.sections.evaluation import Questions

from .rows import row

LOW, HIGH = "Quality of the answer: low", "Quality of the answer: high"
TEMPLATES = ["alpaca", "alpaca_ko", "chat"]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    texts = [f"The pump number {n} is made of copper and of high quality, not low." for n in range(40)]
    return build_tokenizer(texts, 340, 256, chat=True)


ROWS = {
    "instruction and input": row("a", instruction="Plan.", input="Why?", output="So."),
    "an instruction alone": row("a", instruction="Plan.", input="", output="So."),
    "a question alone": row("a", instruction="", input="Why?", output="So."),
    "a system text": row("a", system="Be kind.", instruction="Plan.", input="Why?", output="So."),
    "a system text and an instruction alone": row("a", system="Be kind.", instruction="Plan.", input="", output="So."),
    "turns": row("a", instruction="", input="", turns=turns_of("Why?", "So.", "And?", "No.")),
    "turns and a system text": row("a", system="Be kind.", instruction="", input="", turns=turns_of("Why?", "So.")),
    "turns and an instruction": row("a", instruction="Plan.", input="", turns=turns_of("Why?", "So.")),
}  # fmt: skip
# the Alpaca prompt has neither turns nor a system text; such rows are rejected
CHAT_ONLY = {name for name in ROWS if "system" in name or "turns" in name}


def asked(tokenizer: Any, template: Any, one: Instruction, line: str) -> Rendered:
    """Return the prompt an arm is asked with; what answering has no place for goes through its chat function."""
    if not one.system and not (one.turns and one.instruction):
        question = one.turns[0].content if one.turns else one.input
        return render(tokenizer, template, one.instruction, question, None, line=line)
    system, said = messages_of(one, line)
    found = render_turns(tokenizer, system, said[:1])
    assert isinstance(found, Rendered)
    return found


@pytest.mark.parametrize(
    ("template", "kind"),
    [(name, kind) for name in TEMPLATES for kind in ROWS if name == "chat" or kind not in CHAT_ONLY],
)
def test_training_and_answering_differ_in_the_bands_name_alone(
    tokenizer: Any, template: Any, kind: str
) -> None:
    one = ROWS[kind]
    trained = render_row(tokenizer, template, one, LOW)
    assert isinstance(trained, Rendered)
    before = trained.input_ids[: trained.prompt_tokens]
    assert before == asked(tokenizer, template, one, LOW).input_ids
    text = tokenizer.decode(before)
    assert text.count(LOW) == 1
    assert tokenizer.decode(asked(tokenizer, template, one, HIGH).input_ids) == text.replace(LOW, HIGH)


TOLD = f"Plan.\n\n{LOW}"
PLACES = [
    ("alpaca", "instruction and input", f"### Instruction:\n{TOLD}\n\n### Input:\nWhy?\n\n"),
    ("alpaca_ko", "an instruction alone", f"### 명령어:\n{TOLD}\n\n### 응답:\n"),
    ("alpaca", "a question alone", f"### Instruction:\nWhy?\n\n{LOW}\n\n### Response:"),
    ("chat", "instruction and input", f"<|system|>{TOLD}<|user|>Why?<|assistant|>"),
    ("chat", "a system text and an instruction alone", f"<|system|>Be kind.<|user|>{TOLD}<|assist"),
    ("chat", "turns", f"<|begin|><|user|>Why?\n\n{LOW}<|assistant|>So.<|end|><|user|>And?<|assi"),
    ("chat", "turns and a system text", f"<|system|>Be kind.<|user|>Why?\n\n{LOW}<|assistant|>"),
    ("chat", "turns and an instruction", f"<|system|>{TOLD}<|user|>Why?<|assistant|>"),
]


@pytest.mark.parametrize(("template", "kind", "shown"), PLACES)
def test_the_line_is_the_last_paragraph_of_the_instruction_wherever_that_stands(
    tokenizer: Any, template: Any, kind: str, shown: str
) -> None:
    assert shown in render_row(tokenizer, template, ROWS[kind], LOW).text


def test_answering_tells_the_line_of_the_arms_own_file(
    tiny_foundation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = Questions.model_validate({"n": 2, "from": "train", "context": "none"})
    how, sent = How(wanted, decode(), runtime(), seed=7), list[list[int]]()
    monkeypatch.setattr(
        "domaintune.answer.arms.generate", lambda arm, asked, *_: sent.extend(asked.values()) or []
    )
    questions = [Prompted("a", "Plan.", "Why?"), Prompted("b", "", "Why?")]
    for own in ({}, {"condition_line": HIGH}):
        Local("base", tiny_foundation, untrained(tmp_path, **own), how).answer(questions)
    tokenizer = load_tokenizer(open_foundation(tiny_foundation))
    assert sent == [
        render(tokenizer, "alpaca", one.instruction, one.input, None, line=line).input_ids
        for line in ("", HIGH)
        for one in questions
    ]
    assert [HIGH in tokenizer.decode(ids) for ids in sent] == [False, False, True, True]
