"""A name that leads nowhere is found before anything is spent, with what was probably meant."""

from pathlib import Path

import pytest

from domaintune.core.consistency import SECTIONS, check_consistency
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import read_yaml

ROOT = Path(__file__).parents[2]


def test_the_shipped_file_is_consistent_and_its_sections_are_the_known_ones() -> None:
    check_consistency(ROOT / "params.yaml")
    assert set(read_yaml(ROOT / "params.yaml")) == set(SECTIONS)


def test_every_broken_reference_is_named_at_once_with_a_suggestion(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(
        "trian: {}\nsources: {nasa: {}, Foo: {}}\nmodels: {original: {}}\n"
        "tasks: {t: {sources: [nasa, nsaa]}}\nreferences: {r: {source: nada}}\n"
        "arms: {base: {model: orignal, baseline: bsae}, served: {model: original, baseline: base, mixture: [x],"
        " endpoint: {server: s}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParamsError) as raised:
        check_consistency(path)
    lines = str(raised.value)
    for part in (
        "trian: unknown section (did you mean train?)",
        "sources.Foo: a name matches",
        "tasks.t.sources: nsaa is no entry of sources (did you mean nasa?)",
        "references.r.source: nada is no entry of sources",
        "arms.base.model: orignal is no entry of models (did you mean original?)",
        "arms.served: has an endpoint",
        "arms.base.baseline: bsae is no entry of arms (did you mean base?)",
    ):
        assert part in lines
    assert len(lines.splitlines()) == 7
