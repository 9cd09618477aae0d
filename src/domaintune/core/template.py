"""Filling in prompt templates; a name that the caller does not give is an error, never an empty string.

Templates come with a repository somebody else may have written: they run in Jinja's sandbox, which reaches no attribute
that begins with an underscore, changes no value and calls nothing that could run code. What a template may do is
counted, so that the same one stops at the same place on every machine; nothing in it is drawn at random.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache, wraps
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, meta, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, Field, ValidationInfo

from domaintune.core.stage.errors import ParamsError

WORK = 10_000_000
"""What one rendering may do: characters of the texts it makes, and `STEP` for every item of a list, five for a call."""
STEP = 20
LARGEST = 2**64
"""Where whole numbers of a template end, and their digits with them."""
MADE = {nodes.For: "iter", nodes.Assign: "node", nodes.With: "values", nodes.Concat: "nodes"}
"""Where a template repeats a value, gives it a name, or makes a longer text of it."""
LEFT = ContextVar("LEFT", default=WORK)


def spend(value: Any, more: int = 0) -> Any:
    """Take a value's size, written out, off the work that is left, and return the value."""
    left, inside = LEFT.get() - more, [value]
    while inside and left >= 0:
        one = inside.pop()
        left -= len(one) if isinstance(one, str) else STEP
        if isinstance(one, Collection) and not isinstance(one, str | bytes | Undefined):
            inside += chain.from_iterable(one.items()) if isinstance(one, Mapping) else one
    if left < 0:
        raise SecurityError(
            f"it loops, calls or writes too much (more than {WORK:,} characters or {WORK // STEP:,} steps)"
        )
    LEFT.set(left)
    return value


class Counting(ImmutableSandboxedEnvironment):
    """The sandbox, in which whatever does something again, or makes a larger value, spends of the work that is left."""

    intercepted_binops = frozenset({"+", "*", "%", "**"})

    def __init__(self) -> None:
        """Take out what draws at random, and a format."""
        spent = pass_context(lambda _, value: spend(value))
        # Prompts are plain text for a model: escaping would put &amp; into what it reads.
        super().__init__(undefined=StrictUndefined, autoescape=False, optimized=False, finalize=spent)
        del self.globals["lipsum"], self.filters["random"], self.filters["format"]
        larger = {name: _counted(own) for name, own in self.filters.items() if name not in ("d", "default")}
        self.filters |= {**larger, "spend": spent}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for kind, field in MADE.items():
            for node in list(tree.find_all(kind)):
                made = getattr(node, field)
                setattr(node, field, [*map(_spent, made)] if isinstance(made, list) else _spent(made))
        tree.set_environment(self)
        return tree

    def is_safe_callable(self, obj: Any) -> bool:
        """Refuse formats, the width of which stands within a text."""
        return super().is_safe_callable(obj) and getattr(obj, "__name__", "") not in ("format", "format_map")

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Count a call and what it returns."""
        return _counted(super().call, 2)(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Count a sum; of texts and lists there are no multiples, and of numbers no powers."""
        numbers = all(
            isinstance(one, int | float | Undefined) and -LARGEST < one < LARGEST for one in (left, right)
        )
        if operator == "**" or (operator != "+" and not numbers):
            raise SecurityError(f"`{operator}` of such values is not for templates")
        return spend(super().call_binop(context, operator, left, right))


def _spent(inner: nodes.Node) -> nodes.Expr:
    return nodes.Filter(inner, "spend", [], [], None, None, lineno=inner.lineno)


def _counted(made_by: Callable[..., Any], given: int = 1) -> Callable[..., Any]:
    """Return a filter or call that spends its result and, before, its arguments: a whole number may be a width."""
    given += hasattr(made_by, "jinja_pass_arg")

    @wraps(made_by)
    def made(*args: Any, **kwargs: Any) -> Any:
        told = [*args[given:], *kwargs.values()]
        spend(told, 4 * STEP + sum(abs(one) for one in told if isinstance(one, int)))
        value = made_by(*args, **kwargs)
        return spend(list(value) if isinstance(value, Iterator) else value)

    return made


ENVIRONMENT = Counting()
# A template is used for thousands of prompts and costs a millisecond to compile.
_compiled = lru_cache(maxsize=64)(ENVIRONMENT.from_string)
BROKEN = (
    TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What an expression of a template can raise, a range beyond the sandbox's bound included."""


def render(template: str, **values: Any) -> str:
    """Fill in a Jinja template."""
    try:
        LEFT.set(WORK)
        return "".join(map(spend, _compiled(template).generate(**values)))
    except BROKEN as error:
        where = f"{file}: " if (file := getattr(template, "file", None)) else ""
        raise ParamsError(
            f"{where}template {template[:80]!r}: {error}; the names it may use are "
            f"{', '.join(sorted(values)) or 'none'}"
        ) from error


def names_in(template: str) -> set[str]:
    """Return the names a template wants to be given; a TemplateSyntaxError says that it cannot be read."""
    try:
        return meta.find_undeclared_variables(ENVIRONMENT.parse(template))
    except RecursionError as error:
        raise TemplateSyntaxError("expressions stand too deeply within one another", 1) from error


class FileText(str):
    """A template that knows the file it was read from."""

    file: Path | None


def _readable(template: str, info: ValidationInfo) -> str:
    try:
        names_in(template)
    except TemplateSyntaxError as error:
        raise ValueError(f"not a readable template: {error.message} (line {error.lineno})") from error
    text = FileText(template)
    text.file = info.context
    return text


TemplateText = Annotated[str, Field(min_length=1), AfterValidator(_readable)]
"""The type of a spec's field that holds a template."""
