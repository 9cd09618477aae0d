"""Short facts as plain text: `139,882` and `50000.0` are the same amount in two exports."""

import re

NOTHING = {"", "n/a", "na", "none", "null", "nan", "-", "--", "not available", "tbd"}
NUMBER = re.compile(r"^[-+]?\d+(\.\d+)?$")


def fact(value: str) -> str:
    """Return the value without surrounding space; what stands for nothing becomes empty."""
    value = value.strip()
    return "" if value.casefold() in NOTHING else value


def number(value: str) -> str:
    """Return a number without currency sign, thousands separators, empty decimals; leave other text."""
    value = fact(value)
    digits = re.sub(r"^(USD|US\$|\$)\s*|(?<=\d),(?=\d{3}(\D|$))", "", value)
    if not NUMBER.match(digits):
        return value
    whole, _, decimals = digits.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
