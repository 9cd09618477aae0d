"""Answers: the same in any batch size and order, greedy, over beams or drawn; prompts never cut."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from model_settings import decode, runtime, untrained
from scipy.stats import chisquare

from domaintune.answer.arms import How, Local, Prompted
from domaintune.answer.generating import generate, generation_config
from domaintune.answer.stage import decoding
from domaintune.core.models.generating import LoadedArm, load_arm
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.evaluation import Questions

SAMPLED = {"do_sample": True, "temperature": 2.0}
BEAMS = {"num_beams": 4, "repetition_penalty": 1.4}
Write = Callable[..., dict[str, list[int]]]


@pytest.fixture(scope="module")
def tiny(tiny_foundation: Path, tmp_path_factory: pytest.TempPathFactory) -> LoadedArm:
    return load_arm(tiny_foundation, untrained(tmp_path_factory.mktemp("arm")), runtime())


def prompt_of(tiny: LoadedArm, words: int) -> list[int]:
    return tiny.tokenizer("pump " * words)["input_ids"]


@pytest.fixture
def written(tiny: LoadedArm) -> Write:
    """Let the tiny model write after prompts of several lengths."""
    asked = {str(n): prompt_of(tiny, n + 1) for n in reversed(range(6))}

    def write(seed: int = 7, **fields: object) -> dict[str, list[int]]:
        return {name: one.ids for name, one in generate(tiny, asked, decode(**fields), seed)}

    return write


@pytest.mark.parametrize(
    "fields",
    [{}, BEAMS, {"repetition_penalty": 1.4}, SAMPLED, SAMPLED | BEAMS, SAMPLED | {"top_k": 40, "top_p": 0.9}],
)
def test_no_answer_depends_on_the_batch_it_was_in(written: Write, fields: dict[str, object]) -> None:
    together = written(batch=6, **fields)
    for batch in (1, 4):
        assert written(batch=batch, **fields) == together
    assert all(len(ids) <= 8 for ids in together.values())


def test_a_repetition_penalty_meets_no_token_that_the_prompt_lacks() -> None:
    # it reads ids behind the mask too; many models pad with their end token, and padded answers would end later
    seen: dict[str, Any] = {}

    def ended(input_ids: torch.Tensor, **given: Any) -> torch.Tensor:
        seen.update(given, input_ids=input_ids)
        return torch.cat([input_ids, torch.full((len(input_ids), 1), 2)], dim=1)

    config = SimpleNamespace(bos_token_id=1)
    model = SimpleNamespace(device=torch.device("cpu"), config=config, generate=ended)
    arm = LoadedArm(model, SimpleNamespace(pad_token_id=2), "alpaca", "", None, [2])
    written = list(generate(arm, {"a": [5, 6, 7, 8], "b": [9]}, decode(batch=2), 7))
    assert written == [("b", ([], True)), ("a", ([], True))]
    assert seen["input_ids"].tolist() == [[9, 9, 9, 9], [5, 6, 7, 8]]
    assert seen["attention_mask"].tolist() == [[0, 0, 0, 1], [1, 1, 1, 1]]


def test_one_beam_is_the_likeliest_token_each_time(tiny: LoadedArm, written: Write) -> None:
    for name, ids in written(num_beams=1).items():
        prompt, found = prompt_of(tiny, int(name) + 1), list[int]()
        with torch.inference_mode():
            while len(found) < len(ids):
                found.append(int(tiny.model(torch.tensor([prompt + found])).logits[0, -1].argmax()))
        assert found == ids


def test_what_is_drawn_is_decided_by_the_seed(written: Write) -> None:
    first = written(seed=1, **SAMPLED)
    assert first == written(seed=1, **SAMPLED)
    assert first != written(seed=2, **SAMPLED)
    assert first != written()
    assert written(seed=1, **SAMPLED, top_k=1) == written()


def test_tokens_are_drawn_as_often_as_the_model_says(tiny: LoadedArm) -> None:
    prompt = prompt_of(tiny, 1)
    with torch.inference_mode():
        kept = tiny.model(torch.tensor([prompt])).logits[0, -1].double().topk(5)
    wanted = (kept.values / 0.7).softmax(-1)
    drawing = decode(do_sample=True, temperature=0.7, top_k=5, max_new_tokens=1, batch=500)
    asked = {str(n): prompt for n in range(2000)}
    drawn = [one.ids[0] for _, one in generate(tiny._replace(ends=[]), asked, drawing, 7)]
    counts = [drawn.count(token) for token in kept.indices.tolist()]
    assert sum(counts) == 2000
    assert chisquare(counts, wanted.numpy() * 2000).pvalue > 0.001


def test_sampling_values_change_nothing_and_are_not_sent_where_nothing_is_drawn(
    tiny: LoadedArm, written: Write, recwarn: pytest.WarningsRecorder
) -> None:
    study = {"temperature": 0.1, "top_k": 40, "top_p": 0.75}
    sent = generation_config(tiny, decode(num_beams=4, **study)).to_diff_dict()
    assert not set(study) & set(sent)
    assert (sent["num_beams"], sent.get("do_sample", False)) == (4, False)
    assert written(**study) == written()
    assert not [warning for warning in recwarn if "do_sample" in str(warning.message)]
    assert decoding(decode(do_sample=True), 7, here=True)["no_effect"] == {}
    searched = decoding(decode(do_sample=True, num_beams=2), 7, here=True)
    assert "one question at a time" in searched["no_effect"]["batch"]["reason"]


def test_an_untrained_arm_answers_every_question_that_fits(tiny_foundation: Path, tmp_path: Path) -> None:
    questions = [Prompted("a", "Plan.", "Why?"), Prompted("b", "Plan.", "word " * 300)]
    wanted = Questions.model_validate({"n": 4, "from": "train", "context": "none"})
    local = Local("base", tiny_foundation, untrained(tmp_path), How(wanted, decode(), runtime(), seed=7))
    rendered = local.rendered(questions[0])
    assert isinstance(rendered, Rendered)
    for room, lost in ((len(rendered.input_ids), {"b"}), (len(rendered.input_ids) - 1, {"a", "b"})):
        local.loaded = local.loaded._replace(context=room + 8)
        answered = local.answer(questions)
        assert {answer.question_id for answer in answered.answers} == {"a", "b"} - lost
        assert {name: reason for name, (reason, _) in answered.lost.items()} == dict.fromkeys(
            lost, "too_long"
        )
