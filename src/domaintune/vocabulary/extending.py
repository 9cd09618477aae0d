"""A byte-pair tokenizer with more merges: learnt, written into a foundation folder, and shown to read all as before."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from domaintune.core.models.foundation import EXTENSION, Extension, Foundation, open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.models.pointer import POINTER, pin_named, write_pointer, writing
from domaintune.core.sections.models import Vocabulary
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import ModelError
from domaintune.core.stage.files import write_json
from domaintune.vocabulary.learning import Merge, continue_merges, read_texts, split_words

FILE = "tokenizer.json"
BATCH = 1000


class Grown(NamedTuple):
    """What was learnt."""

    merges: list[Merge]
    first: int
    """Id of the first new token."""
    tokens_before: int
    """Of all texts, with the base's tokenizer."""


def learn(tokenizer: Any, texts: Sequence[str], tokens: int, min_count: int, key: str) -> Grown:
    """Learn new tokens for a byte-pair tokenizer from the texts."""
    model = _described(tokenizer, key)["model"]
    words: Counter[tuple[int, ...]] = Counter()
    before = 0
    for encoding in _encodings(tokenizer, texts):
        before += len(encoding.ids)
        words.update(split_words(encoding.ids, encoding.word_ids, encoding.tokens))
    special = set(tokenizer.get_added_vocab()) | {model.get("unk_token")}
    # sentencepiece's tokens for single bytes are put in after merging
    written = {
        number: text
        for text, number in model["vocab"].items()
        if text not in special and not re.fullmatch("<0x..>", text, re.DOTALL)
    }
    vocabulary = tokenizer.get_vocab()
    first = max(vocabulary.values()) + 1
    merges = continue_merges(words, written, vocabulary, tokens=tokens, first=first, min_count=min_count)
    if len(merges) < tokens:
        raise ModelError(
            f"vocabulary.{key}.tokens: {tokens} asked, but the texts of `reads` hold {len(merges)} pairs that occur "
            f"{min_count} times or more. Lower tokens or min_count, or give more text."
        )
    return Grown(merges, first, before)


def write_tokenizer(tokenizer: Any, grown: Grown, out: Path, key: str) -> None:
    """Save the tokenizer with the new tokens."""
    described = _described(tokenizer, key)
    names = {number: text for text, number in described["model"]["vocab"].items()}
    names |= {grown.first + at: merge.text for at, merge in enumerate(grown.merges)}
    for at, merge in enumerate(grown.merges):
        described["model"]["vocab"][merge.text] = grown.first + at
        described["model"]["merges"].append([names[merge.left], names[merge.right]])
    tokenizer.save_pretrained(out)
    write_json(out / FILE, described)


def check_tokens(base: Any, extended: Any, grown: Grown, texts: Sequence[str]) -> int:
    """Return the texts' tokens with the new tokenizer, after showing that its tokens stand for the base's.

    A library that rebuilds the tokenizer its own way would cut a text otherwise.
    """
    pieces = {grown.first + at: merge.pieces for at, merge in enumerate(grown.merges)}
    after = 0
    encodings = _encodings(base, texts), _encodings(extended, texts)
    for text, old, new in zip(texts, *encodings, strict=True):
        after += len(new.ids)
        if expanded(new.ids, pieces) != old.ids:
            raise ModelError(
                f"the tokenizer with new tokens cuts {text[:60]!r} otherwise than the base's tokens allow; its "
                "vocabulary cannot be extended. Name another model in vocabulary.<key>.model."
            )
    return after


def expanded(ids: Sequence[int], pieces: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the base's ids that the ids stand for."""
    return [piece for token in ids for piece in pieces.get(token, (token,))]


def _described(tokenizer: Any, key: str) -> dict[str, Any]:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    described: dict[str, Any] = json.loads(backend.to_str()) if backend is not None else {}
    kind = described.get("model", {}).get("type", type(tokenizer).__name__)
    if kind != "BPE":
        raise ModelError(
            f"vocabulary.{key}.model: only a byte-pair tokenizer (BPE) can go on learning merges; this model's is "
            f"{kind}. Name another model, or drop the entry."
        )
    return described


def _encodings(tokenizer: Any, texts: Sequence[str]) -> Iterator[Any]:
    """Yield each text's encoding, without the tokens a template adds."""
    for start in range(0, len(texts), BATCH):
        batch = list(texts[start : start + BATCH])
        yield from tokenizer.backend_tokenizer.encode_batch(batch, add_special_tokens=False)


def extend(key: str, params: Vocabulary, base_folder: Path, reads: Path, out: Path) -> Accounts:
    """Learn tokens, write the tokenizer and what its new tokens stand for, and return the accounting."""
    texts = read_texts(reads, params.language)
    opened = open_foundation(base_folder)
    base = load_tokenizer(opened)
    grown = learn(base, texts, params.tokens, params.min_count, key)
    (out / POINTER).unlink(missing_ok=True)  # comes last: what is refused half-way is not a foundation
    with writing(out):
        write_tokenizer(base, grown, out, key)
        pointer = opened.pointer.model_copy(update={"kind": "extended", "path": None, "files": {}})
        extended = load_tokenizer(Foundation(opened.folder, pointer, out))
        after = check_tokens(base, extended, grown, texts)
        pieces = [list(merge.pieces) for merge in grown.merges]
        extension = Extension(model=params.model, base=opened.pointer, first=grown.first, pieces=pieces)
        write_json(out / EXTENSION, extension.model_dump())
        files = pin_named(out, sorted(path.name for path in out.iterdir()))
        write_pointer(out, pointer.model_copy(update={"files": files}))
    accounts = Accounts("vocabulary", key, "texts", len(texts))
    accounts.extra |= {
        "added_tokens": len(grown.merges),
        "tokens_before": grown.tokens_before,
        "tokens_after": after,
    }
    return accounts
