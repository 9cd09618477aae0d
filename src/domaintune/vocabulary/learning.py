"""The texts that tokens are learnt from, and byte-pair encoding continued on them behind the base tokenizer's merges.

New merges rank behind all of the base's, so that a text is first cut as the base cuts it, and its pieces are then put
together: no text gets more tokens than before, and each new token is a known sequence of the base's.

Source: Sennrich, Haddow, Birch 2016, arXiv:1508.07909, algorithm 1.
"""

import heapq
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import polars as pl

from domaintune.core.frames import read_frame
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import read_json_texts, read_utf8

COLUMNS = ("title", "text", "system", "instruction", "input", "output", "question", "explanation")


def read_texts(path: Path, language: str | None) -> list[str]:
    """Return the texts of a table, of JSON lines or of a plain text file, in NFC and empty ones left out.

    Of a table with splits only training rows are read: tokens learnt from test rows would favour them. Rows to train
    on and questions are in NFC: tokens learnt from decomposed text would never occur in them.
    """
    if path.suffix == ".parquet":
        texts = list(_from_table(path, language))
    elif path.suffix in (".jsonl", ".txt"):
        if language is not None:
            raise InputError(
                f"{path}: a {path.suffix} file has no languages; set vocabulary.<key>.language to null."
            )
        lines = path.suffix == ".jsonl"
        texts = list(read_json_texts(path)) if lines else read_utf8(path).split("\n")
    else:
        raise InputError(f"{path}: vocabulary.<key>.reads must be a .parquet, .jsonl or .txt file.")
    texts = [unicodedata.normalize("NFC", text) for text in texts if text.strip()]
    if not texts:
        raise InputError(
            f"{path}: expected texts{f' with language {language}' if language else ''}, found none. Check "
            "vocabulary.<key>.reads and language."
        )
    return texts


def _from_table(path: Path, language: str | None) -> Iterator[str]:
    frame = read_frame(path)
    if "split" in frame.columns:
        if len(frame) and (frame["split"] == "").all():
            raise InputError(
                f"{path}: its rows have no split yet; read data/curated/instructions.parquet or "
                "data/corpus/documents.parquet."
            )
        frame = frame.filter(pl.col("split") == "train")
    if language is not None:
        if "language" not in frame.columns:
            raise InputError(f"{path}: has no column `language`; set vocabulary.<key>.language to null.")
        frame = frame.filter(pl.col("language") == language)
    columns = [name for name in COLUMNS if frame.schema.get(name) == pl.String]
    if not columns:
        raise InputError(f"{path}: expected one of the columns {', '.join(COLUMNS)}, found {frame.columns}.")
    for row in frame.select(*columns, *(["turns"] if "turns" in frame.columns else [])).iter_rows(named=True):
        yield from (row[name] or "" for name in columns)
        yield from (turn["content"] for turn in row.get("turns") or [])


Pair = tuple[int, int]
WORD_START = "▁"  # sentencepiece's sign for the space before a word


class Merge(NamedTuple):
    """Two neighbouring tokens that become a new one."""

    left: int
    right: int
    text: str
    """As the vocabulary writes it."""
    pieces: tuple[int, ...]
    """The base's tokens it stands for."""


def continue_merges(
    words: Mapping[tuple[int, ...], int], written: Mapping[int, str], taken: Collection[str], *, tokens: int,
    first: int, min_count: int,
) -> list[Merge]:  # fmt: skip
    """Return up to `tokens` merges, most frequent first; among equals the lower ids.

    `words` counts words as the base's ids; `written` gives the text of the ids that may be merged, `taken` the texts
    that are tokens already; `first` is the id of the first new token.
    """
    texts, known = dict(written), set(taken)
    parts: dict[int, tuple[int, ...]] = {token: (token,) for token in written}
    pairs = _Pairs(words)
    queue = [(-count, pair) for pair, count in pairs.total.items() if count >= min_count]
    heapq.heapify(queue)
    merges: list[Merge] = []
    while queue and len(merges) < tokens:
        negative, pair = heapq.heappop(queue)
        # a pair that was counted anew since stands in the queue with its present count too
        new, (left, right) = first + len(merges), pair
        mergeable = left in texts and right in texts and texts[left] + texts[right] not in known
        if pairs.total[pair] != -negative or not mergeable:
            continue
        texts[new], parts[new] = texts[left] + texts[right], parts[left] + parts[right]
        known.add(texts[new])
        merges.append(Merge(left, right, texts[new], parts[new]))
        for changed in pairs.join(pair, new):
            if pairs.total[changed] >= min_count:
                heapq.heappush(queue, (-pairs.total[changed], changed))
    return merges


class _Pairs:
    """How often each pair of neighbours occurs, and in which words."""

    def __init__(self, words: Mapping[tuple[int, ...], int]) -> None:
        self.words, self.counts = [list(word) for word in words], list(words.values())
        self.total: defaultdict[Pair, int] = defaultdict(int)
        self.where: defaultdict[Pair, set[int]] = defaultdict(set)
        for number, word in enumerate(self.words):
            for pair in pairwise(word):
                self.total[pair] += self.counts[number]
                self.where[pair].add(number)

    def join(self, pair: Pair, new: int) -> set[Pair]:
        """Make the pair one token in every word, and return the pairs whose counts changed."""
        changed: set[Pair] = set()
        for number in self.where.pop(pair):
            before, count = self.words[number], self.counts[number]
            after = self.words[number] = joined(before, pair, new)
            for old in pairwise(before):
                self.total[old] -= count
                self.where[old].discard(number)
            for fresh in pairwise(after):
                self.total[fresh] += count
                self.where[fresh].add(number)
            changed |= {*pairwise(before), *pairwise(after)}
        return changed


def joined(word: Sequence[int], pair: tuple[int, int], new: int) -> list[int]:
    """Return the word with each occurrence of the pair, from the left, as the new token."""
    done: list[int] = []
    for token in word:
        if done and (done[-1], token) == pair:
            done[-1] = new
        else:
            done.append(token)
    return done


def split_words(
    ids: Sequence[int], words: Sequence[int | None], texts: Sequence[str]
) -> Iterable[tuple[int, ...]]:
    """Yield the words of a text: where the tokenizer's word number changes, or a piece begins with a space."""
    current: list[int] = []
    for at, token in enumerate(ids):
        if current and (words[at] != words[at - 1] or texts[at].startswith(WORD_START)):
            yield tuple(current)
            current = []
        current.append(token)
    if current:
        yield tuple(current)
