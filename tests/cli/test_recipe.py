"""Recipes change values, never comments, and the starter recipe is the params.yaml that ships."""

from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS
from ruamel.yaml import YAML

from domaintune.check.references import cross_section_problems
from domaintune.check.sections import section_problems
from domaintune.cli.params_text import applied
from domaintune.cli.recipe import FOLDER, Size, forget_stages, load, merged, overlay, stage_names, written
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import load_section
from domaintune.translate.params import Translate

ROOT = Path(__file__).parents[2]
HEAD = "schema: '2.0'\nstages:\n"
KEPT = "  corpus:\n    cmd: python -m a\n    deps:\n    - path: x\n      md5: 1\n"
OTHER = "  train@gone:\n    cmd: >-\n      two\n    outs:\n    - path: models/gone\n"
ARM = "  train@base:\n    cmd: b\n"
PAID = "  generate@gone:\n    cmd: g\n    outs:\n    - path: data/responses/generate/gone.parquet\n"
NAMES = sorted(path.stem for path in (ROOT / FOLDER).glob("*.yaml"))


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_there_are_recipes() -> None:
    assert "nasa_rnd" in NAMES


def test_the_shipped_params_are_the_starter_of_the_nasa_study() -> None:
    text = PARAMS.read_text(encoding="utf-8")
    study = applied(text, overlay(load("nasa_rnd"), "study"))
    assert study != text
    assert applied(study, overlay(load("nasa_rnd"), "starter")) == text


@pytest.mark.parametrize("name", NAMES)
def test_every_comment_survives_every_size(name: str) -> None:
    text = PARAMS.read_text(encoding="utf-8")
    banners = [line for line in text.splitlines() if line.startswith("#")]
    for size in ("study", "starter", "test"):
        written = applied(text, overlay(load(name), size))
        assert [line for line in written.splitlines() if line.startswith("#")] == banners


def test_the_nasa_recipe_holds_the_study_s_values() -> None:
    study = load("nasa_rnd").study
    assert study["lora"] == {
        "method": "lora",
        "r": 32,
        "alpha": 64,
        "dropout": 0.05,
        "target_modules": ["q_proj", "v_proj"],
    }
    assert (study["train"]["batch"], study["train"]["micro_batch"]) == (128, 4)
    assert (study["train"]["epochs"], study["train"]["learning_rate"], study["train"]["scheduler"]) == (
        3.0,
        3e-4,
        "linear",
    )
    assert study["mix"]["cutoff"] == 256
    assert study["answer"]["questions"] == {"n": 10, "from": "train", "context": "none"}
    assert study["tasks"]["nasa_rnd"]["max_documents"] == 8617
    assert study["models"]["original"]["repo_id"] == "davidkim205/komt-llama2-13b-v1"


def test_the_korean_recipes_hold_their_studies_values() -> None:
    survey, koni = load("korean_survey").study, load("koni").study
    written = survey["lora"] | survey["train"] | survey["decode"] | {"template": survey["mix"]["template"]}
    printed = {
        "r": 16, "alpha": 32, "target_modules": ["query_key_value"], "epochs": 5.0, "learning_rate": 3e-4,
        "scheduler": "cosine", "warmup_fraction": 0.05, "num_beams": 4, "repetition_penalty": 1.4,
        "max_new_tokens": 400, "temperature": 0.1, "top_k": 40, "top_p": 0.75, "do_sample": False,
        "template": "alpaca_ko",
    }  # fmt: skip
    assert {name: written[name] for name in printed} == printed
    assert survey["train"]["batch"] == 256
    assert (survey["corpus"], survey["answer"]["questions"]["n"]) == ({"test_fraction": 0.0}, 252)
    assert koni["train"]["launch"]["processes"] == 24
    assert koni["arms"]["tuned"]["mixture"]["languages"] == {"en": 0.5, "ko": 0.5}


def test_the_korean_survey_translates_with_what_its_study_used_and_the_next_recipe_with_the_teacher_again(
    tmp_path: Path,
) -> None:
    text = PARAMS.read_text(encoding="utf-8")
    path = tmp_path / "params.yaml"
    path.write_text(applied(text, overlay(load("korean_survey"), "study")), encoding="utf-8")
    assert [*section_problems(path), *cross_section_problems(path, Path("catalog/grades"))] == []
    study = load_section(path, Translate)
    assert (study.engine, study.endpoint and study.endpoint.protocol) == ("endpoint", "deepl")
    for name in NAMES:
        path.write_text(
            applied(path.read_text(encoding="utf-8"), overlay(load(name), "starter")), encoding="utf-8"
        )
        after = load_section(path, Translate)
        assert (after.engine, after.endpoint, after.max_tokens_a_request) == ("teacher", None, 400)
        path.write_text(applied(text, overlay(load("korean_survey"), "study")), encoding="utf-8")


def test_mappings_of_entries_are_replaced_and_values_merged() -> None:
    base = {"arms": {"a": 1, "b": 2}, "train": {"epochs": 3, "batch": 8}}
    assert merged(base, {"arms": {"c": 3}, "train": {"batch": 4}}) == {
        "arms": {"c": 3},
        "train": {"epochs": 3, "batch": 4},
    }


def test_an_unknown_parameter_in_a_recipe_is_refused() -> None:
    with pytest.raises(ParamsError, match="train.epohcs: params.yaml has no such parameter"):
        applied("train:\n  epochs: 3\n", {"train": {"epohcs": 1}})


def test_an_emptied_section_stays_a_section() -> None:
    assert applied("sample:  # why\n  a: 1\nseed: 1\n", {"sample": {}}) == "sample: {}  # why\nseed: 1\n"


def test_a_blank_line_within_a_section_does_not_save_its_entries_from_being_replaced() -> None:
    text = "sample:\n  a: 1\n\n  b: 2\n\nseed: 1\n"
    assert applied(text, {"sample": {"c": 3}}) == "sample:\n  c: 3\n\nseed: 1\n"


def test_null_written_as_nothing_is_set_wherever_the_next_line_stands() -> None:
    text = "compare:\n  suite:   # why\n  selection:   # what\n\nreport:\n  examples: 10\n"
    assert applied(text, {"compare": {"suite": "koni", "selection": {"selected": ["a"]}}}) == (
        "compare:\n  suite: koni   # why\n  selection: {selected: [a]}   # what\n\nreport:\n  examples: 10\n"
    )


@pytest.mark.parametrize(
    "text", ["sample:\n  a: 1\n# off\n  b: 2\nseed: 1\n", "sample: {\n  a: {x: 1}\n}\nseed: 1\n"]
)
def test_entries_that_would_live_on_behind_a_comment_or_bracket_are_refused(text: str) -> None:
    with pytest.raises(ParamsError, match=r"sample: indent its comments and closing bracket"):
        applied(text, {"sample": {"c": 3}})


def test_a_value_over_several_lines_is_refused_with_what_to_do() -> None:
    with pytest.raises(ParamsError, match=r"lora\.target_modules: write the present value on one line"):
        applied("lora:\n  target_modules:\n    - a\n    - b\n", {"lora": {"target_modules": ["c"]}})


def test_a_mapping_is_set_as_a_whole_where_there_was_none_or_one_on_one_line() -> None:
    chosen = {"compare": {"selection": {"selected": ["a", "b"], "random": ["c", "d"]}}}
    first = applied("compare:\n  selection: null  # why\n  alpha: 0.05\n", chosen)
    assert first == "compare:\n  selection: {selected: [a, b], random: [c, d]}  # why\n  alpha: 0.05\n"
    other = {"compare": {"selection": {"selected": ["x"], "random": ["y"]}}}
    assert applied(first, other) == first.replace("[a, b]", "[x]").replace("[c, d]", "[y]")
    assert (
        applied(first, {"compare": {"selection": None}})
        == "compare:\n  selection: null  # why\n  alpha: 0.05\n"
    )


@cache
def shipped_as(name: str, size: Size) -> str:
    return written(PARAMS.read_text(encoding="utf-8"), name, size)


@pytest.mark.parametrize("before", NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_goes_over_what_an_experiment_left_of_another(before: str, name: str) -> None:
    left, yaml = (
        StringIO(),
        YAML(),
    )  # as `dvc exp run -S` rewrites the file: null becomes nothing, long lines break
    yaml.dump(yaml.load(shipped_as(before, "study")), left)
    found, expected = written(left.getvalue(), name, "test"), shipped_as(name, "test")
    assert YAML(typ="safe").load(found) == YAML(typ="safe").load(expected)


def paths_under_recipes(value: Any) -> set[Path]:
    """Return every path below recipes/ that a recipe's values name."""
    if isinstance(value, dict):
        return set().union(*map(paths_under_recipes, value.values()))
    return {Path(value)} if isinstance(value, str) and value.startswith("recipes/") else set()


def test_recipes_read_the_files_of_their_size_and_no_file_lies_there_unread() -> None:
    read = {
        path
        for name in NAMES
        for size in ("starter", "test")
        for path in paths_under_recipes(overlay(load(name), size))
    }
    assert len(read) > 30
    files = {
        file for path in read for file in (path.rglob("*") if path.is_dir() else [path]) if not file.is_dir()
    }
    assert [path for path in read if not path.exists()] == []
    shipped = {file for file in Path("recipes/data").rglob("*") if file.is_file()}
    assert {file for file in shipped - files if "answers" not in file.parts} == {
        Path("recipes/data/README.md")
    }
    assert load("koni").starter["sources"]["papers"]["path"] == "recipes/data/chemistry/{size}/documents"


def test_size_test_leaves_out_what_the_recipe_says_and_only_what_is_there() -> None:
    recipe = load("chemistry")
    starter, test = overlay(recipe, "starter"), overlay(recipe, "test")
    assert set(starter["tasks"]) - set(test["tasks"]) == set(recipe.test_without["tasks"]) != set()
    wrong = recipe.model_copy(update={"test_without": {"tasks": ["exams"]}})
    with pytest.raises(ParamsError, match=r"test_without\.tasks: \['exams'\] are no entries"):
        overlay(wrong, "test")


@pytest.mark.parametrize("before", NAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_leaves_nothing_of_the_one_before_it(name: str, before: str) -> None:
    assert written(shipped_as(before, "starter"), name, "study") == shipped_as(name, "study")
    assert written(shipped_as(before, "study"), name, "starter") == shipped_as(name, "starter")


def test_the_self_guided_recipe_holds_the_study_s_arms_and_can_fill_them() -> None:
    study, starter = load("self_guided").study, load("self_guided").starter
    sizes = {"polyglot_1_3b", "polyglot_3_8b", "polyglot_5_8b"}
    assert set(study["models"]) == sizes
    mixtures = [(arm["model"], arm["mixture"]) for arm in study["arms"].values() if arm["mixture"]]
    for rows, use in (("ungraded", "ignore"), ("graded", "filter"), ("all", "condition")):
        found = {model for model, own in mixtures if (own["rows"], own["grades"]["use"]) == (rows, use)}
        assert found == sizes, (rows, use)
    assert study["arms"]["chatgpt"]["endpoint"]["server"] == "reference"
    assert study["answer"]["questions"]["n"] == 1000
    for size in (study, starter):
        assert size["gradings"]["writing"]["max_rows"], "without it no row stays ungraded"
        assert size["corpus"]["test_fraction"] == 0, (
            "only the questions are asked, no row that was trained on"
        )


def test_entries_of_stages_that_are_gone_leave_the_file_but_what_was_paid_for_is_not_forgotten(
    tmp_path: Path,
) -> None:
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  corpus: {cmd: a}\n  train: {foreach: '${arms}', do: {cmd: b}}\n  held: {foreach: {x: 1}, do: {cmd: c}}\n"
    )
    (tmp_path / "params.yaml").write_text("arms: {base: {model: m}}\n")
    assert forget_stages(tmp_path) == 0
    lock = tmp_path / "dvc.lock"
    lock.write_text(HEAD + KEPT + OTHER + PAID + ARM)
    assert forget_stages(tmp_path) == 1
    assert lock.read_text() == HEAD + KEPT + PAID + ARM
    assert forget_stages(tmp_path) == 0


def test_the_names_are_those_that_dvc_gives() -> None:
    stages, params = (
        YAML(typ="safe").load((ROOT / name).read_text()) for name in ("dvc.yaml", "params.yaml")
    )
    names = stage_names(stages["stages"], params)
    assert {"check", "train@tuned", "validate@documents", "ingest@starter_awards"} <= names
    assert not {"grade", "train", "translate"} & {name.partition("@")[0] for name in names} - {"train"}
