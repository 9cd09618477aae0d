"""Reading a base model and texts, and writing a foundation folder with a larger vocabulary."""

from pathlib import Path
from typing import NamedTuple

from domaintune.core.models.extension import EXTENSION, Extension
from domaintune.core.models.loading import Foundation, load_tokenizer, open_foundation
from domaintune.core.models.pointer import POINTER, pin_named, write_pointer
from domaintune.core.sections.vocabulary import Vocabulary
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.files import write_json
from domaintune.vocabulary.texts import read_texts
from domaintune.vocabulary.tokenizer import check_tokens, learn, write_tokenizer


class Places(NamedTuple):
    """Where the stage reads and writes."""

    base: Path
    reads: Path
    out: Path


def extend(key: str, params: Vocabulary, places: Places) -> Accounts:
    """Learn tokens, write the tokenizer and what its new tokens stand for, and return the books.

    Raises:
        InputError: there are no texts.
        ModelError: the base's tokenizer cannot be extended, or not by that many tokens; a folder begun has no pointer.
    """
    texts = read_texts(places.reads, params.language)
    opened = open_foundation(places.base)
    base = load_tokenizer(opened)
    grown = learn(base, texts, params.tokens, params.min_count, key)
    places.out.mkdir(parents=True, exist_ok=True)
    (places.out / POINTER).unlink(missing_ok=True)  # comes last: what is refused half-way is no foundation
    write_tokenizer(base, grown, places.out, key)
    pointer = opened.pointer.model_copy(update={"kind": "extended", "path": None, "files": {}})
    extended = load_tokenizer(Foundation(opened.folder, pointer, places.out))
    after = check_tokens(base, extended, grown, texts)
    pieces = [list(merge.pieces) for merge in grown.merges]
    extension = Extension(model=params.model, base=opened.pointer, first=grown.first, pieces=pieces)
    write_json(places.out / EXTENSION, extension.model_dump())
    files = pin_named(places.out, sorted(path.name for path in places.out.iterdir()))
    write_pointer(places.out, pointer.model_copy(update={"files": files}))
    accounts = Accounts("vocabulary", key, "texts")
    accounts.rows_in = accounts.kept = len(texts)
    accounts.extra |= {
        "added_tokens": len(grown.merges),
        "tokens_before": grown.tokens_before,
        "tokens_after": after,
    }
    return accounts
