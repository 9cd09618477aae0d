"""Rubrics that show a judge two answers side by side: scores by order of presentation, choices, lengths, and losses."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median

from domaintune.compare.inputs import Inputs
from domaintune.compare.paired import Key, Told
from domaintune.compare.scores import (
    Both,
    by_order,
    by_question,
    judgments_read,
    mean_of,
    more_specific,
    sort_out,
)
from domaintune.core.records.question import Answer
from domaintune.science.comparison.judged import Against, Choices, Length, Lengths, PairwiseRubric
from domaintune.science.evidence.clusters import number_clusters, sign_flip
from domaintune.science.evidence.statistics_text import p_text, questions_in_words

LONGER = 2  # times; the study's tuned answers were at least twice as long on 9 of 10 questions


def orders_of(inputs: Inputs) -> dict[str, list[str]]:
    """Return the orders of presentation of each pairwise rubric, sorted by name."""
    return {name: list(rubric.orders) for name, rubric in sorted(inputs.rubrics.items()) if rubric.orders}


def pairwise_scores(inputs: Inputs) -> dict[Key, dict[str, list[Both]]]:
    """Return every arm's and its baseline's scores on every criterion that both get a score for.

    A question that only one of the two answered has none: it was asked, and its scores are lost.
    """
    found: dict[Key, dict[str, list[Both]]] = {}
    for arm, baseline in inputs.baselines.items():
        unjudged = set(inputs.answers[arm]) ^ set(inputs.answers[baseline])
        for rubric, orders in orders_of(inputs).items():
            rows = inputs.judged(arm, rubric)
            for name in sorted({s.name for row in rows for s in row.scores if s.arm and "/" not in s.name}):
                found[arm, rubric, name] = by_order(rows, name, arm, baseline, orders, unjudged=unjudged)
    return found


def compare_pairwise(inputs: Inputs, arm: str, told: Told, said: Mapping[str, str]) -> Against:
    """Return an arm's answers against its baseline's; `said`: of the judge, by rubric."""
    entry, base = inputs.arms[arm], inputs.arms[inputs.arms[arm].baseline]
    ours, theirs = inputs.answers[arm], inputs.answers[entry.baseline]
    same_tokens = (entry.model, entry.endpoint) == (base.model, base.endpoint)
    return Against(
        entry.baseline,
        len(set(ours) | set(theirs)),
        compare_lengths(ours, theirs, same_tokens=same_tokens),
        {rubric: _rubric(inputs, arm, rubric, told, said.get(rubric, "")) for rubric in orders_of(inputs)},
    )


def _rubric(inputs: Inputs, arm: str, rubric: str, told: Told, said: str) -> PairwiseRubric:
    baseline, clusters, rows = inputs.arms[arm].baseline, inputs.clusters, inputs.judged(arm, rubric)
    used, lost = sort_out(rows, orders_of(inputs))
    asked = set(inputs.answers[arm]) | set(inputs.answers[baseline])
    closer = [(row.question_id, row.choice) for row in used if row.choice]
    choices = count_choices(closer, arm, baseline, clusters) if closer else None
    shared = sorted({score.name for row in used for score in row.scores if not score.arm})
    respects = {name.partition("/")[2] or name: name for name in shared}
    specific = {
        one: [(row.question_id, who) for row in used if (who := more_specific(row).get(one))]
        for one in respects
    }
    return PairwiseRubric(
        read=judgments_read(rows, asked, {row.question_id for row in used}, lost, in_orders=True),
        choices=choices,
        choices_in_words=_in_words(choices, arm, baseline) if choices else "",
        likeness={
            one: mean_of(
                by_question(used, name), inputs.questions, inputs.scales[rubric, one], inputs.comparing.alpha
            )
            for one, name in respects.items()
        },
        more_specific={one: count_choices(own, arm, baseline, clusters) for one, own in specific.items()},
        paired={key[2]: one for key, one in told.items() if key[:2] == (arm, rubric)},
        judge_in_words=said,
    )


def count_choices(
    found: Iterable[tuple[str, str]], arm: str, baseline: str, clusters: Mapping[str, str]
) -> Choices:
    """Count winners by question; one whose orders of presentation disagree is a win for nobody.

    The sign test asks how likely such wins are if both arms were equally good, flipping each cluster of questions as a
    whole; undecided questions say nothing.
    """
    named: defaultdict[str, set[str]] = defaultdict(set)
    for question, who in found:
        named[question].add(who)
    winners = {question: "".join(own) if len(own) == 1 else "" for question, own in named.items()}
    wins, own_clusters = Counter(winners.values()), [clusters[question] for question in winners]
    signs = [(who == arm) - (who == baseline) for who in winners.values()]
    return Choices(
        questions=len(winners),
        clusters=len(set(number_clusters(own_clusters))),
        arm=wins[arm],
        baseline=wins[baseline],
        nothing=wins["nothing"],
        orders_disagree=wins[""],
        p_sign_test=sign_flip(signs, own_clusters) if winners else None,
    )


def _in_words(wins: Choices, arm: str, baseline: str) -> str:
    """Say who was closer how often."""
    closer, other, neither = (
        "once" if n == 1 else f"{n} times" for n in (wins.arm, wins.baseline, wins.nothing)
    )
    text = (
        f"On {questions_in_words(wins.questions, wins.clusters)} the judge found {arm} closer to the matched answer "
        f"{closer}, {baseline} {other}, neither {neither}"
    )
    if wins.orders_disagree:
        text += f"; on {wins.orders_disagree} the verdict changed with the order of the answers"
    p = wins.p_sign_test
    return text + (f" (sign test over the decided ones, uncorrected: {p_text(p)})." if p is not None else ".")


def compare_lengths(
    arm: Mapping[str, Answer], baseline: Mapping[str, Answer], *, same_tokens: bool
) -> Lengths:
    """Compare lengths in characters, and with the same tokens in tokens, on the questions that both arms answered.

    An answer that was brought in says nothing of its tokens, and then nothing is said of any.
    """
    both = sorted(set(arm) & set(baseline))
    ours, theirs = [arm[q] for q in both], [baseline[q] for q in both]
    counted = same_tokens and all(one.tokens or not one.text for one in (*ours, *theirs))
    return Lengths(
        answers=len(both),
        unfinished_arm=sum(not one.finished for one in ours),
        unfinished_baseline=sum(not one.finished for one in theirs),
        empty_arm=sum(not one.text.strip() for one in ours),
        empty_baseline=sum(not one.text.strip() for one in theirs),
        tokens=_length([one.tokens for one in ours], [one.tokens for one in theirs]) if counted else None,
        characters=_length([len(one.text) for one in ours], [len(one.text) for one in theirs]),
    )


def _length(arm: Sequence[int], baseline: Sequence[int]) -> Length | None:
    if not arm:
        return None
    ratios = [a / b for a, b in zip(arm, baseline, strict=True) if b]
    return Length(
        mean_arm=fmean(arm),
        mean_baseline=fmean(baseline),
        ratio_of_means=sum(arm) / sum(baseline) if sum(baseline) else None,
        median_ratio=median(ratios) if ratios else None,
        at_least_twice=sum(a >= LONGER * b and a > b for a, b in zip(arm, baseline, strict=True)),
    )
