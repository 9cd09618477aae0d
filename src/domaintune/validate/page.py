"""The page a person opens: every cell escaped, nothing loaded from elsewhere, the same bytes every time."""

from importlib.resources import files

import jinja2

from domaintune.validate.results import Findings


def render_page(findings: Findings) -> str:
    """Return the HTML page of a suite's findings."""
    template = (files("domaintune.validate") / "page.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template).render(findings=findings)
