"""What the documents and the Makefile say about dvc.yaml and bench/ is so."""

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
    assert read("docs/graph.svg") == graph.svg(STAGES)


def test_the_stage_table_lists_the_stages_of_dvc_yaml() -> None:
    section = read("docs/stages.md").partition("# Stages")[2].partition("## To change")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(STAGES)


def test_every_folder_that_a_stage_writes_is_listed_beside_the_data() -> None:
    outs = [out for stage in STAGES.values() for out in stage.get("do", stage)["outs"]]
    paths = [one if isinstance(one, str) else next(iter(one)) for one in outs]
    kinds = ("documents", "questions", "instructions")  # a source's folder is named by its kind
    named = [path.replace("${item.kind}", kind).split("/") for path in paths for kind in kinds]
    for top in ("data", "models"):
        own = {name for where, name, *_ in named if where == top}
        page = read(f"{top}/README.md")
        assert own
        assert {name for name in own if f"`{name}/" not in page} == set()


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_links_in_the_documents_lead_somewhere() -> None:
    pages = [
        page
        for pattern in ("*.md", "docs/**/*.md", "data/*.md", "models/*.md")
        for page in ROOT.glob(pattern)
    ]
    assert len(pages) > 5
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert target.startswith("http") or (page.parent / target).exists(), f"{page}: {target}"


def test_each_step_of_the_walk_is_a_function_that_is_there() -> None:
    steps = re.findall(r"`((?:\w+\.)+\w+)` \|", read("docs/architecture.md"))
    assert len(steps) > 20
    for step in steps:
        *module, name = step.split(".")
        source = read(f"src/domaintune/{'/'.join(module)}.py")
        assert re.search(rf"^(def|class) {name}\b", source, re.MULTILINE), step
