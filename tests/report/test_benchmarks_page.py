"""The benchmarks on the page: eight arms, five subsets, published figures, what was kept out of training."""

import hashlib
import json
import shutil

import polars as pl
import pytest
from committed import PARAMS
from judge_run import write_judgments
from pages import check_whole, words
from ruamel.yaml import YAML

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.question import Answer, BenchmarkItem, Question
from domaintune.core.stage.accounting import Reject

TUNED = [f"{model}_{data}" for model in ("original", "chat") for data in ("english", "korean", "total")]
SUBSETS = {"high_school": 120, "college": 90, "professional": 150, "graduate": 60, "화학공학기사": 40}
SKILL = {"original_total": 0.5, "original_korean": 0.37, "chat_total": 0.36, "original_english": 0.33}
LOCAL = {
    "kind": "local", "sources": ["exams"], "split": "benchmark", "subsets": "difficulty",
    "methods": ["likelihood", "generation"], "prompt": "arm", "cyclic": False, "shots": 0, "shots_from": [],
    "max_questions": None, "role": "general",
}  # fmt: skip
EXAMS = {
    "path": "data/raw/exams.csv", "kind": "questions", "use": "benchmark", "language": "ko", "licence": "MIT",
    "columns": {"id": None, "question": "q", "options": "in_question", "answer": "a"},
}  # fmt: skip


def chance(*parts):
    return int(hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:8], 16) / 16**8


def items(arm, benchmark, method, skill):
    """Return an arm's answers: a question that is hard for one arm is hard for all."""
    rows = []
    for subset, n in SUBSETS.items():
        for i in range(n):
            hard = 0.6 * chance(benchmark, subset, i) + 0.4 * chance(arm, subset, i, method)
            outcome = "correct" if hard < skill else "wrong"
            if method == "generation" and chance(arm, "unread", i) < 0.05:
                outcome = "unparsed"
            gold = i % 5 + 1
            choice = {"correct": str(gold), "wrong": str(gold % 5 + 1)}.get(outcome, "")
            rows.append(BenchmarkItem(
                arm=arm, benchmark=benchmark, method=method, question_id=f"{subset}{i:03}", rotation=0,
                cluster=f"{subset}{i:03}", subset=subset,
                options=5, gold=str(gold), choice=choice, outcome=outcome, log_likelihoods=[], text="",
                prompt_tokens=60, truncated=False,
            ))  # fmt: skip
    return rows


def card(title, arms):
    rows = {arm: dict.fromkeys([*SUBSETS, "average"], 0.3 + 0.01 * i) for i, arm in enumerate(arms)}
    rows[arms[0]]["average"] = 0.42
    return {
        "title": title, "source": "Composed questions", "licence": "Apache-2.0", "instruction": "Choose.",
        "labels": "digits", "answer": "{label}",
        "published": {
            "source": "Someone 2025, Table 12", "metric": "micro_f1", "average": "mean of the subsets",
            "rows": rows, "notes": ["Table 8 and Table 12 do not agree on chat."],
        },
    }  # fmt: skip


def rejects(hostile):
    reasons = [("benchmark_exact", 3), ("benchmark_jamo", 2), ("near_duplicate_of_test", 1)]
    rows = [
        Reject(id=f"{reason}{i}", stage="curate", kind="contaminated", reason=reason, detail=hostile,
               row=json.dumps({"input": f"다음 중 옳은 것은? {i}"}))
        for reason, n in reasons for i in range(n)
    ]  # fmt: skip
    duplicate = Reject(id="d", stage="curate", kind="duplicate", reason="same", detail="", row="{")
    return [*rows, rows[0].model_copy(update={"id": "cut", "row": '{"input": "cut'}), duplicate]


def prepare(make, root, title):
    arms = ["original", *TUNED[:3], "chat", *TUNED[3:]]
    names = list(YAML(typ="safe").load((root / "params.yaml").read_text(encoding="utf-8"))["benchmarks"])
    for name in names:
        path = root / f"catalog/benchmarks/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as handle:
            YAML().dump(card(title, arms), handle)
    for arm in arms:
        skill = SKILL.get(arm, 0.3)
        rows = [
            row for name in names for m in ("likelihood", "generation") for row in items(arm, name, m, skill)
        ]
        path = root / f"data/benchmarks/{arm}/items.parquet"
        write_records(path, BenchmarkItem, rows, ["benchmark", "method", "question_id"])
        make.books(root, "benchmark", arm, "questions × methods", len(rows))
    texts = dict.fromkeys(Question.schema_, "") | {"options": []}
    asked = [Question(**texts | {"id": f"a{i}", "source": "exams", "split": "benchmark"}) for i in range(7)]
    write_records(root / "data/corpus/questions.parquet", Question, asked)
    write_records(root / "data/curated/rejects.parquet", Reject, rejects(make.hostile))
    make.books(root, "ingest", "exams", "records", 7)


def unjudged(make, root, title):
    """Nothing is asked for a judge: no rubric, no question, no answer."""
    prepare(make, root, title)
    decoding = (root / "data/answers/base/decoding.json").read_text()
    shutil.rmtree(root / "data/answers")
    shutil.rmtree(root / "data/judgments")
    for arm in ("original", "chat", *TUNED):
        write_records(root / f"data/answers/{arm}/answers.parquet", Answer, [], ["question_id"])
        (root / f"data/answers/{arm}/decoding.json").write_text(decoding)
        write_judgments(root / f"data/judgments/{arm}", [])
        pl.DataFrame(schema=["step", "split", "loss"]).write_csv(root / f"data/curves/{arm}.csv")
        for stage in ("mix", "train", "answer", "judge"):
            make.books(root, stage, arm, "rows", 0)
    write_records(root / "data/curated/questions.parquet", Question, [])


def study(make, title="Chemistry exams", names=("exams",)):
    arms = {
        arm: {
            "model": "original",
            "mixture": {
                "groups": ["nasa"],
                "caps": {"nasa_rnd": 1200},
                "languages": {"en": 0.5, "ko": 0.5},
                "balance": "rows",
                "tolerance": 0.05,
            },
            "baseline": arm.partition("_")[0],
        }
        for arm in TUNED
    }
    for arm in ("original", "chat"):
        arms[arm] = {"model": "original", "mixture": None, "baseline": arm}
    sources = {"exams": EXAMS}
    source = YAML(typ="safe").load(PARAMS.read_text(encoding="utf-8"))
    sources["projects"] = source["sources"]["starter_projects"] | {"licence": "CC-BY-4.0"}
    return make.run(
        prepare=lambda root: unjudged(make, root, title),
        benchmarks=dict.fromkeys(names, LOCAL),
        rubrics={},
        entries=arms,
        sources=sources,
    )


@pytest.fixture(scope="module")
def text(make_once):
    return words(study(make_once).html)


SAYS = {
    "the table with published figures and their faults": [
        "Result: benchmarks", "high_school n = 120 college n = 90 professional n = 150 graduate n = 60",
        "published: original 0.3000 0.3000 0.3000 0.3000 0.3000 0.4200† – –", "guessing 0.2000 0.2000",
        "published: Someone 2025, Table 12; its average: mean of the subsets † outside",
        "Table 8 and Table 12 do not agree on chat.", "All benchmarks together",
    ],
    "the best constant answer and what was chosen": [
        "constant ① 0.2000 0.2000 0.2000 0.2000 0.2000 0.2000 – 0.2000", "right answers 92 92 92 92 92 0 – ",
    ],
    "tests in sentences, to quote": [
        "6 arms tested against their baseline: ", "On the same 460 questions of Chemistry exams, original_total has ",
        "after correction for 6 tests, Holm", "With 80 % power this sample could have shown",
    ],
    "both methods and the answers that could not be read": [
        "by likelihood: the option whose label", "Scored by generation", "Unread",
    ],
    "what was kept out of training, with counts": [
        "7 rows were removed before training, because they hold a question that arms are scored on, or repeat a row "
        "of another split: benchmark exact 4, benchmark jamo 2, near duplicate of test 1.",
        "다음 중 옳은 것은? 0",
    ],
    "sets of questions, mixtures and accounts": [
        "exams data/raw/exams.csv MIT ko benchmark only 7 7 · · · 7", "nasa; at most 1,200 of nasa_rnd; 50 % en, 50 % ko",
        "benchmark original_total questions × methods 920 920", "compare all scored benchmark questions 7,360 7,360",
    ],
    "that nobody was judged": ["No question was asked"],
}  # fmt: skip


@pytest.mark.parametrize("said", SAYS.values(), ids=SAYS)
def test_the_page_of_benchmarks_says(text, said):
    assert [one for one in said if one not in text] == []


def test_without_rubrics_and_favourites_nothing_is_said_of_a_judge_or_a_constant_answer(text):
    assert not [
        one for one in ("Who judged", "Nothing is claimed", "constant answer, so that") if one in text
    ]


def test_judged_answers_and_benchmarks_in_every_order_stand_together(make):
    def turned(root):
        two(make, root)
        for arm in ("base", "tuned"):
            path = root / f"data/benchmarks/{arm}/items.parquet"
            rows = [
                row.model_copy(update={"rotation": by})
                for row in read_records(path, BenchmarkItem)
                for by in range(row.options)
            ]
            write_records(path, BenchmarkItem, rows, ["question_id", "rotation"])

    run = make.run(arms=("tuned",), benchmarks={"exams": LOCAL | {"cyclic": True}}, prepare=turned)
    text = words(run.html)
    assert text.index("tuned scored 2.60 on average") < text.index(
        "Every arm was asked the same multiple-choice"
    )
    assert '<a href="#benchmarks">' in run.html
    assert "No arm differs significantly from its baseline (1 tested)." in text
    assert "Over every cyclic order of the options: 460 questions, asked 2,300 times" in text


def two(make, root):
    path = root / "catalog/benchmarks/exams.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as handle:
        YAML().dump(card("Exams", ["base"]) | {"published": None}, handle)
    for arm in ("base", "tuned"):
        rows = [row for m in ("likelihood", "generation") for row in items(arm, "exams", m, 0.3)]
        write_records(root / f"data/benchmarks/{arm}/items.parquet", BenchmarkItem, rows, ["question_id"])
        make.books(root, "benchmark", arm, "questions", len(rows))
    write_records(root / "data/curated/rejects.parquet", Reject, [])


def test_hostile_text_stays_text_and_the_same_run_gives_the_same_bytes(make):
    first = study(make, title=make.hostile, names=("exams", "other"))
    check_whole(first.html)
    assert make.again("second").page.read_bytes() == first.page.read_bytes()


def test_a_benchmark_without_questions_is_said_and_not_a_crash(make):
    def nothing(root):
        two(make, root)
        for arm in ("base", "tuned"):
            write_records(root / f"data/benchmarks/{arm}/items.parquet", BenchmarkItem, [], ["question_id"])

    text = words(make.run(arms=("tuned",), benchmarks={"exams": LOCAL}, prepare=nothing).html)
    assert "No question was scored by likelihood" in text
    assert "none was found" in text
