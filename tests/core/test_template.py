"""Templates."""

from pathlib import Path

import pytest
from jinja2 import Template

from domaintune.core.scoring.spec import JudgePrompt
from domaintune.core.stage.errors import ParamsError
from domaintune.core.stage.params import parse
from domaintune.core.template import render

IN_LOOPS = "".join(f"{{% for {name} in range(200) %}}" for name in "cde")


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
        ("{{ b * 2 }}", "'b' is undefined"),
        ("{{ [1] | random }}", "No filter named 'random'"),
        ("{{ lipsum(n=1) }}", "'lipsum' is undefined"),
        ("{{ '%9d' | format(1) }}", "No filter named 'format'"),
        ("{{ '{:9}'.format(1) }}", "not safely callable"),
        *((f"{{{{ {text} }}}}", "of such values is not for templates") for text in ("'%9d' % 1", "'x' * 9", "9 ** 9")),
        *((text, "it loops, calls or writes too much") for text in (
            f"{IN_LOOPS}{{% endfor %}}{{% endfor %}}{{% endfor %}}", f"{IN_LOOPS}x{{% endfor %}}{{% endfor %}}{{% endfor %}}",
            "{{ 'x' | center(20000000) }}", "{{ 'x'.ljust(20000000) }}", "{{ a | tojson(indent=20000000) }}",
            "{{ [1] | map('center', 20000000) | list }}", "{{ [1] | batch(20000000, 1) | list }}",
            "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(20) }}",
            *("{% set b = '--' %}" + f"{{% set b = {twice} %}}" * 22 + "{{ b | length }}"
              for twice in ("b ~ b", "b + b", "[b, b]", "(b, b)", "{1: b, 2: b}", "dict(c=b, d=b)", "b | replace('-', '--')")),
        )),
        ("{% set b = 3 %}" + "{% set b = b * b %}" * 20 + "{{ b | string | length }}", "not for templates"),
    ],
)  # fmt: skip
def test_a_template_that_is_broken_endless_drawn_or_runs_code_or_fails_while_it_runs_is_an_error(
    template: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParamsError, match=told):
        render(template, a=[])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "template",
    [
        "{% for k, v in a.items() %}{{ loop.index + 1 }}{{ k }}={{ v }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{{ a | tojson }} {{ 3 * 4 }} {{ 7 % 3 }} {{ 'a' ~ 1 ~ b }} {{ [1, 2] | map('string') | join('-') }}",
        "{{ [] | first | default('z') }} {{ c | default(2000000000) }} {{ b.upper() }} {{ [b, (1, b)] }} {{ none }}",
        "{% for n in range(9) if n % 2 %}{{ loop.cycle('x', 'y') }}{% endfor %}{{ a }}",
    ],
)
def test_what_is_counted_writes_what_jinja_writes_and_values_are_filled_in_as_they_are(template: str) -> None:
    given = {"a": {"k": 1, "l": [2]}, "b": "x & {{ c }}"}
    assert render(template, **given) == Template(template).render(**given)


def test_an_endless_or_unreadable_template_of_a_spec_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    endless = parse(file, "spec", JudgePrompt, {"system": "{{ 'x' | center(20000000) }}", "user": "u"})
    with pytest.raises(ParamsError, match=r"spec\.yaml: template .*too much"):
        render(endless.system)
    with pytest.raises(ParamsError, match=r"spec\.yaml: spec\.user: .*not a readable template: No filter"):
        parse(file, "spec", JudgePrompt, {"system": "s", "user": "{{ [1] | random }}"})
