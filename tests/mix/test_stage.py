"""The stage as it is run: templates told from files without torch, clear messages, accounting of what was left out."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from generate_run import document
from stage_project import run_stage
from starter_models import build_tokenizer

from domaintune.answer.arms import input_text
from domaintune.core.frames import read_records, write_records
from domaintune.core.models.pointer import PinnedFile, Pointer, pin_named, read_pointer, write_pointer
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.judgment import Grade
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import read_json
from domaintune.curate.questions import to_own_question
from domaintune.mix.params import Mix
from domaintune.mix.stage import resolve_template, with_documents

from .rows import row

AUTO = Mix(template="auto", context="none", cutoff=10, max_reject_fraction=0.5)
PARAMS = """
models: {{tiny: {{}}}}
gradings: {{notes: {{groups: [nasa], spec: quality, language: en, max_rows: null}}}}
tasks:
  one: {{group: nasa, sources: [a], reads: documents, request_per: field, fields: [text], max_documents: null}}
  two: {{group: korean, sources: [a], reads: questions, request_per: question, fields: [], max_documents: null}}
  three: {{group: dry, sources: [a], reads: questions, request_per: question, fields: [], max_documents: null}}
sources: {{a: {{}}}}
arms:
  base: {{model: tiny, mixture: null, baseline: base}}
  tuned: {{model: tiny, mixture: {mixture}, baseline: base}}
mix: {{template: auto, context: none, cutoff: 200, max_reject_fraction: 0.5}}
"""
Run = Callable[..., subprocess.CompletedProcess[str]]
Mix = Callable[[str], tuple[Any, Any, Any, Any]]


def pin(folder: Path) -> Path:
    """Write a pointer to the files of a folder; the weights it names are not there, and must not be read."""
    names = [name for name in ("chat_template.jinja", "tokenizer_config.json") if (folder / name).is_file()]
    files = pin_named(folder, names) | {"model.safetensors": PinnedFile(sha256="0", size=1)}
    write_pointer(folder, Pointer(kind="random", name="m", files=files))
    return folder


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"chat_template.jinja": "{{ x }}"}, "chat"),
        ({"tokenizer_config.json": '{"chat_template": "{{ x }}"}'}, "chat"),
        ({"tokenizer_config.json": '{"chat_template": [{"name": "default", "template": "x"}]}'}, "chat"),
        ({"tokenizer_config.json": '{"chat_template": [{"name": "tool_use", "template": "x"}]}'}, "alpaca"),
        ({"tokenizer_config.json": "{}"}, "alpaca"),
        ({}, "alpaca"),
    ],
)
def test_auto_is_chat_where_the_tokenizers_files_have_a_template(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert resolve_template(AUTO, pin(tmp_path)) == expected
    local = {"kind": "local", "path": str(tmp_path)}
    write_pointer(tmp_path / "pointer", read_pointer(tmp_path).model_copy(update=local))
    assert resolve_template(AUTO, tmp_path / "pointer") == expected
    given = read_pointer(tmp_path).model_copy(update=local | {"chat_template": "{{ own }}"})
    write_pointer(tmp_path / "pointer", given)
    assert resolve_template(AUTO, tmp_path / "pointer") == "chat"


def test_template_files_must_have_the_pinned_bytes_and_are_not_read_for_a_template_that_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "chat_template.jinja").write_text("{{ x }}")
    pin(tmp_path)
    (tmp_path / "chat_template.jinja").write_text("{{ y }}")
    with pytest.raises(ModelError, match="its bytes are not those pinned"):
        resolve_template(AUTO, tmp_path)
    for name in ("chat", "alpaca", "alpaca_ko"):
        assert resolve_template(AUTO.model_copy(update={"template": name}), Path("nowhere")) == name


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A tokenizer of ours with a chat template and a pointer without weights; the stage in a process of its own."""
    (tmp_path / "gate.json").write_text('{"passed": true}')
    folder = tmp_path / "models/tiny"
    folder.mkdir(parents=True)
    build_tokenizer(["The pump is blue."] * 9, 300, 256, chat=True).save_pretrained(folder)
    (folder / "config.json").write_text('{"model_type": "llama"}')
    files = read_pointer(pin(folder)).files
    del files["model.safetensors"]
    write_pointer(folder, Pointer(kind="random", name="m", files=files))
    rows = [
        row(
            f"{task}{at}", task=task, group=group, language=language, input=f"Why {at}?",
            output="So." * (1 if at else 99), licence="MIT", split="train" if at else "validation",
        )
        for task, group, language, n in (("one", "nasa", "en", 9), ("two", "korean", "ko", 5))
        for at in range(n)
    ]  # fmt: skip
    Instruction.to_frame(rows).write_parquet(tmp_path / "rows.parquet")
    grades = []
    for at in range(1, 7):
        grades.append(Grade(instruction_id=f"one{at}", name="mean", value=at, by="judge"))
        grades.append(Grade(instruction_id=f"one{at}", name="format", value=at / 9, by="heuristic"))
    write_records(tmp_path / "grades/notes/grades.parquet", Grade, grades, sort_by=("instruction_id", "name"))

    def start(arm: str, mixture: str = "[nasa]") -> subprocess.CompletedProcess[str]:
        words = f"""--arm {arm} --instructions rows.parquet --documents documents.parquet --gate gate.json --grades grades
            --foundation models/tiny --out out/{arm} --metrics metrics.json --accounting books.json"""
        return run_stage(tmp_path, "mix", PARAMS.format(mixture=mixture), words)

    return start


def test_an_untrained_arm_names_its_template_without_loading_torch_or_transformers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    found = run("base")
    assert found.returncode == 0, found.stderr
    loaded = {line.rsplit("|", 1)[1].strip() for line in found.stderr.splitlines() if "|" in line}
    assert "polars" in loaded
    assert not loaded & {"torch", "transformers"}
    assert read_json(tmp_path / "out/base/mixture.json") == {"trained": False, "template": "chat"}


@pytest.fixture
def mix(run: Run, tmp_path: Path) -> Mix:
    """Mix, and return what is described, accounted, measured, and the rows' texts."""

    def mixed(mixture: str) -> tuple[Any, Any, Any, Any]:
        found = run("tuned", mixture)
        assert (found.returncode, found.stderr) == (0, "")
        written = [
            read_json(tmp_path / name) for name in ("out/tuned/mixture.json", "books.json", "metrics.json")
        ]
        return *written, pl.read_parquet(tmp_path / "out/tuned/rows.parquet")["text"]

    return mixed


def test_with_context_a_question_stands_with_its_document_as_it_is_asked() -> None:
    one = document(1)
    asked, empty = (
        row(name, input=text, document_id=one.id) for name, text in (("a", "What is it?"), ("b", ""))
    )
    others = [empty, row("c", input="What else?", document_id="of no document")]
    shown, *rest = with_documents([asked, *others], [one])
    assert rest == others
    assert shown == asked.model_copy(update={"input": shown.input})
    question = to_own_question(asked, one.source).model_copy(update={"context": "\n\n".join(one.texts())})
    assert shown.input == input_text(question, "document")


def test_a_mixture_is_rendered_with_the_resolved_template_and_its_shares_are_measured(mix: Mix) -> None:
    mixture = "{groups: [nasa, korean], caps: {one: 6}, weights: {two: 1.5}, languages: {en: 0.5, ko: 0.5}, "
    described, books, metrics, texts = mix(mixture + "balance: rows, tolerance: 0.01}")
    half, balance = {"en": 0.5, "ko": 0.5}, described["balance"]
    assert described["template"] == "chat"
    assert [described["shares"]["languages"][name]["rows"] for name in ("ko", "en")] == [6, 6]
    assert described["languages"] == balance["asked"] == balance["row_share"] == metrics["row_share"] == half
    assert balance["off"] == 0
    assert metrics["token_share"]["ko"] == pytest.approx(0.5, abs=0.01)
    assert books["left_out_by_cap"] == 2
    assert len(texts) == books["kept"] == books["in"] - 2  # the two validation rows are too long
    assert books["rejected"] == {"over_cutoff": 2}
    assert texts[0] == "<|begin|><|system|>Plan.<|user|>Why 1?<|assistant|>So.<|end|>"


def test_an_arm_is_told_its_rows_grades_and_what_came_of_them_is_written(mix: Mix) -> None:
    mixture = "{groups: [nasa], grades: {grading: notes, by: mean, use: condition, bands: {low: 1, high: 4}, "
    described, books, metrics, texts = mix(mixture + 'control_prefix: "Quality: {band}"}}')
    assert texts.str.extract(r"Quality: (\w+)").to_list() == ["low"] * 3 + ["high"] * 3 + [None, None]
    assert described["condition_line"] == "Quality: high"
    assert described["grades"] == {
        "grading": "notes", "by": "mean", "use": "condition", "bands": {"low": 1.0, "high": 4.0},
        "control_prefix": "Quality: {band}", "rows": "all",
    }  # fmt: skip
    grades = metrics["grades"]
    assert {name: one["rows"] for name, one in grades["band_shares"].items()} == {"low": 3, "high": 3}
    assert grades["shares"]["ungraded"]["row_share"] == 0.25
    assert grades["candidates"] == {"graded": 6, "ungraded": 2}
    counted = {"graded_rows": 6, "ungraded_rows": 2, "band_low_rows": 3, "band_high_rows": 3}
    assert books.items() >= counted.items()
    assert (described["categories"], described["uncategorised"]) == ({}, 8)


def test_other_grades_that_choose_the_same_rows_write_the_same_mixture(mix: Mix, tmp_path: Path) -> None:
    mixture = "{groups: [nasa], rows: graded, grades: {grading: notes, by: mean, use: filter, at_least: 4}}"
    _, _, measured, _ = mix(mixture)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out/tuned").iterdir()}
    path = tmp_path / "grades/notes/grades.parquet"
    was = read_records(path, Grade)
    other = [one.model_copy(update={"value": one.value + (1 if one.value >= 4 else -1)}) for one in was]
    write_records(path, Grade, other, sort_by=("instruction_id", "name"))
    assert mix(mixture)[2] != measured
    assert {path.name: path.read_bytes() for path in (tmp_path / "out/tuned").iterdir()} == before


@pytest.mark.parametrize(
    ("mixture", "message"),
    [
        ("{groups: [nasa], languages: {en: 0.5}, balance: rows, tolerance: 0.1}", "the shares must add up to 1, not 0.5"),
        ("{groups: [nasa], languages: {en: 1.0}}", "languages and balance go together"),
        (
            "{groups: [nasa, korean], weights: {two: 0.3}, languages: {en: 0.7, ko: 0.3}, tolerance: 0.01, balance: rows}",
            "mix (tuned): the languages' shares of the rows are en 0.6667 (asked 0.7), ko 0.3333 (asked 0.3): 0.0333 off",
        ),
        ("{groups: [nasa], weights: {one: -1.0}}", "mixture.weights.one: input should be greater than 0, got -1.0"),
        ("[dry]", "no curated row has the groups ['dry']; there are rows of ['korean', 'nasa']"),
        ("nasa", "expected a list of groups, a mapping with `groups`, or null, got 'nasa'"),
        (
            "{groups: [nasa], grades: {grading: notes, by: mena, use: filter, top: 0.5}}",
            "mixture.grades.by: no value mena; there are, scored by a judge: mean; measured: format.",
        ),
        (
            "{groups: [nasa], grades: {grading: notes, by: mean, use: condition, bands: {a: 1}, control_prefix: '<|end|>{band}'}}",
            "mixture.grades.control_prefix: '<|end|>a' holds the model's special token <|end|>",
        ),
    ],
)  # fmt: skip
def test_a_wrong_mixture_is_one_clear_message(run: Run, tmp_path: Path, mixture: str, message: str) -> None:
    found = run("tuned", mixture)
    assert found.returncode == 1
    assert message in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
