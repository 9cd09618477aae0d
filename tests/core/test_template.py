"""Templates."""

from pathlib import Path

import pytest

from domaintune.core.stage.errors import ParamsError
from domaintune.core.template import render


def test_values_are_filled_in_as_they_are() -> None:
    assert render("{{ a }} < {{ b }}", a="x & y", b="{{ c }}") == "x & y < {{ c }}"


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(ParamsError, match=r"'b' is undefined; the names it may use are a"):
        render("{{ b }}", a=1)


def test_a_broken_template_is_an_error() -> None:
    with pytest.raises(ParamsError, match=r"template '\{\{ a'"):
        render("{{ a", a=1)


@pytest.mark.parametrize(
    "template",
    [
        "{{ cycler.__init__.__globals__['os'].popen('touch pwned').read() }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ a.append(1) }}",
        "{% for _ in range(10000000) %}x{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ a + 'x' }}",
    ],
)
def test_a_template_that_runs_code_or_fails_while_it_runs_is_an_error(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError, match="template"):
        render(template, a=[])
    assert not list(tmp_path.iterdir())
