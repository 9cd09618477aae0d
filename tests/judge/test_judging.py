"""From replies to judgments: A and B become arms again, losses are kept and counted, accounts balance."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judge_run import PAIRWISE, RUBRICS, Canned, compared, question

from domaintune.core.records.judgment import Judgment
from domaintune.core.stage.accounting import Accounts
from domaintune.core.stage.errors import AccountingError, GateError
from domaintune.core.teacher.asking import OUTCOMES
from domaintune.judge.judging import account_for, judge, lost
from domaintune.judge.plan import plan

QUESTIONS = {f"q{number}": question(f"q{number}") for number in range(6)}


def judged(prefers: str = "longer", outcome: Callable[[str], str] = lambda _: "parsed") -> list[Judgment]:
    """Return the judgments of a judge that prefers A, B, nothing or the longer answer."""

    def value(shown: Mapping[str, str], schema: Mapping[str, Any]) -> dict[str, Any]:
        longer = "A" if len(shown["answer_a"]) > len(shown["answer_b"]) else "B"
        closer = longer if prefers == "longer" else prefers
        if "closer" not in schema["required"]:
            part = {"note": "alike", "similarity": 2, "more_specific": closer}
            return dict.fromkeys(schema["required"], part)
        scores = {f"score_{side.lower()}": 4 if closer == side else 2 for side in "AB"}
        return {"reason": "so", "closer": closer, **scores}

    asker = Canned(value, outcome)
    pair = compared(dict.fromkeys(QUESTIONS, "a long answer"), dict.fromkeys(QUESTIONS, "short"))
    planned, _ = plan(PAIRWISE, RUBRICS, QUESTIONS, pair)
    judgments = judge(asker, PAIRWISE, pair, planned)  # type: ignore[arg-type]
    assert asker.prose is None, "two answers side by side are never read out of prose"
    return judgments


def of(judgments: Sequence[Judgment], rubric: str, order: str) -> Judgment:
    return next(one for one in judgments if (one.rubric, one.order, one.question_id) == (rubric, order, "q0"))


def accounts(judgments: Sequence[Judgment], most: float = 1.0) -> Accounts:
    return account_for("tuned", len(judgments), judgments, [], most)


def test_scores_go_to_the_arm_in_either_order_and_a_verdict_neither_there_nor_lost_stops_the_stage() -> None:
    judgments = judged()
    for order in ("baseline_first", "arm_first"):
        found = of(judgments, "match", order)
        scores = [(score.name, score.arm, score.value) for score in found.scores]
        assert scores == [("matching", "base", 2.0), ("matching", "tuned", 4.0)]
        assert (found.choice, found.reason, found.outcome) == ("tuned", "so", "parsed")
    with pytest.raises(AccountingError):
        account_for("tuned", len(judgments), judgments[1:], [], 1.0)


def test_a_judge_that_always_says_a_is_seen_in_the_accounts_and_nothing_is_no_arm() -> None:
    judgments = judged("A")
    orders = ("baseline_first", "arm_first")
    assert [of(judgments, "match", order).choice for order in orders] == ["base", "tuned"]
    extra = accounts(judgments).extra
    both = [extra[f"match_{what}_in_both_orders"] for what in ("read", "same_choice", "same_scores")]
    assert both == [6, 0, 0]
    assert of(judged("Nothing"), "match", "arm_first").choice == "nothing"


def test_similarity_scores_the_pair_and_names_the_more_specific_arm() -> None:
    found = of(judged("B"), "similarity", "baseline_first")
    values = {(score.name, score.arm): score.value for score in found.scores}
    assert values["similarity/missions", ""] == 2.0
    assert [values["specific/missions", arm] for arm in ("tuned", "base")] == [1.0, 0.0]
    assert (found.choice, json.loads(found.detail)["missions"]) == ("", "alike")


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("unparsed", "rejected"),
        ("needs_model", "rejected"),
        ("refused", "failed"),
        ("too_long", "failed"),
        ("server_error", "failed"),
    ],
)
def test_a_lost_verdict_stays_in_the_table_without_a_score_and_has_its_column_and_reason(
    outcome: str, kind: str
) -> None:
    judgments = judged(outcome=lambda _: outcome)
    found = of(judgments, "match", "arm_first")
    assert (found.scores, found.choice, found.detail, bool(found.request_id)) == ([], "", "why", True)
    assert {(reject.kind, reject.reason) for reject in lost(judgments)} == {(kind, outcome)}


@given(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=18, max_size=18))
def test_accounts_balance_whatever_the_judge_does(outcomes: list[str]) -> None:
    left = iter(outcomes)
    judgments = judged(outcome=lambda _: next(left))
    found = accounts(judgments).as_dict()
    assert found["in"] == 18
    assert found["kept"] == sum(outcome in ("parsed", "repaired", "reasked") for outcome in outcomes)
    assert {reject.id for reject in lost(judgments)} == {item.id for item in judgments if not item.scores}


def test_declined_verdicts_do_not_stop_the_run_and_unreadable_ones_do() -> None:
    accounts(judged(outcome=lambda _: "needs_model"), 0.0)
    told = r"18 of 18 verdicts .*unparsed 18.*judge.max_reject_fraction.*"
    lost = "match arm_first 6, match baseline_first 6, similarity baseline_first 6"
    with pytest.raises(GateError, match=told + lost):
        accounts(judged(outcome=lambda _: "unparsed"), 0.5)
