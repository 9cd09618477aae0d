"""Recipes change values, never comments, and the starter recipe is the params.yaml that ships."""

from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import pytest
from committed import PARAMS, ROOT
from ruamel.yaml import YAML

from domaintune.cli.params_text import applied
from domaintune.cli.recipe import FOLDER, Size, forget_stages, load, merged, overlay, written
from domaintune.core.stage.errors import ParamsError

HEAD = "schema: '2.0'\nstages:\n"
KEPT = "  corpus:\n    cmd: python -m a\n    deps:\n    - path: x\n      md5: 1\n"
OTHER = "  train@gone:\n    cmd: >-\n      two\n    outs:\n    - path: models/gone\n"
ARM = "  train@base:\n    cmd: b\n"
PAID = "  generate@gone:\n    cmd: g\n    outs:\n    - path: data/responses/generate/gone.parquet\n"
NAMES = sorted(path.stem for path in (ROOT / FOLDER).glob("*.yaml"))
CHOSEN = {"compare": {"selection": {"selected": ["a", "b"], "random": ["c", "d"]}}}
SET = "compare:\n  selection: {selected: [a, b], random: [c, d]}  # why\n  alpha: 0.05\n"


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@cache
def shipped_as(name: str, size: Size) -> str:
    return written(PARAMS.read_text(encoding="utf-8"), name, size)


def test_the_shipped_params_are_the_starter_of_the_nasa_study() -> None:
    study = shipped_as("nasa_rnd", "study")
    assert applied(study, load("nasa_rnd", "starter").starter) == PARAMS.read_text(encoding="utf-8") != study


PRINTED: dict[str, dict[str, Any]] = {
    "nasa_rnd": {
        "lora": {"method": "lora", "r": 32, "alpha": 64, "dropout": 0.05, "target_modules": ["q_proj", "v_proj"]},
        "train": {"batch": 128, "micro_batch": 4, "epochs": 3.0, "learning_rate": 3e-4, "scheduler": "linear"},
        "mix": {"cutoff": 256},
        "answer": {"questions": {"n": 10, "from": "train", "context": "none"}},
        "tasks": {"nasa_rnd": {"max_documents": 8617}},
        "models": {"original": {"repo_id": "davidkim205/komt-llama2-13b-v1"}},
    },
    "korean_survey": {
        "lora": {"r": 16, "alpha": 32, "target_modules": ["query_key_value"]},
        "train": {"batch": 256, "epochs": 5.0, "learning_rate": 3e-4, "scheduler": "cosine", "warmup_fraction": 0.05},
        "decode": {
            "num_beams": 4, "repetition_penalty": 1.4, "max_new_tokens": 400, "temperature": 0.1, "top_k": 40,
            "top_p": 0.75, "do_sample": False,
        },
        "mix": {"template": "alpaca_ko"},
        "translate": {"engine": "endpoint", "endpoint": {"protocol": "deepl"}},
        "corpus": {"test_fraction": 0.0},
        "answer": {"questions": {"n": 252}},
    },
    "koni": {
        "train": {"launch": {"processes": 24}},
        "arms": {"tuned": {"mixture": {"languages": {"en": 0.5, "ko": 0.5}}}},
    },
    "self_guided": {
        "arms": {"chatgpt": {"endpoint": {"server": "reference"}}},
        "answer": {"questions": {"n": 1000}},
    },
}  # fmt: skip
"""Recipe → values that its study prints."""


@pytest.mark.parametrize("name", PRINTED)
def test_a_recipe_holds_its_study_s_values(name: str) -> None:
    study = load(name).study
    assert merged(study, PRINTED[name], ()) == study


@pytest.mark.parametrize(
    ("text", "over", "expected"),
    [
        ("sample:  # why\n  a: 1\nseed: 1\n", {"sample": {}}, "sample: {}  # why\nseed: 1\n"),
        # a blank line or a comment within a section does not save its entries from being replaced
        ("sample:\n  a: 1\n# off\n  b: 2\nseed: 1\n", {"sample": {"c": 3}}, "sample:\n  c: 3\nseed: 1\n"),
        ("sample:\n  a: 1\n\n  b: 2\n\nseed: 1\n", {"sample": {"c": 3}}, "sample:\n  c: 3\n\nseed: 1\n"),
        # null may be written as nothing, wherever the next line stands
        (
            "compare:\n  suite:   # why\n  selection:   # what\n\nreport:\n  examples: 10\n",
            {"compare": {"suite": "koni", "selection": {"selected": ["a"]}}},
            "compare:\n  suite: koni   # why\n  selection: {selected: [a]}   # what\n\nreport:\n  examples: 10\n",
        ),
        # a mapping is set as a whole where there was none, or one on one line
        (SET.replace(SET[SET.index("{") : SET.index("  #")], "null"), CHOSEN, SET),
        (SET, {"compare": {"selection": {"selected": ["x"], "random": ["y"]}}},
         SET.replace("[a, b]", "[x]").replace("[c, d]", "[y]")),
        (SET, {"compare": {"selection": None}}, "compare:\n  selection: null  # why\n  alpha: 0.05\n"),
        # what cannot be written is told
        ("train:\n  epochs: 3\n", {"train": {"epohcs": 1}}, "train.epohcs: params.yaml has no such parameter"),
        # entries that would live on behind a bracket
        ("sample: {\n  a: {x: 1}\n}\nseed: 1\n", {"sample": {"c": 3}}, "sample: indent its closing bracket"),
        ("lora:\n  target_modules:\n    - a\n    - b\n", {"lora": {"target_modules": ["c"]}},
         "lora.target_modules: write the present value on one line"),
    ],
)  # fmt: skip
def test_a_value_is_written_where_it_stands_or_refused_with_what_to_do(
    text: str, over: dict[str, Any], expected: str
) -> None:
    if expected.endswith("\n"):
        assert applied(text, over) == expected
    else:
        with pytest.raises(ParamsError, match=expected):
            applied(text, over)


def paths_under_recipes(value: Any) -> set[Path]:
    """Return every path below recipes/ that a recipe's values name."""
    if isinstance(value, dict):
        return set().union(*map(paths_under_recipes, value.values()))
    return {Path(value)} if isinstance(value, str) and value.startswith("recipes/") else set()


def test_recipes_read_the_files_of_their_size_and_no_file_lies_there_unread() -> None:
    overlays = [overlay(load(name, size), size) for name in NAMES for size in ("starter", "test")]  # type: ignore[arg-type]
    read = set().union(*map(paths_under_recipes, overlays))
    assert len(read) > 30
    assert [path for path in read if not path.exists()] == []
    files = {file for path in read for file in (path, *path.rglob("*"))}
    shipped = {
        file for file in Path("recipes/data").rglob("*") if file.is_file() and "answers" not in file.parts
    }
    assert shipped - files == {Path("recipes/data/README.md")}
    assert (
        load("koni", "test").starter["sources"]["papers"]["path"] == "recipes/data/chemistry/test/documents"
    )


def test_size_test_leaves_out_what_the_recipe_says_and_only_what_is_there() -> None:
    recipe = load("chemistry")
    starter, test = overlay(recipe, "starter"), overlay(recipe, "test")
    assert set(starter["tasks"]) - set(test["tasks"]) == set(recipe.test_without["tasks"]) != set()
    wrong = recipe.model_copy(update={"test_without": {"tasks": ["exams"]}})
    with pytest.raises(ParamsError, match=r"test_without\.tasks: \['exams'\] are not entries"):
        overlay(wrong, "test")


@pytest.mark.parametrize("before", NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_leaves_nothing_of_the_one_before_it_or_of_an_experiment(name: str, before: str) -> None:
    left, yaml = StringIO(), YAML()  # as `dvc exp run -S` rewrites it: null becomes nothing, long lines break
    yaml.dump(yaml.load(shipped_as(before, "study")), left)
    found, expected = written(left.getvalue(), name, "test"), shipped_as(name, "test")
    assert YAML(typ="safe").load(found) == YAML(typ="safe").load(expected)
    assert written(shipped_as(before, "starter"), name, "study") == shipped_as(name, "study")
    assert written(shipped_as(before, "study"), name, "starter") == shipped_as(name, "starter")
    banners = [
        [line for line in text.splitlines() if line.startswith("#")]
        for text in (PARAMS.read_text(encoding="utf-8"), *(shipped_as(name, size) for size in get_args(Size)))
    ]
    assert banners == [banners[0]] * 5


def test_entries_of_stages_that_are_gone_leave_the_file_but_what_was_paid_for_is_not_forgotten(
    tmp_path: Path,
) -> None:
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  corpus: {cmd: a}\n  train: {foreach: '${arms}', do: {cmd: b}}\n  held: {foreach: {x: 1}, do: {cmd: c}}\n"
    )
    (tmp_path / "params.yaml").write_text("arms: {base: {model: m}}\n")
    forget_stages(tmp_path)
    lock = tmp_path / "dvc.lock"
    lock.write_text(HEAD + KEPT + OTHER + PAID + ARM)
    for _ in range(2):
        forget_stages(tmp_path)
        assert lock.read_text() == HEAD + KEPT + PAID + ARM
