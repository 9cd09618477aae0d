"""Task files: all shipped ones hold, and whatever is wrong with one is told by its place before anything is asked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from generate_run import ROOT, document

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import read_yaml
from domaintune.generate.prompt_items import choose
from domaintune.generate.prompts import instruction_for, prompt_for
from domaintune.generate.reading import read_spec

Make = Callable[..., Any]
CARDS = sorted(path.stem for path in (ROOT / "catalog/tasks").glob("*.yaml"))
STUDY = {
    "summarise_extract", "summarise_translate", "information_extraction", "property_extraction", "keywords",
    "short_qa", "long_qa", "exam",
}  # fmt: skip


KONI = {"science_qa", "science_summary", "concept_explanation", "problem_solving"}


def test_the_catalog_holds_the_tasks_of_the_studies() -> None:
    assert {"nasa_rnd", *STUDY, *KONI} <= set(CARDS)


@pytest.mark.parametrize("name", sorted(KONI))
def test_a_korean_text_gives_korean_rows_and_an_english_one_english_rows(
    name: str, cards: Make, units: Make
) -> None:
    asked = {
        language: instruction_for(units(name, text="x", language=language), cards(name))
        for language in ("ko", "en")
    }
    assert any("가" <= letter <= "힣" for letter in asked["ko"])
    assert asked["en"].isascii()


@pytest.mark.parametrize("name", CARDS)
def test_every_shipped_card_fills_in_all_its_templates(
    name: str, cards: Make, entries: Make, questions: Make
) -> None:
    card = cards(name)
    task = entries(name)
    records: Any = [document(n) for n in range(60)]
    if task.reads == "questions":
        records = [questions(n, language="en" if n % 2 else "ko", context="c" * (n % 2)) for n in range(60)]
    units = choose(records, task, 1, card.variants).items
    assert {instruction_for(unit, card, ["Answer", "Explanation"]) for unit in units}
    used = {instruction_for(unit, card) for unit in units}
    assert len(used) >= len(card.instructions)
    for text in used:
        assert "{{" not in text
        assert "{%" not in text
    if card.makes != "pass_through":
        prompts = [prompt_for(unit, card, 1) for unit in units]
        assert len({prompt.id for prompt in prompts}) == len(units)
        assert len({prompt.messages[0].content for prompt in prompts}) >= len(card.prompt_templates or ())
        assert all(
            unit.record.source not in prompt.messages[1].content
            for unit, prompt in zip(units, prompts, strict=True)
        )
        assert card.reply_schema is not None
        _is_strict(card.reply_schema)


def _is_strict(schema: dict[str, Any]) -> None:
    """Servers with structured output take a schema only if every object is closed and requires all it has."""
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) == set(schema["properties"])
        for inner in schema["properties"].values():
            _is_strict(inner)
    if schema.get("type") == "array":
        _is_strict(schema["items"])


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("keywords", {"normalizer": "keywords"}, "task.normalizer: unknown parameter (did you mean normaliser?)"),
        ("keywords", {"normaliser": "keyword"}, "task.normaliser: unknown name 'keyword' (did you mean keywords?)"),
        ("keywords", {"precomputed": "keywrods"}, "task.precomputed: unknown name 'keywrods' (did you mean keywords?)"),
        ("keywords", {"makes": "replies"}, "task.makes: input should be 'pairs', 'reply' or 'pass_through', got 'replies'"),
        ("keywords", {"limits": {"keyword": {"max_items": 2}}}, "task.limits: unknown name 'keyword' (did you mean keywords?)"),
        ("keywords", {"grounded": {"keywords": "term"}}, "task.grounded.keywords: unknown name 'term' (did you mean terms?)"),
        ("keywords", {"instructions": {"plain": "See {{ txet }}"}}, "task.instructions.plain: unknown name 'txet' (did you mean text?)"),
        ("keywords", {"input": "{{ text"}, "task.input: not a readable template"),
        ("keywords", {"prompt_templates": None}, "makes reply needs prompt_templates to be given"),
        ("keywords", {"precomputed": "explanation"}, "precomputed explanation is looked for in questions, reads is documents"),
        ("keywords", {"licence": None}, "task.licence: input should be a valid string"),
        ("short_qa", {"input": "{{ text }}"}, "task.input: unknown name 'text' (did you mean context?)"),
        ("short_qa", {"prompt_templates": [{"id": "a", "system": "s", "user": "u"}]}, "makes pass_through needs prompt_templates left out"),
        ("property_extraction", {"variants": None}, "normaliser property_table needs variants"),
        ("property_extraction", {"input": "{{ symbl }}"}, "task.input: unknown name 'symbl' (did you mean symbol?)"),
        ("summarise_extract", {"normaliser": "keywords"}, "normaliser keywords needs the fields ['keywords']"),
    ],
)  # fmt: skip
def test_a_wrong_card_is_told_with_file_field_and_suggestion(
    name: str, change: dict[str, Any], told: str, entries: Make, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps(read_yaml(ROOT / f"catalog/tasks/{name}.yaml") | change))
    with pytest.raises(ParamsError) as caught:
        read_spec(path, name, entries(name))
    assert str(path) in str(caught.value)
    assert told in str(caught.value)


def test_a_misspelt_variant_field_is_told(entries: Make, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    text = (ROOT / "catalog/tasks/property_extraction.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("synonyms | join", "synonym | join", 1), encoding="utf-8")
    with pytest.raises(
        ParamsError, match=r"instructions.strict: unknown name 'synonym' \(did you mean synonyms"
    ):
        read_spec(path, "p", entries("property_extraction"))


def test_pairs_are_asked_for_where_the_card_makes_them(entries: Make) -> None:
    path = ROOT / "catalog/tasks/keywords.yaml"
    with pytest.raises(ParamsError, match=r"tasks.keywords and .*: pairs is 2, but the spec makes reply"):
        read_spec(path, "keywords", entries("keywords", pairs=2))
    with pytest.raises(ParamsError, match=r"makes pass_through works from questions, reads is documents"):
        read_spec(ROOT / "catalog/tasks/long_qa.yaml", "long_qa", entries("keywords"))
