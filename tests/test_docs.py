"""What the documents say about dvc.yaml is so."""

import importlib.util
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def test_the_picture_is_drawn_from_dvc_yaml() -> None:
    spec = importlib.util.spec_from_file_location("graph", ROOT / "docs/graph.py")
    graph = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(graph)
    assert (ROOT / "docs/graph.svg").read_text(encoding="utf-8") == graph.svg(STAGES)


def test_the_stage_table_lists_the_stages_of_dvc_yaml() -> None:
    section = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .partition("## Stages")[2]
        .partition("## To change")[0]
    )
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(STAGES)


def test_links_in_the_documents_lead_somewhere() -> None:
    pages = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("data/*.md"),
        *ROOT.glob("models/*.md"),
    ]
    assert len(pages) > 5
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"
