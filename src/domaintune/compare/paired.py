"""Means and gains by category and turn, every arm's tests against its baseline, and the worst of what was lost."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from domaintune.compare.inputs import Inputs, Seen
from domaintune.compare.narrative import asked_in_words, gain_in_words, origin_of, worst_in_words
from domaintune.compare.params import SEEN_MINUS_UNSEEN, Comparing
from domaintune.compare.scores import Both, Pair, mean_of, pairs
from domaintune.core.records.question import Question
from domaintune.science.comparison.judged import Gains, Means, PairedTest, WorstCase
from domaintune.science.comparison.tree import ByCategory
from domaintune.science.evidence.clusters import cluster_difference, cluster_mean
from domaintune.science.evidence.significance import holm
from domaintune.science.evidence.statistics import Paired, compare_paired
from domaintune.science.evidence.statistics_text import Family, in_words, questions_in_words

Key = tuple[str, str, str]
"""Arm, rubric, criterion."""
Scored = Mapping[Key, Mapping[str, Sequence[Both]]]
"""Of each criterion: question → both arms' scores in each order of presentation."""
Told = Mapping[Key, PairedTest]
UNSEEN = Seen(None, None)
Questions = Mapping[str, Question]
Values = Mapping[str, Mapping[str, float]]
"""What was measured (a criterion, a text measure) → question → value."""
Ends = Mapping[str, tuple[float, float]]
"""What was measured → its lowest and highest value."""


def by_category(values: Values, questions: Questions, seen: Seen, ends: Ends, alpha: float) -> ByCategory:
    """Return means over all questions, by category, pooled over seen and unseen ones, and by turn of several.

    Pooled means are over questions, not over categories; each is None where what is seen is not known. Questions
    without a category are on neither side.
    """
    measured = {question_id for own in values.values() for question_id in own}
    groups, turns = grouped(measured, questions)

    def over(among: Iterable[str]) -> Means:
        """Return the means over some questions; what has no value among them is left out."""
        wanted = set(among)
        own = {name: {q: value for q, value in of.items() if q in wanted} for name, of in values.items()}
        return {name: mean_of(of, questions, ends[name], alpha) for name, of in own.items() if of}

    def pooled(wanted: bool) -> Means | None:
        if seen.pooled is None:
            return None
        return over(q for name, own in groups.items() if (name in seen.pooled) == wanted for q in own)

    return ByCategory(
        criteria=over(measured),
        categories={name: over(own) for name, own in groups.items()},
        seen_categories=None if seen.categories is None else sorted(seen.categories & set(groups)),
        seen=pooled(wanted=True),
        unseen=pooled(wanted=False),
        turns={name: over(own) for name, own in turns.items()} or None,
    )


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
    found: Sequence[Pair], questions: Questions, groups: Mapping[str, set[str]], seen: Seen, alpha: float
) -> Gains | None:
    """Return paired differences, arm − baseline, by category and pooled over those seen and unseen, and seen − unseen.

    The p-values are corrected by Holm over the rows of this one table. None where no question carries a category; what
    is pooled is None where it is not known what was seen, or where one side has no question. Turns are such categories,
    of which none is seen.
    """
    if not groups:
        return None

    def column(*among: set[str]) -> tuple[list[float], list[str]]:
        """Return the differences and clusters of one group of questions after another."""
        own = [pair for group in among for pair in found if pair.question_id in group]
        clusters = [questions[pair.question_id].cluster for pair in own]
        return [pair.arm - pair.baseline for pair in own], clusters

    sides = [
        column(*(group for name, group in groups.items() if (name in (seen.pooled or ())) == wanted))
        for wanted in (True, False)
    ]
    columns = [*map(column, groups.values()), *sides]
    rows = [cluster_mean(*own, alpha) if own[0] else None for own in columns]
    if seen.pooled is None:
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
    clusters, comparing, questions = inputs.clusters, inputs.comparing, inputs.questions
    complete = {key: found for key, scores in sorted(scored.items()) if (found := pairs(scores))}
    results = {key: _compare(found, clusters, comparing) for key, found in complete.items()}
    asked = {key: [pair.question_id for pair in found] for key, found in complete.items()}
    groups = {key: grouped(names, questions) for key, names in asked.items()}
    gains = {
        key: gains_of(found, questions, groups[key][0], inputs.seen[key[0]], comparing.alpha)
        for key, found in complete.items()
    }
    families, gains = in_families(results, gains, comparing)
    told = {}
    for key, found in complete.items():
        result, family = results[key], families[key]
        baseline = inputs.arms[key[0]].baseline
        origin = origin_of(questions[name] for name in asked[key])
        how_many = questions_in_words(result.base.n, result.clusters)
        on = f"On {asked_in_words(inputs.answering, origin, how_many)}"
        told[key] = PairedTest(
            result,
            *family,
            in_words=in_words(result, baseline, key[0], on, family),
            categories=gains[key],
            worst_case=worst_case(scored[key], inputs.scales[key[1:]], clusters, comparing),
            turns=gains_of(found, questions, groups[key][1], UNSEEN, comparing.alpha),
        )
    return told


def in_families(
    results: Mapping[Key, Paired], gains: Mapping[Key, Gains | None], comparing: Comparing
) -> tuple[dict[Key, Family], dict[Key, Gains | None]]:
    """Correct p-values by Holm over the declared family: all arms × criteria, or arms × what is primary.

    A gain on seen less that on unseen categories is in it where it is declared primary; its row then says so.
    """
    p_values = {(*key, ""): result.t_test.p_two_tail for key, result in results.items()}
    apart = {(*key, SEEN_MINUS_UNSEEN): own for key, own in gains.items() if own and own.seen_minus_unseen}
    if comparing.primary is not None:
        p_values |= {key: own.seen_minus_unseen.p for key, own in apart.items() if own.seen_minus_unseen}
        p_values = {
            key: p for key, p in p_values.items() if ".".join(key[1:]).rstrip(".") in comparing.primary
        }
    known = {key: p for key, p in p_values.items() if p is not None}
    corrected = dict(zip(known, holm(list(known.values())), strict=True))
    families = {
        key: Family(len(known), corrected.get(key), exploratory=key not in p_values)
        for key in [*((*key, "") for key in results), *apart]
    }
    told = dict(gains)
    for key, own in apart.items():
        if key in p_values and (row := own.seen_minus_unseen):
            said = gain_in_words(row, ".".join(key[1:3]), families[key], comparing.alpha)
            told[key[:3]] = own._replace(seen_minus_unseen=row._replace(in_words=said))
    return {key: families[*key, ""] for key in results}, told


def worst_case(
    scores: Mapping[str, Sequence[Both]],
    scale: tuple[float, float],
    clusters: Mapping[str, str],
    comparing: Comparing,
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
    result = _compare(pairs(filled), clusters, comparing)
    d, p = result.difference, result.t_test.p_two_tail
    said = worst_in_words(result, imputed, ahead=ahead)
    return WorstCase(result.base.n, result.clusters, imputed, d.mean, d.ci_low, d.ci_high, p, said)


def _compare(found: Sequence[Pair], clusters: Mapping[str, str], comparing: Comparing) -> Paired:
    return compare_paired(
        [pair.baseline for pair in found],
        [pair.arm for pair in found],
        comparing.alpha,
        comparing.power,
        [clusters[pair.question_id] for pair in found],
    )
