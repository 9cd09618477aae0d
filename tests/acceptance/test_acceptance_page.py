"""The page of `make acceptance` has a line a promise."""

import re
from pathlib import Path

from acceptance_page import LINES


def test_every_promise_that_a_test_carries_has_a_line() -> None:
    tests = Path(__file__).parents[1]
    found = {
        int(n)
        for path in tests.rglob("*.py")
        for n in re.findall(r"mark\.promise\((\d+)\)", path.read_text())
    }
    assert len(found) > 10
    assert found <= set(LINES)
