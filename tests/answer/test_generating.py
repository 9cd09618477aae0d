"""Answers: the same in any batch size and order, greedy, over beams or drawn; prompts never cut."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from model_settings import decode, runtime, untrained

from domaintune.answer.arms import How, Local, Prompted
from domaintune.answer.generating import (
    Generation,
    generate,
    generation_config,
)
from domaintune.answer.stage import decoding
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_model, load_tokenizer
from domaintune.core.rendering.rendering import Rendered
from domaintune.core.sections.evaluation import Questions

SAMPLED = {"do_sample": True, "temperature": 2.0}
BEAMS = {"num_beams": 4, "repetition_penalty": 1.4}
Write = Callable[..., dict[str, list[int]]]


def how(**fields: object) -> How:
    wanted = Questions.model_validate({"n": 4, "from": "train", "context": "none"})
    return How(wanted, decode(**fields), runtime(), seed=7)


@pytest.fixture(scope="module")
def tiny(tiny_foundation: Path) -> tuple[Any, Any]:
    opened = open_foundation(tiny_foundation)
    return load_model(opened, "none", "fp32", "cpu"), load_tokenizer(opened)


@pytest.fixture
def written(tiny: tuple[Any, Any]) -> Write:
    """Let the tiny model write after prompts of several lengths."""
    model, tokenizer = tiny
    asked = {str(n): tokenizer("pump " * (n + 1))["input_ids"] for n in reversed(range(6))}

    def write(seed: int = 7, pad_id: int = tokenizer.pad_token_id, **fields: object) -> dict[str, list[int]]:
        generation = Generation(decode(**fields), [tokenizer.eos_token_id], pad_id, seed)
        return {name: one.ids for name, one in generate(model, asked, generation)}

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


class Seen:
    """Stands for a model: keeps what it is given and writes the end token."""

    def __init__(self) -> None:
        import torch

        self.device, self.config = torch.device("cpu"), SimpleNamespace(bos_token_id=1)
        self.rows: list[list[int]] = []
        self.mask: list[list[int]] = []

    def generate(
        self, input_ids: Any, attention_mask: Any, generation_config: Any, logits_processor: Any
    ) -> Any:
        import torch

        self.rows, self.mask = input_ids.tolist(), attention_mask.tolist()
        end = torch.full((len(self.rows), 1), generation_config.eos_token_id[0])
        return torch.cat([input_ids, end], dim=1)


def test_a_repetition_penalty_meets_no_token_that_the_prompt_lacks() -> None:
    # it reads ids behind the mask too; many models pad with their end token, and padded answers would end later
    model, asked = Seen(), {"a": [5, 6, 7, 8], "b": [9]}
    written = list(generate(model, asked, Generation(decode(batch=2), [2], pad_id=2, seed=7)))
    assert written == [("b", ([], True)), ("a", ([], True))]
    assert model.rows == [[9, 9, 9, 9], [5, 6, 7, 8]]
    assert model.mask == [[0, 0, 0, 1], [1, 1, 1, 1]]


def test_one_beam_is_the_likeliest_token_each_time(tiny: tuple[Any, Any], written: Write) -> None:
    import torch

    model, tokenizer = tiny
    for name, ids in written(num_beams=1).items():
        prompt = tokenizer("pump " * (int(name) + 1))["input_ids"]
        found: list[int] = []
        with torch.inference_mode():
            while len(found) < len(ids):
                found.append(int(model(torch.tensor([prompt + found])).logits[0, -1].argmax()))
        assert found == ids


def test_what_is_drawn_is_decided_by_the_seed(written: Write) -> None:
    first = written(seed=1, **SAMPLED)
    assert first == written(seed=1, **SAMPLED)
    assert first != written(seed=2, **SAMPLED)
    assert first != written()
    assert written(seed=1, **SAMPLED, top_k=1) == written()


def test_drawn_beams_are_told_to_be_searched_one_question_at_a_time() -> None:
    assert decoding(decode(do_sample=True), 7, here=True)["no_effect"] == {}
    searched = decoding(decode(do_sample=True, num_beams=2), 7, here=True)
    assert "one question at a time" in searched["no_effect"]["batch"]["reason"]


def test_tokens_are_drawn_as_often_as_the_model_says(tiny: tuple[Any, Any]) -> None:
    import torch
    from scipy.stats import chisquare

    model, tokenizer = tiny
    prompt = tokenizer("pump")["input_ids"]
    with torch.inference_mode():
        scores = model(torch.tensor([prompt])).logits[0, -1].double()
    kept = scores.topk(5)
    wanted = (kept.values / 0.7).softmax(-1)
    how = Generation(decode(do_sample=True, temperature=0.7, top_k=5, max_new_tokens=1, batch=500), [], 0, 7)
    asked = {str(n): prompt for n in range(2000)}
    drawn = [one.ids[0] for _, one in generate(model, asked, how)]
    counts = [drawn.count(token) for token in kept.indices.tolist()]
    assert sum(counts) == 2000
    assert chisquare(counts, wanted.numpy() * 2000).pvalue > 0.001


def test_sampling_values_change_nothing_and_are_not_sent_where_nothing_is_drawn(
    tiny: tuple[Any, Any], written: Write, recwarn: pytest.WarningsRecorder
) -> None:
    study = decode(num_beams=4, temperature=0.1, top_k=40, top_p=0.75)
    config = generation_config(tiny[0], Generation(study, [2], 0, 7))
    sent = config.to_diff_dict()
    assert not {"temperature", "top_k", "top_p"} & set(sent)
    assert (sent["num_beams"], config.do_sample) == (4, False)
    assert written(temperature=0.1, top_k=40, top_p=0.75) == written()
    assert not [warning for warning in recwarn if "do_sample" in str(warning.message)]


def test_an_untrained_arm_answers_every_question_that_fits(tiny_foundation: Path, tmp_path: Path) -> None:
    questions = [Prompted("a", "Plan.", "Why?"), Prompted("b", "Plan.", "word " * 300)]
    local = Local("base", tiny_foundation, untrained(tmp_path), how())
    rendered = local.rendered(questions[0])
    assert isinstance(rendered, Rendered)
    for room, lost in ((len(rendered.input_ids), {"b"}), (len(rendered.input_ids) - 1, {"a", "b"})):
        local.loaded = local.loaded._replace(context=room + 8)
        answered = local.answer(questions)
        assert {answer.question_id for answer in answered.answers} == {"a", "b"} - lost
        assert {(name, reason) for name, (reason, _) in answered.lost.items()} == {
            (n, "too_long") for n in lost
        }
