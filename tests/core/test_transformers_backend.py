"""A local chat model as teacher, and the same behind a server: a tiny random one, whose answers never change."""

import shutil
from pathlib import Path

import pytest
from model_settings import runtime
from others import serving_model
from records import request, teacher

from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.paying.connection import connect
from domaintune.core.paying.openai_server import OpenaiServer
from domaintune.core.paying.protocol import Failure, Reply, Request, Sampling
from domaintune.core.sections.models import Teacher
from domaintune.core.stage.errors import ModelError, ParamsError, TeacherError
from domaintune.core.teacher import local_model
from domaintune.core.teacher.local_model import TransformersBackend
from domaintune.core.teacher.opening import identity


def settings(folder: Path) -> Teacher:
    return teacher(backend="transformers", model=str(folder), max_tokens=8)


def model(folder: Path, batch: int = 4) -> TransformersBackend:
    return TransformersBackend(settings(folder), runtime(teacher_batch=batch))


def ask(text: str, temperature: float = 0.0) -> Request:
    return request(text, sampling=Sampling(temperature, 1.0, 8, 0))


def test_answers_do_not_depend_on_batch_or_order_and_sampled_ones_not_on_their_neighbours(
    tiny_foundation: Path,
) -> None:
    requests = [ask("x" * n) for n in (3, 20, 1, 9, 5)]
    batched = dict(model(tiny_foundation).ask(requests))
    alone = dict(model(tiny_foundation, batch=1).ask(requests[::-1]))
    assert batched == alone
    assert len(batched) == 5
    first = batched[requests[0]]
    assert isinstance(first, Reply)
    said = [{"role": "user", "content": "xxx"}]
    tokenizer = load_tokenizer(open_foundation(tiny_foundation))
    prompt = tokenizer.apply_chat_template(said, add_generation_prompt=True)["input_ids"]
    assert first.prompt_tokens == len(prompt)
    assert first.completion_tokens <= 8
    assert "<|" not in first.text
    requests = [ask(f"text {n}", temperature=1.0) for n in range(4)]
    together = dict(model(tiny_foundation).ask(requests))
    assert dict(model(tiny_foundation).ask(requests[2:])) == {key: together[key] for key in requests[2:]}


def test_a_gguf_file_of_a_package_is_asked_and_named_by_its_hash(
    tiny_foundation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, str | None, str]] = []
    monkeypatch.setattr(local_model, "dequantised", lambda *given: read.append(given) or tiny_foundation)
    packaged = teacher(backend="transformers", model="mine-gguf/m.Q4.gguf", revision="0" * 64, max_tokens=8)
    answers = dict(TransformersBackend(packaged, runtime()).ask([ask("x")]))
    assert answers == dict(model(tiny_foundation).ask([ask("x")]))
    assert read == [("m.Q4.gguf", "mine-gguf", "0" * 64)]
    assert identity(packaged) == ("mine-gguf/m.Q4.gguf", "0" * 64)
    with pytest.raises(ParamsError, match="revision: .*must be pinned"):
        identity(packaged.model_copy(update={"revision": ""}))


@pytest.mark.slow
@pytest.mark.promise(7)
def test_a_model_says_the_same_through_transformers_serve_and_as_a_local_model(
    tiny_foundation: Path, tmp_path: Path
) -> None:
    requests = [ask(f"pump {n}")._replace(model=tiny_foundation.name) for n in range(4)]
    with serving_model(tiny_foundation, tmp_path / "serve.log") as base_url:
        servers = {"s": {"base_url": base_url, "api_key_env": None}}
        served = dict(OpenaiServer(connect("s", runtime(servers=servers, timeout_s=60.0), {})).ask(requests))
    assert [reply for reply in served.values() if not isinstance(reply, Reply)] == []
    assert served == dict(model(tiny_foundation, batch=1).ask(requests))


def test_a_text_that_leaves_no_room_for_the_answer_is_too_long(tiny_foundation: Path) -> None:
    [(_, failure)] = model(tiny_foundation).ask([ask("x y " * 200)])
    assert isinstance(failure, Failure)
    assert (failure.reason, "room for 248" in failure.detail) == ("too_long", True)


def test_a_folder_is_named_by_its_content(tiny_foundation: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny_foundation, tmp_path / tiny_foundation.name))
    assert identity(settings(copy)) == identity(settings(tiny_foundation))
    (copy / "config.json").write_text("{}")
    assert identity(settings(copy)) != identity(settings(tiny_foundation))


def test_a_model_that_cannot_be_asked_is_told(tiny_foundation: Path, tmp_path: Path) -> None:
    for path in tiny_foundation.iterdir():
        if path.name != "chat_template.jinja":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(TeacherError, match="no chat template"):
        model(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be loaded"):
        model(tmp_path)
