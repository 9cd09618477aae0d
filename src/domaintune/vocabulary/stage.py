"""Reading a base model and texts, and writing a foundation folder with a larger vocabulary."""

from pathlib import Path
from typing import NamedTuple

from domaintune.core.models.extension import EXTENSION, Extension
from domaintune.core.models.loading import load_tokenizer, open_foundation
from domaintune.core.models.pointer import Pointer, pin_named, write_pointer
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
        ModelError: the base's tokenizer cannot be extended, or not by that many tokens.
    """
    texts = read_texts(places.reads, params.language)
    opened = open_foundation(places.base)
    base = load_tokenizer(opened)
    grown = learn(base, texts, params.tokens, params.min_count, key)
    places.out.mkdir(parents=True, exist_ok=True)
    write_tokenizer(base, grown, places.out, key)
    pieces = [list(merge.pieces) for merge in grown.merges]
    extension = Extension(model=params.model, base=opened.pointer, first=grown.first, pieces=pieces)
    write_json(places.out / EXTENSION, extension.model_dump())
    pointer = Pointer(
        kind="extended",
        name=opened.pointer.name,
        path=None,
        repo_id=opened.pointer.repo_id,
        revision=opened.pointer.revision,
        trust_remote_code=opened.pointer.trust_remote_code,
        files=pin_named(places.out, sorted(path.name for path in places.out.iterdir())),
    )
    write_pointer(places.out, pointer)
    after = check_tokens(base, load_tokenizer(open_foundation(places.out)), grown, texts)
    accounts = Accounts("vocabulary", key, "texts")
    accounts.rows_in = accounts.kept = len(texts)
    accounts.extra |= {
        "added_tokens": len(grown.merges),
        "tokens_before": grown.tokens_before,
        "tokens_after": after,
    }
    return accounts
