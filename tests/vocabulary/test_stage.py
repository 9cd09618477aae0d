"""A foundation with Korean tokens: fewer tokens a text, the base's weights uncopied, wrong input named."""

import json
import shutil
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_project import run_stage

from domaintune.core.models.foundation import open_foundation, read_extension
from domaintune.core.models.loading import load_model, load_tokenizer
from domaintune.core.models.pointer import read_pointer
from domaintune.core.sections.models import Vocabulary
from domaintune.core.stage.errors import InputError, ModelError
from domaintune.mix.params import Mix
from domaintune.mix.stage import resolve_template
from domaintune.vocabulary.extending import expanded, extend
from domaintune.vocabulary.learning import read_texts

KOREAN = [f"구리 펌프 {n}번은 {n} 켈빈에서 작동합니다. 압력은 {n} 바입니다." for n in range(30)]
ENTRY = Vocabulary(model="tiny", reads="x", language="ko", tokens=40, min_count=3)


@pytest.fixture(scope="module", name="models")
def models_with_korean(tiny_foundation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("foundation")
    shutil.copytree(tiny_foundation, folder / "tiny")
    languages, splits = ["ko"] * 30 + ["en", "ko"], ["train"] * 31 + ["test"]
    rows = {"language": languages, "split": splits, "text": [*KOREAN, "pump pump", "시험"]}
    pl.DataFrame(rows).write_parquet(folder / "rows.parquet")
    accounts = extend("korean", ENTRY, folder / "tiny", folder / "rows.parquet", folder / "korean")
    assert accounts.kept == 30
    assert accounts.extra["added_tokens"] == 40
    assert accounts.extra["tokens_after"] < 0.6 * accounts.extra["tokens_before"]
    return folder


def test_the_base_is_pointed_at_and_not_copied_and_a_new_row_is_the_mean_of_the_rows_of_its_pieces(
    models: Path,
) -> None:
    opened = open_foundation(models / "korean")
    assert opened.folder == models / "tiny"
    assert not list((models / "korean").glob("*.safetensors"))
    pointer = read_pointer(models / "korean")
    assert (pointer.kind, pointer.name) == ("extended", read_pointer(models / "tiny").name)
    auto = Mix(template="auto", context="none", cutoff=99, max_reject_fraction=0.5)
    assert resolve_template(auto, models / "korean") == resolve_template(auto, models / "tiny") == "chat"
    loaded = (
        load_model(open_foundation(models / name), "none", "fp32", "cpu") for name in ("tiny", "korean")
    )
    base, weight = (model.get_input_embeddings().weight for model in loaded)
    extension = read_extension(models / "korean")
    assert len(weight) == len(base) + 40
    assert (weight[: len(base)] == base).all()
    for token, pieces in zip(extension.added, extension.pieces, strict=True):
        assert weight[token].allclose(base[pieces].mean(0))


@given(text=st.text() | st.lists(st.sampled_from([*KOREAN, "The pump", " ", "\n", "바"])).map(" ".join))
def test_any_text_comes_back_in_no_more_tokens_which_stand_for_the_base_s(models: Path, text: str) -> None:
    base, extended = (load_cached(models / name) for name in ("tiny", "korean"))
    extension = read_extension(models / "korean")
    pieces = dict(zip(extension.added, extension.pieces, strict=True))
    old, new = (tokenizer(text, add_special_tokens=False)["input_ids"] for tokenizer in (base, extended))
    assert expanded(new, pieces) == old
    assert len(new) <= len(old)
    assert extended.decode(new) == base.decode(old)


@cache
def load_cached(folder: Path):  # type: ignore[no-untyped-def]  # a tokenizer of transformers
    return load_tokenizer(open_foundation(folder))


def test_too_little_text_another_language_and_a_table_without_text_are_named(models: Path) -> None:
    asked = ENTRY.model_copy(update={"tokens": 5000})
    with pytest.raises(ModelError, match=r"tokens: 5000 asked, but the texts of `reads` hold \d+ pairs"):
        extend("other", asked, models / "tiny", models / "rows.parquet", models / "other")
    with pytest.raises(InputError, match="expected texts with language ja, found none"):
        read_texts(models / "rows.parquet", "ja")
    pl.DataFrame({"n": [1]}).write_parquet(models / "numbers.parquet")
    with pytest.raises(InputError, match="expected one of the columns title, text"):
        read_texts(models / "numbers.parquet", None)


@pytest.mark.parametrize(
    ("kind", "message"), [("Unigram", "this model's is Unigram"), ("BPE", "otherwise than the base's tokens")]
)
def test_a_tokenizer_without_merges_or_that_cuts_otherwise_each_time_leaves_no_foundation(
    kind: str, message: str, models: Path, tmp_path: Path
) -> None:
    """With BPE dropout (arXiv:1910.13267) a tokenizer cuts a text otherwise each time."""
    base = tmp_path / "base"
    shutil.copytree(models / "tiny", base)
    described, pointer = (
        json.loads((base / name).read_text(encoding="utf-8")) for name in ("tokenizer.json", "model.json")
    )
    if kind == "BPE":
        described["model"]["dropout"] = 0.5
    else:
        vocab = [[token, -1.0] for token in described["model"]["vocab"]]
        described["model"] |= {"type": kind, "unk_id": 0, "byte_fallback": False, "vocab": vocab}
    (base / "tokenizer.json").write_text(json.dumps(described), encoding="utf-8")
    del pointer["files"]["tokenizer.json"]
    (base / "model.json").write_text(json.dumps(pointer), encoding="utf-8")
    lines = [f"The pump number {n} is made of copper and works at {n} K.\n" for n in range(40)]
    (tmp_path / "texts.txt").write_text("".join(lines), encoding="utf-8")
    entry = Vocabulary(model="base", reads="x", language=None, tokens=1, min_count=2)
    shutil.copytree(models / "korean", tmp_path / "out")
    with pytest.raises(ModelError, match=message):
        extend("other", entry, base, tmp_path / "texts.txt", tmp_path / "out")
    assert (tmp_path / "out").exists() == (kind != "BPE")


def test_the_stage_over_its_own_output_gives_the_same_foundation_which_no_changed_base_is_taken_for(
    models: Path, tmp_path: Path
) -> None:
    for name in ("tiny", "korean"):
        shutil.copytree(models / name, tmp_path / name)
    entry = ENTRY.model_dump() | {"reads": str(models / "rows.parquet")}
    words = "--vocabulary korean --base @model --reads @reads --out korean --accounting books.json"
    done = run_stage(tmp_path, "vocabulary", json.dumps({"vocabulary": {"korean": entry}}), words)
    assert done.returncode == 0, done.stderr
    open_foundation(tmp_path / "korean")
    for path in (models / "korean").iterdir():
        assert (tmp_path / "korean" / path.name).read_bytes() == path.read_bytes()
    books = json.loads((tmp_path / "books.json").read_text(encoding="utf-8"))
    assert (books["kept"], books["added_tokens"]) == (30, 40)
    (tmp_path / "tiny" / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json: its bytes are not those pinned"):
        open_foundation(tmp_path / "korean")
