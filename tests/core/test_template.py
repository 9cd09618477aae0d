"""Templates."""

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
