"""Templates."""

from pathlib import Path

import pytest

from domaintune.core.stage.errors import ParamsError
from domaintune.core.template import render


def test_values_are_filled_in_as_they_are() -> None:
    assert render("{{ a }} < {{ b }}", a="x & y", b="{{ c }}") == "x & y < {{ c }}"


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("{{ b }}", "'b' is undefined; the names it may use are a"),
        ("{{ a", r"template '\{\{ a'"),
        ("{{ cycler.__init__.__globals__['os'].popen('touch pwned').read() }}", "template"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "template"),
        ("{{ a.append(1) }}", "template"),
        ("{% for _ in range(10000000) %}x{% endfor %}", "template"),
        ("{{ 1 / 0 }}", "template"),
        ("{{ 1 | dictsort }}", "template"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "template"),
        ("{{ a + 'x' }}", "template"),
    ],
)
def test_a_template_that_is_broken_runs_code_or_fails_while_it_runs_is_an_error(
    template: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError, match=told):
        render(template, a=[])
    assert not list(tmp_path.iterdir())
