"""Bytes that no reader was made for: pieces of every format in any order, or a right file with such pieces in it."""

import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

WORDS = [
    b"id,title,text\n", b'{"id": 1, "title": "a", "text": "b"}', b'{"instruction": "a", "output": "b"}', b"[", b"]",
    b"{", b"}", b",", b"\n", b"\r\n", b'"', b'""', b"a", b"\\n", b"\\ud800", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xc0",
    b"```\n", b"| a |\n|---|\n", b"# H\n", b"<p>", b"&amp;lt;", b"PK\x03\x04", b"PAR1", b"%PDF-", b"NaN", b"1e999", b" ",
    b'{"a": [{"title": 1}]}', b"\x1f", b"9" * 5000, b"[" * 900, b"\xb0\xa1" * 9, "한글".encode(), b"---\n", b"- ", b": ",
    b"2024-13-45", b"!!python/object:a ", b"&a ", b"*a ", b"{{ a.b }}", b"{% if %}", b"null", b"[" * 20_000, b"question_id",
    b"\n  ", b"1_0", b"0x", b"? ", b"| \n", b"'", b"%YAML 9.9\n", b"\xe2\x80\xa8",
]  # fmt: skip
PIECE = st.sampled_from(WORDS) | st.binary(max_size=6)
Check = Callable[[Path], object]


def content(right: bytes) -> st.SearchStrategy[bytes]:
    """Return pieces in any order, or the right content with some of it replaced."""
    pieces = st.lists(PIECE, max_size=14).map(b"".join)
    cut = st.tuples(st.integers(0, len(right)), st.integers(0, 40), PIECE)

    def spoilt(cuts: list[tuple[int, int, bytes]]) -> bytes:
        made = right
        for at, size, piece in cuts:
            made = made[:at] + piece + made[at + size :]
        return made

    return pieces | st.lists(cut, min_size=1, max_size=3).map(spoilt)


def feed(check: Check, path: Path, right: bytes, examples: int, number: int = 0) -> None:
    """Write so many contents to the path, as the seed's number draws them, and have each read."""

    def one(data: bytes) -> None:
        path.write_bytes(data)
        check(path)

    quiet = settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    seed(number)(quiet(given(content(right))(one)))()


def feed_for(seconds: float, readers: dict[str, tuple[Check, Path, bytes]]) -> int:
    """Feed all readers in turn until the time is over, and return how many contents each has read."""
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        number += 1
        for check, path, right in readers.values():
            feed(check, path, right, 10, number)
    return number * 10
