"""Filling in prompt templates; a name that the caller does not give is an error, never an empty string."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateError

from domaintune.core.stage.errors import ParamsError

# Prompts are plain text for a model: escaping would put &amp; into what it reads.
ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701


def render(template: str, **values: Any) -> str:
    """Fill in a Jinja template.

    Raises:
        ParamsError: the template is broken or names something that is not given.
    """
    try:
        return _compiled(template).render(**values)
    except TemplateError as error:
        raise ParamsError(
            f"template {template[:80]!r}: {error}; the names it may use are "
            f"{', '.join(sorted(values)) or 'none'}"
        ) from error


@lru_cache(maxsize=64)
def _compiled(template: str) -> Template:
    """Compile once: a template is used for thousands of prompts and costs a millisecond."""
    return ENVIRONMENT.from_string(template)
