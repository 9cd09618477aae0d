"""Questions in the corpus: all kept, copies on one side of the split."""

import itertools
import random
import string
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from records import blank

from domaintune.core.records.question import Question
from domaintune.core.stage.files import content_id
from domaintune.corpus.params import CorpusParams
from domaintune.corpus.questions import _grams, split_questions, text_id

PARAMS = CorpusParams(
    similarity=0.8, question_similarity=0.5, permutations=128, validation_fraction=0.1, test_fraction=0.1
)
USES = {"exam": "train", "bench": "benchmark"}
WORDS = [f"word{i}" for i in range(400)]


def sentence(name: str) -> str:
    """Return a question that is like no other."""
    rng = random.Random(name)
    return " ".join("".join(rng.choices(string.ascii_lowercase, k=6)) for _ in range(8)) + "?"


def ask(
    name: str, text: str = "", options: tuple[str, ...] = ("a", "b", "c", "d"), source: str = "exam"
) -> Question:
    own = {"question": text or sentence(name), "options": list(options), "answer": "1", "source": source}
    return blank(Question, id=content_id(source, name), language="en", **own)


def test_copies_that_differ_in_spaces_marks_form_or_order_share_a_cluster() -> None:
    own = ask("1", "다음 중 옳은 것은?", ("하나", "둘", "셋", "넷"))
    other = ask("2", unicodedata.normalize("NFD", "다음중  옳은 것은"), ("넷", "둘", "하나.", "셋"))
    assert text_id(own) == text_id(other)
    assert text_id(own) != text_id(own.model_copy(update={"options": ["하나", "둘", "셋", "다섯"]}))


def test_repeats_are_kept_on_one_side_and_counted() -> None:
    rows = [ask(f"{n}-{year}", sentence(str(n))) for n in range(200) for year in (2019, 2021)]
    questions, accounts = split_questions(rows, USES, PARAMS, 1)
    assert len({(question.question, question.split) for question in questions}) == 200
    extra = accounts.extra
    assert (accounts.kept, extra["clusters"], extra["repeats"]) == (400, 200, 200)
    assert {question.split for question in questions} == {"train", "validation", "test"}


def test_near_copies_of_an_exam_question_share_a_split() -> None:
    korean = "다음 중 물에 녹였을 때 어는점을 가장 많이 낮추는 염은?"
    texts = ["Which salt lowers the freezing point of water most?", korean]
    copies = ["Which salt lowers the melting point of water most?", korean.replace("가장 많이", "크게")]
    options = ("sodium chloride", "calcium chloride", "zinc sulfate", "염화 칼슘")
    for seed in range(20):
        rows = [ask(str(n), text, options) for n, text in enumerate([*texts, *copies])]
        placed = {q.id: (q.cluster, q.split) for q in split_questions(rows, USES, PARAMS, seed)[0]}
        first, second, third, fourth = (placed[row.id] for row in rows)
        assert (first, second) == (third, fourth)
        assert first != second


def test_questions_on_one_passage_share_a_cluster_and_those_under_one_heading_do_not() -> None:
    passage = "The pump of the station failed in March, and nobody noticed it until the tank ran dry."
    rows = [ask(str(n)).model_copy(update={"context": passage}) for n in range(3)]
    rows += [ask(str(n)).model_copy(update={"context": "Physics"}) for n in range(3, 6)]
    clusters = [q.cluster for q in sorted(split_questions(rows, USES, PARAMS, 1)[0], key=lambda q: q.id)]
    assert len(set(clusters)) == 4


def test_a_benchmark_moves_no_question_and_near_copies_in_it_are_counted() -> None:
    rows = [ask(str(n)) for n in range(40)]
    bench = [ask(row.id, row.question.replace("?", " too?"), source="bench") for row in rows[1:]]
    bench.append(ask("copy", rows[0].question, source="bench"))
    alone, both = (split_questions(asked, USES, PARAMS, 1) for asked in (rows, [*rows, *bench]))
    places = {(q.id, q.cluster, q.split) for q in alone[0]}
    assert places == {(q.id, q.cluster, q.split) for q in both[0] if q.source == "exam"}
    assert {q.split for q in both[0] if q.source == "bench"} == {"benchmark"}
    assert both[1].extra["also_in_a_benchmark"] == 40


@given(st.integers(0, 10_000), st.integers(2, 30), st.data())
def test_a_new_question_moves_no_other(seed: int, size: int, data: st.DataObject) -> None:
    rows = [ask(str(n)) for n in range(size)]
    near = data.draw(st.sampled_from(rows))
    new = ask("new", data.draw(st.sampled_from([near.question, "Other?"])))
    before = {q.id: q.split for q in split_questions(rows, USES, PARAMS, seed)[0]}
    after = {q.id: q.split for q in split_questions([new, *rows], USES, PARAMS, seed)[0]}
    assert before.items() <= after.items()


@given(st.integers(0, 10_000), st.integers(2, 50), st.randoms(use_true_random=False))
def test_clusters_of_questions_are_those_of_comparing_all_with_all(
    seed: int, size: int, rng: random.Random
) -> None:
    families = [sentence(f"{seed}-{n}") for n in range(3)]
    rows = []
    for number in range(size):  # chains: each an edit of a family or of an earlier question
        text = rng.choice([*families, *(row.question for row in rows)]).split()
        for _ in range(rng.randint(0, 2)):
            text[rng.randrange(len(text))] = f"{rng.choice(WORDS)}?"
        rows.append(ask(str(number), " ".join(text), source=rng.choice(["exam", "exam", "bench"])))
    params = PARAMS.model_copy(update={"question_similarity": 0.7})
    grams = [_grams(row) for row in rows]
    alike = [[len(a & b) >= 0.7 * len(a | b) for b in grams] for a in grams]
    group = list(range(size))
    for i, j in itertools.combinations(range(size), 2):
        if alike[i][j] and rows[i].source == rows[j].source:
            group = [group[i] if one == group[j] else one for one in group]
    leaders: dict[int, str] = {}
    for row, one in zip(rows, group, strict=True):
        leaders[one] = min(text_id(row), leaders.get(one, "g"))
    questions, accounts = split_questions(rows, USES, params, seed)
    clusters = {question.id: question.cluster for question in questions}
    assert [clusters[row.id] for row in rows] == [leaders[one] for one in group]
    benchmarks = [n for n, row in enumerate(rows) if row.source == "bench"]
    exam = (n for n, row in enumerate(rows) if row.source == "exam")
    assert accounts.extra["also_in_a_benchmark"] == sum(any(alike[n][b] for b in benchmarks) for n in exam)
