"""The trial of a judge on planted questions, rubric by rubric, before it judges an answer."""

from collections.abc import Mapping, Sequence

from domaintune.core.records.judgment import READ, CalibrationPair
from domaintune.core.scoring.asking import OUTCOMES, scoring_prompt
from domaintune.core.scoring.calibration import Pair, agreement, falls_short, missed, percent, scored_pair
from domaintune.core.scoring.rubric import AnySpec, PairSpec
from domaintune.core.scoring.spec import SingleSpec
from domaintune.core.sections.evaluation import Rubric
from domaintune.core.stage.errors import GateError
from domaintune.core.stage.files import content_id
from domaintune.core.teacher.asking import Asked, Asks, Prompt
from domaintune.judge.calibration import KnownPair
from domaintune.judge.judging import ask
from domaintune.judge.plan import build_prompt, chosen
from domaintune.judge.verdicts import read


def try_judge(
    asker: Asks, cards: Mapping[str, AnySpec], rubrics: Mapping[str, Rubric], known: Sequence[KnownPair]
) -> list[CalibrationPair]:
    """Return what the judge made of the planted pairs by each rubric that says which answer is better.

    A rubric that says only what two answers have in common has none, nor has one that the judge declines altogether.
    """
    found: list[CalibrationPair] = []
    for name, card in sorted(cards.items()):
        if isinstance(card, PairSpec) and card.verdict == "criteria":
            continue
        prompts = [_prompts(card, rubrics[name], pair) for pair in known]
        answers = ask(asker, card, [prompt for pair in prompts for prompt in pair])
        if any(one.outcome != "needs_model" for one in answers.values()):
            replies = [tuple(answers[prompt.id] for prompt in pair) for pair in prompts]
            found += [_pair(card, *one) for one in zip(known, replies, strict=True)]
    return found


def check_trial(arm: str, tried: Sequence[CalibrationPair], min_agreement: float, waiting: int) -> None:
    """Stop before anything is judged by a judge that does not know good from bad.

    Raises:
        GateError: naming, for each rubric, the kinds of pair that it does not always tell apart, with an example.
    """
    by_rubric = {name: _pairs(tried, name) for name in sorted({one.rubric for one in tried})}
    failed = {name: own for name, own in by_rubric.items() if falls_short(own, min_agreement)}
    if not failed:
        return
    lines = [
        f"{name}: the good answer is preferred in {sum(pair.told_apart for pair in own)} of {len(own)} planted pairs "
        f"({percent(agreement(own))})\n{missed(own)}"
        for name, own in failed.items()
    ]
    raise GateError(
        f"judge ({arm}): the judge does not tell good answers from bad, less often than judge.min_agreement = "
        f"{percent(min_agreement)} in a language, or than half of that for a kind of fault. None of the {waiting} "
        "verdicts was asked for and nothing was written; the planted answers are paid for and stay in the ledger.\n"
        + "\n".join(lines)
        + "\nChoose a better judge (judge.model); or word the rubric more clearly in catalog/rubrics; or look whether "
        "catalog/calibration/judge.yaml fits your domain; or lower judge.min_agreement, if verdicts that miss these "
        "kinds of fault are good enough."
    )


def _pairs(tried: Sequence[CalibrationPair], rubric: str) -> list[Pair]:
    return [
        Pair(one.row, one.language, one.version, one.told_apart, one.said)
        for one in tried
        if one.rubric == rubric
    ]


def _prompts(card: AnySpec, rubric: Rubric, known: KnownPair) -> tuple[Prompt, Prompt]:
    """Return what is asked about a pair: the good answer first and last, or each answer by itself."""
    shown = {"question": known.row.question, "matched_answer": known.row.reference}
    if isinstance(card, PairSpec):
        orders = ((known.good, known.bad), (known.bad, known.good))
        first, last = (build_prompt(card, shown | {"answer_a": a, "answer_b": b}) for a, b in orders)
        return first, last
    assert rubric.language is not None, "read_specs holds each rubric against its card"
    given = shown | {"instruction": known.row.question, "input": ""}
    good, bad = (
        scoring_prompt(card, rubric.language, chosen(card, given | {"answer": text}))
        for text in (known.good, known.bad)
    )
    return good, bad


def _pair(card: AnySpec, known: KnownPair, replies: tuple[Asked, ...]) -> CalibrationPair:
    row, version = known.row, known.version
    pair = (
        _alone(card, known, replies) if isinstance(card, SingleSpec) else _side_by_side(card, known, replies)
    )
    return CalibrationPair(
        id=content_id(card.name, row.name, version),
        rubric=card.name,
        row=row.name,
        version=version,
        language=row.language,
        told_apart=pair.told_apart,
        said=pair.said,
        request_ids=[one.request_id for one in replies],
    )


def _alone(card: SingleSpec, known: KnownPair, replies: tuple[Asked, ...]) -> Pair:
    """Compare the means over criteria, each from 0 to 1 within its own range."""
    good, bad = (_mean(card, one) for one in replies)
    return scored_pair(known.row.name, known.row.language, known.version, good, bad)


def _mean(card: SingleSpec, asked: Asked) -> float | None:
    if OUTCOMES[asked.outcome] not in READ:
        return None
    given = {score.name: score.value for score in read(card, asked.value).scores}
    return sum((given[one.name] - one.lowest) / (one.highest - one.lowest) for one in card.criteria) / len(
        given
    )


def _side_by_side(card: AnySpec, known: KnownPair, replies: tuple[Asked, ...]) -> Pair:
    """Take the good answer as preferred where it is the closer one and not scored lower, in both orders."""
    told, said = [], []
    for asked, (good, bad) in zip(replies, (("A", "B"), ("B", "A")), strict=True):
        where = f"good as {good}"
        if OUTCOMES[asked.outcome] not in READ:
            told.append(False)
            said.append(f"{where}: unread")
            continue
        verdict = read(card, asked.value)
        scores: dict[str, float] = {score.side: score.value for score in verdict.scores}
        told.append(verdict.closer == good and scores[good] >= scores[bad])
        closer = {good: "good", bad: known.version}.get(verdict.closer or "", "nothing")
        said.append(f"{where}: closer {closer}, scores {scores[good]:.0f} and {scores[bad]:.0f}")
    return Pair(known.row.name, known.row.language, known.version, all(told), "; ".join(said))
