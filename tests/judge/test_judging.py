"""From replies to judgments: A and B become arms again, losses are kept and counted, books balance."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domaintune.core.records.judgment import Judgment
from domaintune.core.scoring.rubric import PairSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import GateError
from domaintune.core.teacher.asking import OUTCOMES, Asked, Prompt
from domaintune.judge.judging import check_losses, judge, keep_books, lost
from domaintune.judge.plan import plan

Make = Callable[..., Any]
QUESTIONS = [f"q{number}" for number in range(6)]


class Canned:
    """Prefers A or the longer answer, and fails as it is told to."""

    def __init__(self, outcome: Callable[[str], str] = lambda _: "parsed", prefers: str = "longer") -> None:
        self.outcome, self.prefers, self.asked = outcome, prefers, 0

    def ask_json(
        self,
        prompts: Sequence[Prompt],
        schema: Mapping[str, Any],
        check: Callable[[Any], str | None],
        tidy: Callable[[Any], Any],
        prose: Callable[[str], Any] | None,
    ) -> list[Asked]:
        assert prose is None, "two answers side by side are never read out of prose"
        self.asked += len(prompts)
        return [self._answer(prompt, schema) for prompt in prompts]

    def _answer(self, prompt: Prompt, schema: Mapping[str, Any]) -> Asked:
        outcome: Any = self.outcome(prompt.id)
        if outcome not in ("parsed", "repaired", "reasked"):
            return Asked(prompt.id, None, outcome, "why", f"key {prompt.id}")
        shown = prompt.material or {}
        longer = "A" if len(shown["answer_a"]) > len(shown["answer_b"]) else "B"
        closer = longer if self.prefers == "longer" else self.prefers
        value: Any = {
            "reason": "so",
            "score_a": 4 if closer == "A" else 2,
            "score_b": 4 if closer == "B" else 2,
        }
        value["closer"] = closer
        if "closer" not in schema["required"]:
            value = {
                name: {"note": "alike", "similarity": 2, "more_specific": closer}
                for name in schema["required"]
            }
        return Asked(prompt.id, value, outcome, "", f"key {prompt.id}")


@pytest.fixture
def held(cards: dict[str, PairSpec], rubrics: dict[str, Rubric], question: Make, duel: Make) -> Make:
    def hold(asker: Canned, ours: str = "a long answer", theirs: str = "short") -> Any:
        pair = duel(dict.fromkeys(QUESTIONS, ours), dict.fromkeys(QUESTIONS, theirs))
        made = plan(cards, rubrics, {name: question(name) for name in QUESTIONS}, pair)
        return made, judge(asker, cards, pair, made.planned)

    return hold


def of(judgments: Sequence[Judgment], rubric: str, order: str) -> Judgment:
    return next(
        item for item in judgments if (item.rubric, item.order, item.question_id) == (rubric, order, "q0")
    )


def test_scores_go_to_the_arm_that_stood_there_in_either_order(held: Make) -> None:
    _, judgments = held(Canned(prefers="longer"))
    for order in ("baseline_first", "arm_first"):
        found = of(judgments, "match", order)
        assert [tuple(score.model_dump().values()) for score in found.scores] == [
            ("matching", "base", 2.0),
            ("matching", "tuned", 4.0),
        ]
        assert (found.choice, found.reason, found.outcome) == ("tuned", "so", "parsed")


def test_a_judge_that_always_says_a_is_seen_in_the_books(held: Make) -> None:
    made, judgments = held(Canned(prefers="A"))
    assert of(judgments, "match", "baseline_first").choice == "base"
    assert of(judgments, "match", "arm_first").choice == "tuned"
    extra = keep_books("tuned", judgments, lost(judgments), len(made.planned)).extra
    assert extra["match_read_in_both_orders"] == 6
    assert extra["match_same_choice_in_both_orders"] == 0
    assert extra["match_same_scores_in_both_orders"] == 0


def test_nothing_is_no_arm(held: Make) -> None:
    _, judgments = held(Canned(prefers="Nothing"))
    assert of(judgments, "match", "arm_first").choice == "nothing"


def test_similarity_scores_the_pair_and_names_the_more_specific_arm(held: Make) -> None:
    _, judgments = held(Canned(prefers="B"))
    found = of(judgments, "similarity", "baseline_first")
    values = {(score.name, score.arm): score.value for score in found.scores}
    assert values["similarity/missions", ""] == 2.0
    assert values["specific/missions", "tuned"] == 1.0
    assert values["specific/missions", "base"] == 0.0
    assert found.choice == ""
    assert json.loads(found.detail)["missions"] == "alike"


def test_equal_answers_are_asked_once_and_judged_in_both_orders(held: Make) -> None:
    asker = Canned(prefers="A")
    _, judgments = held(asker, ours="same", theirs="same")
    assert len(judgments) == 18
    assert asker.asked == 12  # six questions: one match prompt and one similarity prompt each


def test_a_lost_verdict_stays_in_the_table_without_a_score(held: Make) -> None:
    _, judgments = held(Canned(outcome=lambda _: "unparsed"))
    found = of(judgments, "match", "arm_first")
    assert (found.scores, found.choice, found.outcome, found.detail) == ([], "", "unparsed", "why")
    assert found.request_id


@pytest.mark.parametrize(
    ("outcome", "kind", "reason"),
    [
        ("unparsed", "rejected", "unparsed"),
        ("needs_model", "rejected", "needs_model"),
        ("refused", "failed", "refused"),
        ("too_long", "failed", "too_long"),
    ],
)
def test_each_loss_has_its_column_and_reason(held: Make, outcome: str, kind: str, reason: str) -> None:
    _, judgments = held(Canned(outcome=lambda _: outcome))
    assert {(reject.kind, reject.reason) for reject in lost(judgments)} == {(kind, reason)}


def test_a_reasked_verdict_counts_as_repaired(held: Make) -> None:
    made, judgments = held(Canned(outcome=lambda _: "reasked"))
    assert {item.outcome for item in judgments} == {"repaired"}
    assert keep_books("tuned", judgments, [], len(made.planned)).kept == 18


@given(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=18, max_size=18))
def test_books_balance_whatever_the_judge_does(held_once: Make, outcomes: list[str]) -> None:
    left = iter(outcomes)
    made, judgments = held_once(Canned(outcome=lambda _: next(left)))
    rejects = lost(judgments)
    books = keep_books("tuned", judgments, rejects, len(made.planned)).as_dict()
    columns = [books[name] for name in ("duplicates", "contaminated", "rejected", "failed")]
    assert books["in"] == 18 == books["kept"] + sum(sum(column.values()) for column in columns)
    assert {reject.id for reject in rejects} == {item.id for item in judgments if not item.scores}


@pytest.fixture(scope="session")
def held_once(cards: dict[str, PairSpec], rubrics: dict[str, Rubric], question: Make, duel: Make) -> Make:
    pair = duel(dict.fromkeys(QUESTIONS, "ours"), dict.fromkeys(QUESTIONS, "their"))
    made = plan(cards, rubrics, {name: question(name) for name in QUESTIONS}, pair)
    return lambda asker: (made, judge(asker, cards, pair, made.planned))


def test_declined_verdicts_do_not_stop_the_run_and_unreadable_ones_do(held: Make) -> None:
    made, judgments = held(Canned(outcome=lambda _: "needs_model"))
    rejects = lost(judgments)
    check_losses(keep_books("tuned", judgments, rejects, len(made.planned)), 0.0, rejects)
    made, judgments = held(Canned(outcome=lambda _: "unparsed"))
    rejects = lost(judgments)
    with pytest.raises(
        GateError,
        match=r"18 of 18 verdicts .*unparsed 18.*judge.max_reject_fraction"
        r".*match arm_first 6, match baseline_first 6, similarity baseline_first 6",
    ):
        check_losses(keep_books("tuned", judgments, rejects, len(made.planned)), 0.5, rejects)
