"""What is known of a judge: a fault of each kind is told before any score, and a fair judge has none."""

import random
from collections import defaultdict

import judges
import pytest
from committed import PARAMS
from judges import read

from domaintune.compare import judge_measures as measures
from domaintune.compare.judge_checks import kappa, read_labels, same_model
from domaintune.compare.judge_measures import length_controlled, length_preference
from domaintune.core.sections.arms import Arm
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.params import read_yaml

HEAD = "question_id,arm,baseline,choice"


def compared(make, who, pairs=None, change=lambda rows: rows, **sections):
    rows, answers = judges.judged(who)
    planted = judges.planted() if pairs is None else pairs
    out, text = make.ran(change(rows), answers=answers, planted=planted, n=40, **sections)
    return read(out)["judge"], text


def test_of_a_fair_judge_nothing_is_said_but_what_it_showed(make):
    judge, text = compared(make, judges.fair)
    assert judge["warnings"] == []
    found = judge["rubrics"]["match"]
    counts = dict.fromkeys(("questions", "choices", "same_choice"), 40)
    assert found["orders"] == counts | {"mean_score_difference": 0.0}
    assert (found["first_place"]["share"], found["first_place"]["p"]) == (0.5, None)
    assert found["calibration"]["version"]["padded"] == {"pairs": 2, "told_apart": 2}
    assert found["calibration"]["language"]["ko"] == {"pairs": 6, "told_apart": 6}
    assert "do not trust" not in text
    said = "The judge: 12 of 12 calibration pairs told apart (100 %); both orders name the same winner in 40 of 40"
    assert said in text


@pytest.mark.parametrize(
    ("judge", "pairs", "expected"),
    [
        (judges.constant, None, "the judge is constant, 100 % of its scores are 3"),
        (judges.first_place, None, "the judge contradicts itself, both orders name the same winner in only 0 of 40"),
        (judges.second_place, None, "the judge prefers the answer shown second, which gets 100 % of its choices"),
        (judges.longest, None, "the judge prefers length, its scores follow that of the answers (Spearman +0."),
        (judges.fair, judges.planted(padded=False), "the judge prefers length, in only 0 of 2 calibration pairs it takes a good"),
        (judges.fair, judges.planted(told=3), "the judge tells only 50 % of the good calibration answers from bad ones (en)"),
    ],
)  # fmt: skip
def test_a_constant_first_place_length_or_torn_judge_is_warned_of_first(make, judge, pairs, expected):
    found, text = compared(make, judge, pairs)
    assert any(f"do not trust these scores (match): {expected}" in one for one in found["warnings"]), found
    assert text.startswith("!! do not trust these scores (match): ")
    above = text.partition("==")[0]
    assert expected in above
    assert ("the judge prefers the answer shown first" in above) == (judge is judges.first_place)


def test_a_judge_whose_choice_contradicts_its_scores_is_warned_of_and_one_slip_is_not(make):
    found, _ = compared(make, judges.fair, change=lambda rows: judges.contradictory(rows, 8))
    assert "in 10 of 80 replies it calls the answer closer that it scores lower" in found["warnings"][0]
    assert found["rubrics"]["match"]["contradictory"] == 10
    found, text = compared(make, judges.fair, change=lambda rows: judges.contradictory(rows, 80))
    assert found["warnings"] == []
    assert "in 1 of 80 replies the choice contradicts the scores" in text


def by_question(answers):
    return {arm: {one.question_id: one for one in own} for arm, own in answers.items()}


def noise(shown):
    rng = random.Random(f"3 {shown.question} {shown.arm_first}")
    return judges.fair(shown._replace(good=(rng.random(), rng.random())))


def place_of(rows, clusters=None):
    return measures.first_place(measures.both_orders(rows), 0.05, clusters or defaultdict(str))


def test_copies_of_a_question_in_a_cluster_prove_no_preference_for_length():
    """Ten questions, each eight times: the same correlation, and as unsure as over ten."""
    rows, answers = judges.judged(noise, questions=10)
    by_arm = by_question(answers)
    alone = length_preference(rows, by_arm, defaultdict(str))
    copied, shared, clusters = [], {arm: {} for arm in by_arm}, {}
    for row in rows:
        for name in (f"{row.question_id}/{i}" for i in range(8)):
            copied.append(row.model_copy(update={"question_id": name}))
            clusters[name] = row.question_id
            for arm, own in by_arm.items():
                shared[arm][name] = own[row.question_id]
    found = length_preference(copied, shared, clusters)
    assert found.questions == 80
    assert (found.spearman, found.p) == (pytest.approx(alone.spearman), pytest.approx(alone.p, rel=0.05))
    assert length_preference(copied, shared, defaultdict(str)).p < alone.p / 2


def test_clusters_and_several_arms_are_no_more_questions_on_which_a_place_is_preferred():
    """Nine questions of three clusters, or of three arms: the first place in all is three leanings, p = 1/4."""
    rows, _ = judges.judged(judges.first_place, questions=9)
    found = place_of(rows, {f"q{i:02}": f"c{i % 3}" for i in range(9)})
    assert (found.questions_first, found.p) == (9, 0.25)
    assert found.ci_low < 0.5
    found = place_of(
        [row for n in range(3) for row in judges.judged(judges.first_place, 3, arm=f"tuned{n}")[0]]
    )
    assert (found.questions_first, found.p) == (9, 0.25)


def test_the_length_controlled_rate_takes_length_away():
    def longest_of_longer(shown):
        arm, base = shown.lengths
        return judges.longest(shown._replace(lengths=(arm + 60, base)))

    rows, answers = judges.judged(longest_of_longer, questions=200)
    by_arm = by_question(answers)
    tuned = by_arm["tuned"].items()
    longer = {q: one.model_copy(update={"text": one.text + "x" * 60}) for q, one in tuned}
    found = length_controlled(rows, by_arm | {"tuned": longer})["tuned"]
    assert found.win_rate > 0.6
    assert abs(found.length_controlled - 0.5) < 0.08
    good, _ = judges.judged(judges.fair, questions=200)
    free = length_controlled(good, by_arm)["tuned"]
    assert free.length_controlled == pytest.approx(free.win_rate, abs=0.03)


def labelled(folder, *lines, head=HEAD):
    """Write people's choices; return the judge's section that names their file."""
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "labels/people.csv").write_text("".join(f"{line}\n" for line in (head, *lines)))
    return read_yaml(PARAMS)["judge"] | {"labels": "labels/people.csv"}


def test_a_question_read_in_one_order_alone_is_no_win_at_equal_length_nor_beside_peoples_choices(
    make, tmp_path
):
    """Always the first answer, half of the baseline-first replies unread: this said 75 % wins."""
    people = labelled(tmp_path, *(f"q{i:02},tuned,base,arm" for i in range(40)))
    lost = {"outcome": "unparsed", "scores": [], "choice": ""}

    def change(rows):
        odd = [one.order == "baseline_first" and int(one.question_id[1:]) % 2 for one in rows]
        return [one.model_copy(update=lost) if of else one for one, of in zip(rows, odd, strict=True)]

    found, text = compared(make, judges.first_place, judge=people, change=change)
    match = found["rubrics"]["match"]
    tuned = match["length_controlled"]["tuned"]
    assert (tuned["win_rate"], tuned["questions"]) == (0.5, 20)
    assert match["labels"]["judge"] == {"nothing": 20}
    assert "tuned wins 50 %" in text


def test_repeats_show_agreement_with_oneself_and_what_was_unread():
    rows, _ = judges.judged(judges.fair, questions=4)
    again = [one.model_copy(update={"id": f"{one.id}/1"}) for one in rows[:4]]
    again[1] = again[1].model_copy(update={"scores": [], "choice": "", "outcome": "unparsed"})
    again[2] = again[2].model_copy(update={"choice": "nothing"})
    found = measures.repeats(rows, again)
    assert (found.verdicts, found.asked, found.unread) == (4, 8, 1)
    choice, matching = found.agreement["choice"], found.agreement["matching"]
    assert (choice["exact"], matching["exact"], matching["pairs"]) == (pytest.approx(2 / 3), 1.0, 6)
    assert measures.repeats(rows, []) is None


def test_kappa_stands_beside_the_base_rate_of_peoples_choices():
    choices = enumerate(["arm", "arm", "arm", "baseline"])
    rows = [judges.row((3, 3, who), i, order) for i, who in choices for order in judges.ORDERS]
    said = ["arm", "arm", "baseline", "baseline"]
    labels = {(f"q{i:02}", "tuned", "base"): choice for i, choice in enumerate(said)}
    found = kappa(rows, labels)
    # agreement 3/4; by chance 1/2·3/4 + 1/2·1/4 = 1/2
    assert (found.questions, found.agreement, found.kappa) == (4, 0.75, 0.5)
    assert found.people == {"arm": 2, "baseline": 2}
    split = [judges.row((3, 3, order.removesuffix("_first")), 0, order) for order in judges.ORDERS]
    assert kappa(split, labels).judge == {"nothing": 1}


def test_labels_are_read_from_the_file_that_params_name_and_faults_are_named(make, tmp_path):
    people = labelled(tmp_path, "q00,tuned,base,arm", "q01,tuned,base,nothing")
    found, text = compared(make, judges.fair, judge=people)
    assert found["rubrics"]["match"]["labels"]["questions"] == 2
    assert "of 2 questions (Cohen's kappa " in text
    people = labelled(tmp_path, "q00,tuned,base,arm", "q01,tunde,base,arm")
    with pytest.raises(
        InputError, match=r"1 of 2 labels belong to no pair .* question q01 of tunde against base"
    ):
        compared(make, judges.fair, judge=people)
    for lines, head, said in (
        (["q00,tuned,base,tuned"], HEAD, "choice: expected one of arm, baseline, nothing"),
        (["q00,tuned,base,arm"] * 2, HEAD, "stands twice"),
        (["q00,tuned"], "question_id,arm", r"lacks the columns \['baseline', 'choice'\]"),
    ):
        labelled(tmp_path, *lines, head=head)
        with pytest.raises(InputError, match=said):
            read_labels(tmp_path / "labels/people.csv")
    with pytest.raises(InputError, match="expected a CSV"):
        read_labels(tmp_path / "labels/none.csv")


def values(**changes):
    model = {"backend": "openai", "provider": "p", "model": "GPT-4"}
    own = {"backend": "extractive", "provider": "p", "model": "extractive-1"}
    return {
        "judge": {"model": model}, "grade": {"model": model}, "gradings": {"g": {}}, "teacher": own, "tasks": {"t": {}},
        "models": {"m": {"kind": "hub", "repo_id": "org/model"}},
    } | changes  # fmt: skip


def test_a_judge_that_taught_graded_or_answered_is_named():
    arms = {"a": arm(), "b": arm(endpoint={"server": "s", "provider": "q", "model": "gpt-4"})}
    found = same_model(values(), arms)
    assert found == [
        "The judge, GPT-4, is also the grader of training rows: models prefer texts of their own.",
        "The judge, GPT-4, is also arm b: models prefer texts of their own.",
    ]
    assert same_model(values(gradings={}), {"a": arms["a"]}) == []
    teacher = {"backend": "openai", "provider": "p", "model": "gpt-4"}
    assert "is also the teacher" in same_model(values(gradings={}, teacher=teacher), {})[0]
    local = {"model": {"backend": "transformers", "provider": "p", "model": "org/model"}}
    assert "is also arm a" in same_model(values(judge=local), {"a": arms["a"]})[0]


def arm(**changes):
    return Arm.model_validate({"model": "m", "mixture": None, "baseline": "a"} | changes)


def test_a_single_order_shows_no_preference_and_claims_none(make):
    found, text = compared(
        make, judges.first_place, change=lambda rows: [one for one in rows if one.order == "arm_first"]
    )
    match = found["rubrics"]["match"]
    assert match["orders"] is match["first_place"] is None
    assert "shown first" not in text
