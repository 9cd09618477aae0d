"""The benchmarks on the page: three arms, five subsets, published figures, what was kept out of training."""

from itertools import product

import pytest
from model_settings import BENCHMARK, CARD
from pages import check_whole, words
from records import blank, scored_items

from domaintune.core.frames import write_records
from domaintune.core.records.question import BenchmarkItem, Question
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import write_json

METHODS = ["likelihood", "generation"]
RIGHT = {"base": "111000000", "english": "111100000", "total": "111110000"}
SUBSETS = {"high_school": 120, "college": 90, "professional": 150, "graduate": 60, "화학공학기사": 40}
LOCAL = BENCHMARK | {"sources": ["exams"], "subsets": "difficulty", "methods": METHODS, "role": "general"}
EXAMS = {
    "path": "data/raw/exams.csv", "kind": "questions", "use": "benchmark", "language": "ko", "licence": "MIT",
    "columns": {"id": None, "question": "q", "options": "in_question", "answer": "a"},
}  # fmt: skip


def items(arm, benchmark, method, rotations):
    """Return an arm's answers: of every ten questions the same; one by generation cannot be read."""
    of_ten = RIGHT[arm] + ("u" if method == "generation" else "0")
    asked = {subset: of_ten * (n // 10) for subset, n in SUBSETS.items()}
    rows = scored_items(arm, benchmark, method, options=5, **asked)
    return [row.model_copy(update={"rotation": by}) for row in rows for by in range(rotations)]


def spec(title):
    rows = {arm: dict.fromkeys([*SUBSETS, "average"], 0.3 + 0.01 * i) for i, arm in enumerate(RIGHT)}
    rows["base"]["average"] = 0.42
    return CARD | {
        "title": title,
        "published": {
            "source": "Someone 2025, Table 12", "metric": "micro_f1", "average": "mean of the subsets",
            "rows": rows, "notes": ["Table 8 and Table 12 do not agree on chat."],
        },
    }  # fmt: skip


def rejects(hostile):
    rows = {"benchmark_exact": 4, "benchmark_jamo": 2, "near_duplicate_of_test": 1, "near_duplicate": 1}
    return [
        Reject(
            id=f"{reason}{i}", stage="curate", kind="duplicate" if reason == "near_duplicate" else "contaminated",
            reason=reason, detail=hostile, row='{"input": "cut' if i else '{"input": "다음 중 옳은 것은? 0"}',
        )
        for reason, n in rows.items()
        for i in range(n)
    ]  # fmt: skip


def scored(make, title="Chemistry exams", names=("exams",), rotations=1, removed=True):
    """Return a step that scores the arms on benchmarks; without rotations there is no question."""

    def prepare(root):
        for name in names:
            write_json(root / f"catalog/benchmarks/{name}.yaml", spec(title))
        for arm in RIGHT:
            asked = product(names, METHODS)
            rows = [row for name, method in asked for row in items(arm, name, method, rotations)]
            path = root / f"data/benchmarks/{arm}/items.parquet"
            write_records(path, BenchmarkItem, rows, ["benchmark", "method", "question_id", "rotation"])
            make.books(root, "benchmark", arm, "questions × methods", len(rows))
        exams = [blank(Question, id=f"a{i}", source="exams", split="benchmark") for i in range(7)]
        write_records(root / "data/corpus/questions.parquet", Question, exams)
        write_records(root / "data/curated/rejects.parquet", Reject, rejects(make.hostile) if removed else [])
        make.books(root, "ingest", "exams", "records", 7)

    return prepare


def page(make, entry=LOCAL, judged=False, names=("exams",), **step):
    """Return the run; unless answers are judged there is no rubric, no question and no answer."""
    unjudged = {} if judged else {"questions": [], "texts": [], "rubrics": {}}
    return make.run(
        arms=("english", "total"), benchmarks=dict.fromkeys(names, entry), other_sources={"exams": EXAMS},
        prepare=scored(make, names=names, **step), **unjudged,
    )  # fmt: skip


@pytest.fixture(scope="module")
def text(make_once):
    return words(page(make_once).html)


SAYS = {
    "the table with published figures and their faults": [
        "Result: benchmarks", "college n = 90 graduate n = 60 high_school n = 120 professional n = 150",
        "published: base 0.3000 0.3000 0.3000 0.3000 0.3000 0.4200† – –", "guessing 0.2000 0.2000",
        "published: Someone 2025, Table 12; its average: mean of the subsets † outside",
        "Table 8 and Table 12 do not agree on chat.", "All benchmarks together",
    ],
    "the best constant answer and what was chosen": [
        "constant ① 0.2000 0.2000 0.2000 0.2000 0.2000 0.2000 – 0.2000", "right answers 92 92 92 92 92 0 – ",
    ],
    "tests in sentences, to quote": [
        "2 arms tested against their baseline: ", "On the same 460 questions of Chemistry exams, total has ",
        "after correction for 2 tests, Holm", "With 80 % power this sample could have shown",
    ],
    "both methods and the answers that could not be read": ["Scored by generation", "Unread"],
    "what was kept out of training, with counts": [
        "7 rows were removed before training, because they hold a question that arms are scored on, or repeat a row "
        "of another split: benchmark exact 4, benchmark jamo 2, near duplicate of test 1.",
        "다음 중 옳은 것은? 0",
    ],
    "sets of questions and accounts": [
        "exams data/raw/exams.csv MIT ko benchmark only 7 7 · · · 7",
        "benchmark total questions × methods 920 920", "compare all scored benchmark questions 2,760 2,760",
    ],
    "that nobody was judged": ["No question was asked"],
}  # fmt: skip


@pytest.mark.parametrize("said", SAYS.values(), ids=SAYS)
def test_the_page_of_benchmarks_says_and_nothing_of_a_judge_or_a_constant_answer(text, said):
    assert [one for one in said if one not in text] == []
    unsaid = ("Who judged", "Nothing is claimed", "constant answer, so that")
    assert [one for one in unsaid if one in text] == []


def test_judged_answers_and_benchmarks_in_every_order_stand_together(make):
    run = page(make, LOCAL | {"cyclic": True}, judged=True, rotations=5)
    text = words(run.html)
    benchmarks = text.index("Every arm was asked the same multiple-choice")
    assert text.index("total scored 2.60 on average") < benchmarks
    assert '<a href="#benchmarks">' in run.html
    assert "Over every cyclic order of the options: 460 questions, asked 2,300 times" in text


def test_hostile_text_stays_text_and_the_same_run_gives_the_same_bytes(make):
    first = page(make, names=("exams", "other"), title=make.hostile)
    check_whole(first.html)
    assert make.again("second").page.read_bytes() == first.page.read_bytes()


def test_a_benchmark_without_questions_is_said_and_not_a_crash(make):
    text = words(page(make, judged=True, rotations=0, removed=False).html)
    assert "No question was scored by likelihood" in text
    assert "none was found" in text
