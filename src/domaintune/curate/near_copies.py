"""The near copies that are left: how alike what is tested is to what will be trained on."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from domaintune.core.records.document import Document
from domaintune.core.records.question import Question
from domaintune.curate.build import Curated
from domaintune.curate.contamination import said_in_full
from domaintune.science.matching import normalise
from domaintune.science.near_copies import (
    ALIKE,
    LETTERS,
    NO_GRAMS,
    Grams,
    letter_codes,
    nearly_copied,
    ngrams,
    word_grams,
)
from domaintune.science.near_duplicates import title_key

_SIGNS = re.compile(r"[\W_]+")


def measure(curated: Curated, documents: Sequence[Document], asked: Sequence[Question]) -> dict[str, Any]:
    """Count, by source, the tested questions and documents that have a near copy among the training rows.

    Questions about documents are counted by their documents: what is asked about two near copies is alike.
    """
    tested = [one for one in asked if one.split in ("test", "benchmark")]
    known = {one.id for one in asked} | {one.id for one in documents}
    tested += [one for one in curated.questions if one.split == "test" and one.document_id not in known]
    rows = [_letters([said_in_full(row)]) for row in curated.instructions if row.split == "train"]
    near = nearly_copied([_letters([one.context, one.question, *one.options]) for one in tested], rows)
    sizes = Counter(one.source for one in tested)
    alike = Counter(tested[position].source for position in near)
    return {
        "alike": ALIKE,
        "questions": {
            name: {"n": n, "near": alike[name], "share": alike[name] / n} for name, n in sorted(sizes.items())
        },
        "documents": _documents(documents),
    }


def _documents(documents: Sequence[Document]) -> dict[str, Any]:
    test = [one for one in documents if one.split == "test"]
    train = [one for one in documents if one.split == "train"]
    texts = [word_grams([f"{one.title}\n{one.text}" for one in part]) for part in (test, train)]
    titles = {title_key(one.title) for one in train} - {""}
    near = len(nearly_copied(*texts))
    return {
        "n": len(test),
        "near": near,
        "share": near / len(test) if test else 0.0,
        "titles": sum(title_key(one.title) in titles for one in test),
    }


def _letters(parts: Sequence[str]) -> Grams:
    plain = [unicodedata.normalize("NFD", _SIGNS.sub("", normalise(part))) for part in parts]
    return np.unique(np.concatenate([NO_GRAMS, *(ngrams(letter_codes(text), LETTERS) for text in plain)]))
