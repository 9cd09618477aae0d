"""One chemistry corpus for all tests of this folder."""

import csv
import io

import pytest

from domaintune.sample.chemistry_corpus import compose_chemistry_corpus
from domaintune.sample.corpora import Composed
from domaintune.sample.params import ChemistryCorpus

WANTED = ChemistryCorpus(
    kind="chemistry", abstracts=60, documents=7, long_documents=3, pairs=120, exams=200, mmlu=120
)


@pytest.fixture(scope="session")
def wanted() -> ChemistryCorpus:
    return WANTED


@pytest.fixture(scope="session")
def chemistry() -> Composed:
    return compose_chemistry_corpus(20240610, "chemistry", WANTED)


@pytest.fixture(scope="session")
def exam_rows(chemistry: Composed) -> list[dict[str, str]]:
    text = chemistry.files["exam_ko.csv"].removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text, newline="")))
