"""Task files: all shipped ones hold, and whatever is wrong with one is told by its place before anything is asked."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from generate_run import TASKS, document, entry, item, question, spec

from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import read_yaml
from domaintune.generate.prompts import choose, instruction_for, prompt_for
from domaintune.generate.reading import read_spec

NAMES = sorted(path.stem for path in TASKS.glob("*.yaml"))


@pytest.mark.parametrize("name", ["concept_explanation", "problem_solving", "science_qa", "science_summary"])
def test_a_korean_text_gives_korean_rows_and_an_english_one_english_rows(name: str) -> None:
    korean, english = (instruction_for(item(name, "x", language=one), spec(name)) for one in ("ko", "en"))
    assert any("가" <= letter <= "힣" for letter in korean)
    assert english.isascii()


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_spec_fills_in_all_its_templates(name: str) -> None:
    own, task = spec(name), entry(name)
    records: Any = [document(n) for n in range(60)]
    if task.reads == "questions":
        records = [question(n, language="en" if n % 2 else "ko", context="c" * (n % 2)) for n in range(60)]
    items = choose(records, task, 1, own.variants).items
    assert {instruction_for(one, own, ["Answer", "Explanation"]) for one in items}
    used = {instruction_for(one, own) for one in items}
    assert len(used) >= len(own.instructions)
    assert not [text for text in used if "{{" in text or "{%" in text]
    if own.makes != "pass_through":
        prompts = [prompt_for(one, own, 1) for one in items]
        assert len({prompt.id for prompt in prompts}) == len(items)
        assert len({prompt.messages[0].content for prompt in prompts}) >= len(own.prompt_templates or ())
        told = zip(items, prompts, strict=True)
        assert not [one for one, prompt in told if one.record.source in prompt.messages[1].content]
        assert own.reply_schema is not None
        _is_strict(own.reply_schema)


def _is_strict(schema: dict[str, Any]) -> None:
    """Servers with structured output take a schema only if every object is closed and requires all it has."""
    inner = schema.get("properties", {})
    assert schema["type"] != "object" or schema["additionalProperties"] is False
    assert set(schema.get("required", ())) == set(inner)
    for one in (*inner.values(), *([schema["items"]] if "items" in schema else [])):
        _is_strict(one)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("keywords", {"normalizer": "keywords"}, "task.normalizer: unknown parameter (did you mean normaliser?)"),
        ("keywords", {"normaliser": "keyword"}, "task.normaliser: unknown name 'keyword' (did you mean keywords?)"),
        ("keywords", {"makes": "replies"}, "task.makes: input should be 'pairs', 'reply' or 'pass_through', got 'replies'"),
        ("keywords", {"limits": {"keyword": {"max_items": 2}}}, "task.limits: unknown name 'keyword' (did you mean keywords?)"),
        ("keywords", {"grounded": {"keywords": "term"}}, "task.grounded.keywords: unknown name 'term' (did you mean terms?)"),
        ("keywords", {"instructions": {"plain": "See {{ txet }}"}}, "task.instructions.plain: unknown name 'txet' (did you mean text?)"),
        ("keywords", {"input": "{{ text"}, "task.input: value error, not a readable template"),
        ("keywords", {"prompt_templates": None}, "makes reply needs prompt_templates to be given"),
        ("keywords", {"precomputed": "explanation"}, "precomputed explanation is looked for in questions, reads is documents"),
        ("keywords", {"licence": None}, "task.licence: input should be a valid string"),
        ("short_qa", {"prompt_templates": [{"id": "a", "system": "s", "user": "u"}]}, "makes pass_through needs prompt_templates left out"),
        ("property_extraction", {"variants": None}, "normaliser property_table needs variants"),
        ("nasa_rnd", {"reply_schema": {"type": "object", "properties": {"pairs": {"type": "array", "items": {"required": ["question"]}}}}},
         "must require question and answer"),
        ("property_extraction", {"input": "{{ symbl }}"}, "task.input: unknown name 'symbl' (did you mean symbol?)"),
        ("summarise_extract", {"normaliser": "keywords"}, "normaliser keywords needs the fields ['keywords']"),
    ],
)  # fmt: skip
def test_a_wrong_spec_is_told_with_file_field_and_suggestion(
    name: str, change: dict[str, Any], told: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps(read_yaml(TASKS / path.name) | change))
    with pytest.raises(ParamsError, match=f"(?s){re.escape(str(path))}.*{re.escape(told)}"):
        read_spec(path, name, entry(name))


def test_pairs_and_questions_are_asked_for_where_the_spec_makes_them() -> None:
    with pytest.raises(ParamsError, match=r"tasks.keywords and .*: pairs is 2, but the spec makes reply"):
        read_spec(TASKS / "keywords.yaml", "keywords", entry("keywords", pairs=2))
    with pytest.raises(ParamsError, match=r"makes pass_through works from questions, reads is documents"):
        read_spec(TASKS / "long_qa.yaml", "long_qa", entry("keywords"))
