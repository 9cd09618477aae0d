"""Every arm's tests against its baseline, its gains by category and turn, and the worst of what was lost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domaintune.compare.inputs import Inputs
from domaintune.compare.params import SEEN_MINUS_UNSEEN, Comparing
from domaintune.compare.scores import Both, Pair, pairs
from domaintune.core.records.question import Question
from domaintune.science.comparison.judged import Gains, PairedTest, WorstCase
from domaintune.science.evidence.clusters import ClusterMean, cluster_difference, cluster_mean
from domaintune.science.evidence.significance import holm
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_text import (
    Family,
    in_words,
    interval,
    p_text,
    percent,
    questions_in_words,
)

Key = tuple[str, str, str]
"""Arm, rubric, criterion."""
Scored = Mapping[Key, Mapping[str, Sequence[Both]]]
"""Of each criterion: question → both arms' scores in each order of presentation."""
Told = Mapping[Key, PairedTest]
Questions = Mapping[str, Question]


def grouped(among: Iterable[str], questions: Questions) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return questions by category, of those that have one, and by turn of a conversation where there are several."""
    topics: defaultdict[str, set[str]] = defaultdict(set)
    turns: defaultdict[int, set[str]] = defaultdict(set)
    for question_id in among:
        topics[questions[question_id].category].add(question_id)
        turns[questions[question_id].turn].add(question_id)
    by_turn = {f"turn {turn}": own for turn, own in sorted(turns.items())}
    by_topic = {name: own for name, own in sorted(topics.items()) if name}
    return by_topic, by_turn if len(by_turn) > 1 else {}


def gains_of(
    found: Sequence[Pair], questions: Questions, groups: Mapping[str, set[str]], seen: frozenset[str] | None,
    alpha: float,
) -> Gains | None:  # fmt: skip
    """Return paired differences, arm − baseline, by category and pooled over those seen and unseen, and seen − unseen.

    The p-values are corrected by Holm over the rows of this one table. None where no question carries a category; what
    is pooled is None where it is not known what was seen, or where one side has no question.
    """
    if not groups:
        return None

    def column(*among: set[str]) -> tuple[list[float], list[str]]:
        """Return the differences and clusters of one group of questions after another."""
        own = [pair for group in among for pair in found if pair.question_id in group]
        clusters = [questions[pair.question_id].cluster for pair in own]
        return [pair.arm - pair.baseline for pair in own], clusters

    sides = [
        column(*(group for name, group in groups.items() if (name in (seen or ())) == wanted))
        for wanted in (True, False)
    ]
    columns = [*map(column, groups.values()), *sides]
    rows = [cluster_mean(*own, alpha) if own[0] else None for own in columns]
    if seen is None:
        rows[-2:] = None, None
    rows.append(cluster_difference(*sides[0], *sides[1], alpha) if all(rows[-2:]) else None)
    tested = {i: row.p for i, row in enumerate(rows) if row is not None and row.p is not None}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    *of_groups, seen_gain, unseen_gain, less = (
        row and row._replace(p_holm=adjusted.get(i)) for i, row in enumerate(rows)
    )
    by_group = {name: row for name, row in zip(groups, of_groups, strict=True) if row is not None}
    return Gains(by_group, seen_gain, unseen_gain, less, tests=len(tested))


def compare_all(inputs: Inputs, scored: Scored) -> dict[Key, PairedTest]:
    """Return the statistics, the study's tables and the sentence of each test; none where no question has scores."""
    comparing, questions = inputs.comparing, inputs.questions
    complete = {key: found for key, scores in sorted(scored.items()) if (found := pairs(scores))}
    results = {key: _compare(found, inputs) for key, found in complete.items()}
    asked = {key: [pair.question_id for pair in found] for key, found in complete.items()}
    groups = {key: grouped(names, questions) for key, names in asked.items()}
    gains = {
        key: gains_of(found, questions, groups[key][0], inputs.seen[key[0]].pooled, comparing.alpha)
        for key, found in complete.items()
    }
    families, gains = in_families(results, gains, comparing)
    told = {}
    for key, found in complete.items():
        result, family = results[key], families[key]
        how_many = questions_in_words(result.base.n, result.clusters)
        on = f"On {inputs.asked_in_words(inputs.origin(asked[key]), how_many)}"
        told[key] = PairedTest(
            result,
            *family,
            in_words=in_words(result, inputs.arms[key[0]].baseline, key[0], on, family),
            categories=gains[key],
            worst_case=worst_case(scored[key], inputs.scales[key[1:]], inputs),
            turns=gains_of(found, questions, groups[key][1], None, comparing.alpha),
        )
    return told


def in_families(
    results: Mapping[Key, Paired], gains: Mapping[Key, Gains | None], comparing: Comparing
) -> tuple[dict[Key, Family], dict[Key, Gains | None]]:
    """Correct p-values by Holm over the declared family: all arms × criteria, or arms × what is primary.

    A gain on seen less that on unseen categories is in it where it is declared primary; its row then says so.
    """
    apart = {key: own.seen_minus_unseen for key, own in gains.items() if own and own.seen_minus_unseen}
    tests: dict[tuple[str, ...], float | None] = {
        key: result.t_test.p_two_tail for key, result in results.items()
    }
    if comparing.primary is not None:
        tests |= {(*key, SEEN_MINUS_UNSEEN): row.p for key, row in apart.items()}
        tests = {key: p for key, p in tests.items() if ".".join(key[1:]) in comparing.primary}
    known = {key: p for key, p in tests.items() if p is not None}
    corrected = dict(zip(known, holm(list(known.values())), strict=True))

    def family(*key: str) -> Family:
        return Family(len(known), corrected.get(key), exploratory=key not in tests)

    told = dict(gains)
    for key, row in apart.items():
        if (*key, SEEN_MINUS_UNSEEN) in tests and (own := gains[key]):
            said = _in_words(row, ".".join(key[1:]), family(*key, SEEN_MINUS_UNSEEN), comparing.alpha)
            told[key] = own._replace(seen_minus_unseen=row._replace(in_words=said))
    return {key: family(*key) for key in results}, told


def _in_words(row: ClusterMean, of: str, family: Family, alpha: float) -> str:
    """Say what was found of a gain on seen less that on unseen categories that was declared to be tested."""
    text = (
        f"{of}: the gain on seen categories less that on unseen ones is {row.mean:+.2f}"
        f"{interval(row, alpha, ' (', ')')} on {questions_in_words(row.n, row.clusters)}"
    )
    if family.p_holm is None:
        return f"{text}. No test was possible: {row.missing}."
    return (
        f"{text}; it {'is' if family.p_holm < alpha else 'is not'} significant at the {percent(alpha)} level "
        f"({p_text(family.p_holm)} after Holm's correction for {family.tests} test{'' if family.tests == 1 else 's'})."
    )


def worst_case(
    scores: Mapping[str, Sequence[Both]], scale: tuple[float, float], inputs: Inputs
) -> WorstCase | None:
    """Compare again with each lost score at the end of the scale that is worst for the difference as it was found.

    Returns None where nothing was lost. Source of the bound: Manski 1990, American Economic Review 80, 319–323.
    """
    imputed = sum(score is None for own in scores.values() for both in own for score in both)
    if not imputed:
        return None
    ahead = sum(pair.arm - pair.baseline for pair in pairs(scores)) >= 0
    worst = scale[::-1] if ahead else scale
    filled = {
        question: [(worst[0] if b is None else b, worst[1] if a is None else a) for b, a in own]
        for question, own in scores.items()
    }
    result = _compare(pairs(filled), inputs)
    d, p, n, clusters = result.difference, result.t_test.p_two_tail, result.base.n, result.clusters
    of_arm, of_baseline = ("lowest", "highest") if ahead else ("highest", "lowest")
    lost = "1 score was" if imputed == 1 else f"{imputed:,} scores were"
    said = (
        f"{lost} lost: with each at the end of the scale that is worst for this result (the arm's at the {of_arm}, the "
        f"baseline's at the {of_baseline}), the difference on {questions_in_words(n, clusters)} would be {d.mean:+.2f}"
        f"{interval(d, result.alpha, ', ')}"
    )
    said += f" (uncorrected {p_text(p)})." if p is not None else "."
    return WorstCase(n, clusters, imputed, d.mean, d.ci_low, d.ci_high, p, said)


def _compare(found: Sequence[Pair], inputs: Inputs) -> Paired:
    return compare_paired(
        [pair.baseline for pair in found],
        [pair.arm for pair in found],
        inputs.comparing.alpha,
        inputs.comparing.power,
        [inputs.questions[pair.question_id].cluster for pair in found],
    )
