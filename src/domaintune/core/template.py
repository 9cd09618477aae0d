"""Filling in prompt templates; a name that the caller does not give is an error, never an empty string.

Templates come with a repository somebody else may have written: they run in Jinja's sandbox, which reaches no attribute
that begins with an underscore, changes no value and calls nothing that could run code.
"""

from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domaintune.core.stage.errors import ParamsError

# Prompts are plain text for a model: escaping would put &amp; into what it reads.
ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
# A template is used for thousands of prompts and costs a millisecond to compile.
_compiled = lru_cache(maxsize=64)(ENVIRONMENT.from_string)
BROKEN = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What an expression of a template can raise, a range beyond the sandbox's bound included."""


def render(template: str, **values: Any) -> str:
    """Fill in a Jinja template.

    Raises:
        ParamsError: the template is broken, names something that is not given, or reaches out of the sandbox.
    """
    try:
        return _compiled(template).render(**values)
    except BROKEN as error:
        raise ParamsError(
            f"template {template[:80]!r}: {error}; the names it may use are "
            f"{', '.join(sorted(values)) or 'none'}"
        ) from error


def names_in(template: str) -> set[str]:
    """Return the names a template wants to be given.

    Raises:
        TemplateSyntaxError: it cannot be read.
    """
    try:
        return meta.find_undeclared_variables(ENVIRONMENT.parse(template))
    except RecursionError as error:
        raise TemplateSyntaxError("expressions stand too deeply within one another", 1) from error
