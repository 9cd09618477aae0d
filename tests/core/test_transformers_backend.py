"""A local chat model as teacher: a tiny random one, whose answers mean nothing but never change."""

from pathlib import Path

import pytest
from records import request, runtime, teacher

from domaintune.core.paying.protocol import Failure, Reply, Request, Sampling
from domaintune.core.sections.models import Teacher
from domaintune.core.stage.errors import ModelError, TeacherError
from domaintune.core.teacher.opening import TransformersBackend, identity

TEMPLATE = "{% for m in messages %}<s>{{ m.content }}</s>{% endfor %}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    path = tmp_path_factory.mktemp("chat")
    bpe = ByteLevelBPETokenizer()
    bpe.train_from_iterator(
        ["a small text"], vocab_size=260, special_tokens=["<s>", "</s>"], show_progress=False
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe._tokenizer, bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(path)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=64, bos_token_id=0, eos_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(path)
    return path


def settings(folder: Path) -> Teacher:
    return teacher(backend="transformers", model=str(folder), max_tokens=8)


def model(folder: Path, batch: int = 4) -> TransformersBackend:
    return TransformersBackend(settings(folder), runtime(teacher_batch=batch, threads=1))


def ask(text: str, temperature: float = 0.0) -> Request:
    return request(text, sampling=Sampling(temperature, 1.0, 8, 0))


def test_answers_do_not_depend_on_batch_or_order(folder: Path) -> None:
    requests = [ask("x" * n) for n in (3, 20, 1, 9, 5)]
    batched = dict(model(folder).ask(requests))
    alone = dict(model(folder, batch=1).ask(requests[::-1]))
    assert batched == alone
    assert len(batched) == 5
    first = batched[requests[0]]
    assert isinstance(first, Reply)
    assert first.prompt_tokens == 5
    assert first.completion_tokens <= 8
    assert "<s>" not in first.text


def test_sampled_answers_do_not_depend_on_their_neighbours(folder: Path) -> None:
    requests = [ask(f"text {n}", temperature=1.0) for n in range(4)]
    together = dict(model(folder).ask(requests))
    assert dict(model(folder).ask(requests[2:])) == {key: together[key] for key in requests[2:]}


def test_a_text_that_leaves_no_room_for_the_answer_is_too_long(folder: Path) -> None:
    [(_, failure)] = model(folder).ask([ask("x y " * 40)])
    assert isinstance(failure, Failure)
    assert failure.reason == "too_long"
    assert "room for 56" in failure.detail


def test_a_folder_is_named_by_its_content(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / folder.name
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    assert identity(settings(copy)) == identity(settings(folder))
    (copy / "config.json").write_text("{}")
    assert identity(settings(copy)) != identity(settings(folder))


def test_a_model_that_cannot_be_asked_is_told(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        if path.name != "chat_template.jinja":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(TeacherError, match="no chat template"):
        model(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        model(tmp_path)
