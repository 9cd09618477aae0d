import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import blank
from similarity import jaccard

from domaintune.core.records.document import Attribute, Document
from domaintune.core.records.question import Question
from domaintune.core.stage.errors import InputError, ParamsError
from domaintune.core.stage.files import content_id
from domaintune.core.stage.params import parse
from domaintune.corpus.build import Corpus, build_corpus
from domaintune.corpus.documents import age, choose_split, split_documents, work_id
from domaintune.corpus.params import CorpusParams

PARAMS = CorpusParams(
    similarity=0.8, question_similarity=0.5, permutations=128, validation_fraction=0.1, test_fraction=0.1
)
WORDS = [f"word{i}" for i in range(400)]
SAME = {"text": "We build it.", "title": "Pump"}
SOME = st.tuples(
    st.integers(0, 6), st.sampled_from("abc"), st.integers(0, 3), st.sampled_from(["", "x/1", "x/2"])
)


def make(native_id: str, text: str = "", source: str = "api", title: str = "", **attributes: str) -> Document:
    facts = [Attribute(name=name, value=value) for name, value in sorted(attributes.items())]
    return blank(
        Document, id=content_id(source, native_id), source=source, native_id=native_id, language="en",
        title=title or f"Project {native_id}", text=text or abstract(native_id), attributes=facts,
    )  # fmt: skip


def chunk(work: str, number: int, of: int, text: str = "", source: str = "texts", **more: str) -> Document:
    own = make(f"{work}#{number}", text, source, title=work, **more)
    return own.model_copy(update={"work": work, "chunk": number, "chunks": of})


def abstract(name: str, size: int = 120) -> str:
    return " ".join(random.Random(name).choices(WORDS, k=size))


def splits(corpus: Corpus) -> dict[str, str]:
    return {document.id: document.split for document in corpus.documents}


def reasons(corpus: Corpus) -> list[tuple[str, str, str]]:
    return sorted((reject.id, reject.kind, reject.reason) for reject in corpus.rejects)


@pytest.mark.parametrize(
    ("rows", "kept", "reason"),
    [
        ([make("1", link="https://www.sbir.gov/detail/68389"),
          make("9", "Other text here.", "portal", link="http://sbir.gov/detail/68389/", amount="1")], ["9"], "duplicate_link"),
        ([make(source, source=source, link="x/1") for source in ("portal", "api", "bulk")], ["api"], "duplicate_link"),
        ([make("1", **SAME, phase="Phase I", link="a/1"),
          make("2", "WE  BUILD\nIT.", title="PUMP", phase="Phase II", link="a/2")], ["1"], "duplicate_text"),
        *(([make(str(n), contract=contract, phase=phase) for n, phase in enumerate(phases)], kept, reason)
          for contract, phases, kept, reason in [
            ("80NSSC19C0001", ("Phase I", "I"), ["0"], "duplicate_contract"),
            ("80NSSC19C0001", ("1", "Phase I"), ["0"], "duplicate_contract"),
            ("80NSSC19C0001", ("Phase I", "Phase II"), ["0", "1"], ""),
            *((none, ("Phase I", "Phase I"), ["0", "1"], "") for none in ("N/A", "pending", "")),
          ]),
        ([chunk("w", number, 3, source=source, link=f"{site}/1") for number in (1, 2, 3)
          for source, site in (("texts", "https://x"), ("zweite", "http://x"))], ["w#1", "w#2", "w#3"], "duplicate_link"),
    ],
)  # fmt: skip
def test_records_of_one_work_are_one_row_and_the_richest_stays(
    rows: list[Document], kept: list[str], reason: str
) -> None:
    corpus = build_corpus(rows, PARAMS, 1)
    assert sorted(row.native_id for row in corpus.documents) == kept
    lost = [("duplicate", reason)] * (len(rows) - len(kept))
    assert [(reject.kind, reject.reason) for reject in corpus.rejects] == lost
    assert all(corpus.documents[0].id in reject.detail for reject in corpus.rejects)


@pytest.mark.parametrize(
    ("title", "sizes"),
    [("Not Available", [1] * 40), ("Final technical report of the project", [8] + [1] * 32)],
)
def test_a_title_that_says_nothing_or_that_many_have_glues_nothing_together(
    title: str, sizes: list[int]
) -> None:
    rows = [make(str(n), title=title, year=str(1960 + n)) for n in range(40)]
    clusters = Counter(row.cluster for row in build_corpus(rows, PARAMS, 1).documents)
    assert sorted(clusters.values(), reverse=True) == sizes


def test_a_document_that_resembles_two_splits_is_contaminated_and_moves_neither() -> None:
    half, other = abstract("half", 200).split(), abstract("other", 200).split()
    params = PARAMS.model_copy(update={"similarity": 0.3})
    for seed in range(40):
        first = make("1", " ".join(half), title="A", year="1990")
        second = make("2", " ".join(other), title="A", year="1990")
        bridge = make("3", " ".join(half[:100] + other[:100]), title="A", year="2000")
        before = build_corpus([first, second], params, seed)
        after = build_corpus([first, second, bridge], params, seed)
        assert splits(before).items() <= splits(after).items()
        if len(set(splits(before).values())) == 2:
            assert reasons(after) == [(bridge.id, "contaminated", "between_splits")]
            return
    pytest.fail("no seed gave the two documents different splits")


def bridged(seed: int, order: random.Random) -> list[Document]:
    """Return chains and bridges: each document a half-and-half of two earlier ones, an edit, or new."""
    rows = [make("0", title="T", year="1990")]
    for number in range(1, 25):
        one, other = (order.choice(rows).text.split() for _ in range(2))
        half, edit = [*one[:60], *other[60:]], [*one[:number], f"e{number}", *one[number + 1 :]]
        text = order.choice([" ".join(half), " ".join(edit), abstract(f"{seed}-{number}")])
        rows.append(make(str(number), text, title="T", year=str(order.randint(1990, 2020))))
    return rows


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_clusters_and_splits_are_those_of_comparing_all_with_all(seed: int, order: random.Random) -> None:
    rows = {row.id: row for row in bridged(seed, order)}
    params = PARAMS.model_copy(update={"similarity": 0.4})
    placed: dict[str, tuple[str, str]] = {}
    for row in sorted(rows.values(), key=age):
        near = [name for name in placed if jaccard(f"T\n{row.text}", f"T\n{rows[name].text}") >= 0.4]
        if len({placed[name][1] for name in near}) <= 1:
            alone = (row.id, choose_split(work_id(row), params, seed))
            placed[row.id] = placed[near[0]] if near else alone
    kept, _ = split_documents(list(rows.values()), params, seed)
    assert {one.id: (one.cluster, one.split) for one in kept} == placed


def test_a_richer_copy_from_a_new_source_leaves_the_works_split_where_it_was() -> None:
    api = [make(str(i), source="api", link=f"x/{i}") for i in range(60)]
    portal = [make(f"p{i}", abstract(str(i)), "portal", link=f"x/{i}", amount="1") for i in range(60)]

    def by_link(corpus: Corpus) -> dict[str | None, str]:
        return {document.attribute("link"): document.split for document in corpus.documents}

    assert by_link(build_corpus(api, PARAMS, 3)) == by_link(build_corpus([*api, *portal], PARAMS, 3))


@settings(max_examples=30)
@given(
    st.lists(SOME, min_size=1, max_size=20, unique_by=lambda one: one[:2]), st.randoms(use_true_random=False)
)
def test_books_balance_and_the_order_of_rows_does_not_matter(
    items: list[tuple[int, str, int, str]], order: random.Random
) -> None:
    rows = [
        make(str(n), abstract(str(text)), source, title="T", link=link) for n, source, text, link in items
    ]
    corpus, again = (build_corpus(given, PARAMS, 5) for given in (rows, order.sample(rows, len(rows))))
    assert sorted(row.id for row in rows) == sorted(row.id for row in [*corpus.documents, *corpus.rejects])
    assert (splits(again), reasons(again)) == (splits(corpus), reasons(corpus))
    texts = [document.text for document in corpus.documents]
    assert len(texts) == len(set(texts))


def test_fractions_are_met_and_enlarging_validation_does_not_touch_test() -> None:
    rows, larger = [make(str(i)) for i in range(1500)], PARAMS.model_copy(update={"validation_fraction": 0.3})
    before, after = (splits(build_corpus(rows, params, 1)) for params in (PARAMS, larger))
    for split in ("test", "validation"):
        assert list(before.values()).count(split) == pytest.approx(150, abs=45)
    tested, still = ([name for name in before if found[name] == "test"] for found in (before, after))
    assert tested == still


def test_fractions_that_leave_no_training_rows_are_refused() -> None:
    value = PARAMS.model_dump() | {"validation_fraction": 0.5, "test_fraction": 0.5}
    with pytest.raises(ParamsError, match="must be < 1"):
        parse(Path("params.yaml"), "corpus", CorpusParams, value)


def test_there_may_be_only_questions_or_only_documents() -> None:
    asked, uses = blank(Question, id="q1", question="Which?", source="exam"), {"exam": "train"}
    alone = build_corpus([], PARAMS, 1, [asked], uses)
    assert (alone.documents, len(alone.questions)) == ([], 1)
    assert alone.accounts.as_dict()["questions"]["kept"] == 1
    assert "questions" not in build_corpus([make("1")], PARAMS, 1).accounts.as_dict()
    for documents, questions in (([make("1")] * 2, []), ([], [asked] * 2)):
        with pytest.raises(InputError, match="more than one row"):
            build_corpus(documents, PARAMS, 1, questions, uses)


def test_chunks_of_a_work_share_cluster_and_split_and_are_not_duplicates_of_one_another() -> None:
    works = [[chunk(f"w{n}", i, 4, link=f"x/{n}") for i in range(1, 5)] for n in range(40)]
    works[0][3] = chunk("w0", 4, 4, text=works[0][0].text, link="x/0")  # the same text twice in one work
    corpus = build_corpus([row for work in works for row in work], PARAMS, 1)
    assert len(corpus.documents) == 160
    placed = {(row.work, row.cluster, row.split) for row in corpus.documents}
    assert len(placed) == 40
    assert len({split for _, _, split in placed}) > 1
    assert {cluster for work, cluster, _ in placed if work == "w0"} == {content_id("texts", "w0")}


WHOLE = {"work": "", "chunk": 0, "chunks": 0}
FULL = [chunk("w", number, 3, link="x/1") for number in (1, 2, 3)]
SHARED = chunk("w1", 3, 3, year="2000").model_copy(update={"id": "shared", "native_id": "w2#2", "work": "w2"})


@pytest.mark.parametrize(
    "rows",
    [
        [*FULL, FULL[0].model_copy(update={"id": "a", "native_id": "a", "source": "meta", "text": "Short."} | WHOLE)],
        [*(chunk("w1", number, 3, year="1990") for number in (1, 2, 3)), chunk("w2", 1, 3, year="2000"), SHARED,
         chunk("w2", 3, 3, year="2000")],
        [chunk("1", 1, 1, year="1999").model_copy(update={"title": "Cold plasma pump for deep wells, Phase I"} | WHOLE),
         chunk("2", 1, 1, year="2001").model_copy(update={"title": "COLD PLASMA PUMP FOR DEEP WELLS - Phase II (SBIR)"} | WHOLE)],
    ],
    ids=["a full text and its abstract", "works with a chunk in common", "phases under one title"],
)  # fmt: skip
def test_works_that_hold_the_same_are_no_duplicates_and_share_a_split(rows: list[Document]) -> None:
    for seed in range(20):
        corpus = build_corpus(rows, PARAMS, seed)
        assert len(corpus.documents) == len(rows)
        assert len({row.split for row in corpus.documents}) == 1
