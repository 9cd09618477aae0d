"""Papers and documents of the chemistry corpus."""

import csv
import io
import json
import re
import unicodedata
from itertools import islice

import pytest
from pypdf import PdfReader
from pypdf.errors import PdfReadError

from domaintune.sample.chemistry_abstracts import ABSTRACT_COLUMNS, TURNS
from domaintune.sample.chemistry_catalysts import compose_catalyst
from domaintune.sample.chemistry_compounds import compose_compound, subscripted
from domaintune.sample.chemistry_corpus import compose_chemistry_corpus
from domaintune.sample.chemistry_membranes import compose_membrane, compose_plain_membrane
from domaintune.sample.chemistry_papers import compose_papers, use_of
from domaintune.sample.chemistry_pdf import to_ascii, write_pdf
from domaintune.sample.corpora import Composed
from domaintune.sample.params import ChemistryCorpus

WANTED_PROPERTY = re.compile(
    r"(conductivity|ion[ -]exchange capacity|IEC|water uptake|WU|water absorption|water affinity)"
)


def papers(composed: Composed) -> list[dict[str, str]]:
    first, _, rest = composed.files["abstracts.csv"].partition("\n")
    assert first == "# SPDX-License-Identifier: Apache-2.0"
    return list(csv.DictReader(io.StringIO(rest, newline="")))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    chemistry: Composed, wanted: ChemistryCorpus
) -> None:
    assert compose_chemistry_corpus(20240610, "chemistry", wanted) == chemistry
    assert compose_chemistry_corpus(1, "chemistry", wanted).files != chemistry.files
    assert set(chemistry.rows) == set(chemistry.files)


def test_the_paper_list_has_its_columns_its_count_and_its_faults(
    chemistry: Composed, wanted: ChemistryCorpus
) -> None:
    rows = papers(chemistry)
    assert tuple(rows[0]) == ABSTRACT_COLUMNS
    assert len(rows) == wanted.abstracts + 2
    assert len({tuple(row.values()) for row in rows}) == len(rows) - 1, "one row stands twice"
    abstracts = [row["abstract"] for row in rows]
    assert abstracts.count("N/A") == 1
    assert any("&#37;" in text or "&deg;" in text for text in abstracts)
    assert any("\n" in text for text in abstracts)
    assert any(text != unicodedata.normalize("NFC", text) for text in abstracts)
    assert len({row["title"] for row in rows}) == len(rows) - 1


def test_abstracts_are_short_enough_for_a_tiny_model_and_hold_their_keywords() -> None:
    for paper in islice(compose_papers(2, "c", "abstracts", TURNS), 200):
        assert 60 <= len(paper.abstract.split()) <= 110
        text = f"{paper.title} {paper.abstract}".lower()
        assert all(keyword.lower() in text for keyword in paper.keywords)


def test_membranes_state_the_properties_in_many_spellings_and_some_state_none() -> None:
    stated = [p.abstract for p in islice(compose_papers(2, "c", "abstracts", (compose_membrane,)), 150)]
    assert all(WANTED_PROPERTY.search(text) for text in stated)
    together = " ".join(stated)
    spellings = (
        "mS/cm",
        "mS cm\u22121",
        "mS cm-1",
        "mS cm⁻¹",
        "mS·cm⁻¹",
        "mmol g-1",
        "meq/g",
        "wt%",
        "WU",
        "water affinity",
    )
    assert all(spelling in together for spelling in spellings)
    assert re.search(r"0\.\d{3} S/cm", together)
    plain = [p.abstract for p in islice(compose_papers(2, "c", "abstracts", (compose_plain_membrane,)), 50)]
    assert not any(WANTED_PROPERTY.search(text) for text in plain)
    looks = (
        "relative humidity",
        "power density",
        "coulombic efficiency",
        "acid recovery",
        "mechanical strength",
    )
    assert all(look in " ".join(plain) for look in looks)


def test_catalysts_name_support_treatment_and_purpose_or_leave_them_out() -> None:
    texts = [p.abstract for p in islice(compose_papers(2, "c", "abstracts", (compose_catalyst,)), 100)]
    supported = [text for text in texts if "support" in text]
    treated = [text for text in texts if re.search(r"support was (treated|modified) by", text)]
    assert 0 < len(treated) < len(supported) < len(texts)


def test_formulas_are_sometimes_written_with_subscripts() -> None:
    texts = " ".join(p.abstract for p in islice(compose_papers(2, "c", "abstracts", (compose_compound,)), 80))
    assert re.search(r"[₂₃₄₆]", texts)
    assert re.search(r"[A-Z][a-z]?2", texts)
    assert subscripted("CuSO4·5H2O") == "CuSO₄·5H₂O"
    assert subscripted("K3[Fe(CN)6]") == "K₃[Fe(CN)₆]"


def test_korean_summaries_have_three_sentences_and_purpose_and_result_at_most_twenty_words(
    chemistry: Composed, wanted: ChemistryCorpus
) -> None:
    rows = [json.loads(line) for line in chemistry.files["papers_ko.jsonl"].splitlines()]
    assert len(rows) == wanted.abstracts // 3
    for row in rows:
        assert len(re.findall(r"다\.(?= |$)", row["summary_ko"])) == 3
        assert row["summary_ko"].endswith("다.")
        assert all(0 < len(row[key].split()) <= 20 for key in ("purpose_ko", "result_ko"))
        assert not re.search(r"[()][는가를와로]", row["summary_ko"]), "particles are resolved"
    assert list(rows[0]) == ["id", "title", "abstract", "summary_ko", "purpose_ko", "result_ko", "license"]


def test_a_value_in_korean_is_the_one_in_english() -> None:
    for paper in islice(compose_papers(4, "c", "korean", (compose_catalyst, compose_compound)), 60):
        for number in re.findall(r"\d+(?:\.\d+)?(?=%)", paper.result_ko):
            assert f"{number}%" in paper.abstract


def test_no_paper_is_in_two_files(chemistry: Composed) -> None:
    listed = {row["title"] for row in papers(chemistry)}
    korean = {json.loads(line)["title"] for line in chemistry.files["papers_ko.jsonl"].splitlines()}
    assert not listed & korean
    assert all(use_of(title) == "korean" for title in korean)


def test_documents_come_as_text_markdown_and_pdf(chemistry: Composed, wanted: ChemistryCorpus) -> None:
    names = [name for name in chemistry.files if name.startswith("documents/doc-")]
    assert len(names) == wanted.documents
    assert {name.rpartition(".")[2] for name in names} == {"txt", "md", "pdf"}
    assert any("\r\n" in chemistry.files[name] for name in names)
    for name in names:
        if name.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(chemistry.files[name].encode()), strict=True)
            assert 2 <= len(reader.pages) <= 3
            assert all(len(page.extract_text()) > 40 for page in reader.pages)


def test_one_pdf_has_no_text_and_one_is_broken(chemistry: Composed) -> None:
    scan = PdfReader(io.BytesIO(chemistry.files["documents/scan.pdf"].encode()), strict=True)
    assert [page.extract_text() for page in scan.pages] == [""]
    with pytest.raises(PdfReadError):
        PdfReader(io.BytesIO(chemistry.files["documents/broken.pdf"].encode()), strict=True)


def test_a_pdf_keeps_brackets_and_backslashes() -> None:
    pages = [["poly(vinyl alcohol) (QPA-1", "a\\b"], ["second"]]
    reader = PdfReader(io.BytesIO(write_pdf(pages).encode()), strict=True)
    assert [page.extract_text().strip().split("\n") for page in reader.pages] == pages
    assert to_ascii("α-Fe₂O₃ at 25 °C, 3 mS cm⁻¹") == "alpha-Fe2O3 at 25 deg C, 3 mS cm-1"


def test_long_documents_have_sections_and_at_least_two_thousand_words(chemistry: Composed) -> None:
    texts = [text for name, text in chemistry.files.items() if name.startswith("long/")]
    assert len(texts) == 3
    assert all(len(text.split()) >= 2000 and text.count("\n## ") >= 5 for text in texts)
