"""A change that can shape a row changes what a stage's code amounts to; one that cannot does not."""

import re
from pathlib import Path

import pytest

from domaintune.check.code import ALL, FRAME, code_text, reached, read_sources, stages_of
from domaintune.check.definitions import parse_module
from domaintune.core.stage.errors import InputError

SRC = Path(__file__).parents[2] / "src"
MODULES = {
    "demo.__main__": "from domaintune.core.a import shaped\nfrom domaintune.core.stage.running import running\n\n"
    "def main():\n    with running('demo'):\n        print(shaped(3))\n\nif __name__ == '__main__':\n    main()\n",
    "demo.unused": "def nobody():\n    return 1\n",
    "core.a": '"""A module."""\n\nfrom math import floor\n\nfrom domaintune.core.b import FACTOR, twice\n\nLIMIT = 4\n'
    '"""What it is."""\n\n\ndef shaped(value: int) -> int:\n    """Return it."""\n'
    "    from domaintune.core.c import late\n    return late(twice(min(value, LIMIT))) + floor(FACTOR)\n\n\n"
    "def idle():\n    return 0\n",
    "core.b": "FACTOR = 2\nTABLE = {}\nTABLE['a'] = 1\n\n\ndef twice(value):\n    return value * FACTOR + TABLE['a']\n\n\n"
    "def thrice(value):\n    return 3 * value\n",
    "core.c": "import domaintune.core.d\nimport domaintune.core.e\n\nTASK = 'process: domaintune.core.f.called'\n\n\n"
    "def late(value):\n    return domaintune.core.d.plain(value), TASK\n",
    "core.d": "print('on import')\n\n\ndef plain(value):\n    return value\n",
    "core.e": "LOUD = 1\n",
    "core.f": "def called():\n    return 1\n\n\ndef uncalled():\n    return 1\n",
    "core.stage.running": "def running(name):\n    return open(name)\n",
}


def amount(**changed: str | None) -> str:
    """Return what the demo stage amounts to with some modules changed, `core__a` standing for core.a."""
    given = {**MODULES, **{name.replace("__", ".", 1): text for name, text in changed.items()}}
    sources = {f"domaintune.{name}": text for name, text in given.items() if text is not None}
    return code_text(sources, Path("nowhere"), "demo")


def edited(module: str, old: str, new: str) -> str:
    text = MODULES[module]
    assert old in text
    return text.replace(old, new, 1)


SHAPING = {
    "a constant of an imported module": ("core.a", "LIMIT = 4", "LIMIT = 5"),
    "a constant two modules away": ("core.b", "FACTOR = 2", "FACTOR = 2.0"),
    "a function": ("core.b", "value * FACTOR", "FACTOR + value"),
    "an entry that a statement adds to a table": ("core.b", "TABLE['a'] = 1", "TABLE['a'] = 2"),
    "a function that is imported within another": ("core.c", "plain(value), TASK", "plain(value)"),
    "a library's function under the same name": ("core.a", "import floor", "import ceil as floor"),
    "another of our functions under the same name": ("core.a", "FACTOR, twice", "FACTOR, thrice as twice"),
    "a statement that runs on import": ("core.d", "on import", "at import"),
    "a function of a module that is imported as a whole": ("core.d", "return value", "return -value"),
    "a function that a text names": ("core.f", "called():\n    return 1", "called():\n    return 2"),
    "a decorator": ("core.c", "def late", "@staticmethod\ndef late"),
    "the type of an argument": ("core.a", "value: int", "value: float"),
    "what runs in __main__": ("demo.__main__", "shaped(3)", "shaped(4)"),
}
IDLE = {
    "a comment": ("core.a", "LIMIT = 4", "LIMIT = 4  # at most"),
    "a docstring of a module": ("core.a", "A module.", "The module."),
    "a docstring of a function": ("core.a", '    """Return it."""\n', ""),
    "a docstring of a constant": ("core.a", "What it is.", "What it was."),
    "layout": ("core.b", "value * FACTOR + TABLE['a']", '(value * FACTOR\n        + TABLE["a"])'),
    "a function that the stage does not reach": ("core.a", "return 0", "return 1"),
    "a function beside one that a text names": ("core.f", "def uncalled():\n", "def uncalled():\n    2\n"),
    "a module of its folder that nothing imports": ("demo.unused", "return 1", "return 2"),
    "the order of definitions": ("core.b", "FACTOR = 2\nTABLE = {}", "TABLE = {}\nFACTOR = 2"),
    "how the frame holds a run": ("core.stage.running", "open(name)", "open(name + '.lock')"),
}


@pytest.mark.parametrize("change", SHAPING | IDLE)
def test_a_change_that_can_shape_a_row_is_seen_and_one_that_cannot_reruns_nothing(change: str) -> None:
    module, old, new = (SHAPING | IDLE)[change]
    same = amount(**{module.replace(".", "__", 1): edited(module, old, new)}) == amount()
    assert same == (change in IDLE)


def test_a_function_that_moves_to_another_module_is_the_same_and_two_that_change_places_are_not() -> None:
    text = "def twice(value):\n    return value * FACTOR + TABLE['a']\n"
    there = edited("core.b", text, "")
    here = edited("core.a", "FACTOR, twice", "FACTOR, TABLE") + f"\n\n{text}"
    assert amount(core__a=here, core__b=there) == amount()
    both = "from domaintune.core.a import f\nfrom domaintune.core.b import f as g\nprint({0} - {1})\n"
    a, b = (f"from math import {one} as x\ndef f():\n    return x\n" for one in ("pi", "e"))
    main = both.format("f()", "g()")
    changed = amount(demo____main__=main, core__a=b, core__b=a)
    assert amount(demo____main__=main, core__a=a, core__b=b) != changed


@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("core.b", "def twice(:\n", "core.b: not valid Python"),
        ("core.b", "FACTOR = 1\n", "core.b has no twice"),
        ("core.c", None, "no module domaintune.core.c"),
        ("core.c", "from math import *\n", "core.c: line 1: write imports with full names"),
    ],
)
def test_source_that_cannot_be_followed_is_refused(module: str, text: str | None, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        amount(**{module.replace(".", "__", 1): text})


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return read_sources(SRC)


def rerun(sources: dict[str, str], changed: dict[str, str]) -> set[str]:
    return {one for one in stages_of(sources) if code_text(sources, SRC, one) != code_text(changed, SRC, one)}


def test_a_constant_of_core_reruns_every_stage_that_reaches_it_a_template_its_own_and_a_comment_none(
    sources: dict[str, str],
) -> None:
    seeds = sources["domaintune.core.seeds"]
    shaped = sources | {"domaintune.core.seeds": seeds.replace("sha256", "sha512")}
    assert {"sample", "train", "answer"} <= rerun(sources, shaped)
    assert "validate" not in rerun(sources, shaped)
    assert "report/templates/page.html.j2 " in code_text(sources, SRC, "report")
    assert ".j2 " not in code_text(sources, SRC, "judge")
    remarked = {name: f'{text}\n# a remark\n"""A text."""\n' for name, text in sources.items()}
    assert rerun(sources, remarked) == set()


def test_no_stage_runs_code_by_a_name_that_the_source_does_not_spell(sources: dict[str, str]) -> None:
    found = {name for stage in stages_of(sources) for name in reached(sources, stage).modules}
    assert len(found) > 200
    hidden = re.compile(r"\bimport_module\(|\b__import__\(|\bglobals\(\)|\bexec\(|\beval\(\"|__subclasses__")
    assert [name for name in sorted(found) if hidden.search(sources[name])] == []
    read = re.compile(r"\.__doc__|getsource|model_json_schema")
    shaped = [name for name in sorted(found) if read.search(sources[name])]
    assert shaped == [], "docstrings shape what is written"


def test_what_the_frame_holds_is_not_written_into_rows(sources: dict[str, str]) -> None:
    for module, names in FRAME.items():
        known = parse_module(sources[module], module).definitions
        assert names <= {ALL, *known}
        held = known if ALL in names else names
        assert not {name for one in held for name in known[one].names} & {
            "Record", "Reject", "Accounts", "to_json", "write_json", "write_records", "pl",
        }  # fmt: skip
