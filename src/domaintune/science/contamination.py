"""Benchmark questions inside training rows, reworded by punctuation, spacing, order, notation or a few words.

A question is a stem and its options. Boilerplate stems ("Which of these is correct?") and common option lists are
shared by different questions, so a hit needs both: the stem, and options in any order, or the stem and the right
option, as instruction sets put question and answer. A long stem that occurs letter for letter is enough by itself.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from domaintune.core.sections.data import Contamination
from domaintune.science.near_copies import Stems
from domaintune.science.question_keys import Part, blanks, covers, has, names_of, part_of, tokens
from domaintune.science.sentences import KOREAN_SHARE, hangul_share, split_sentences

Method = Literal["exact", "answer", "ngram", "letters", "jamo", "semantic"]
LONG_OPTION = 20
"""Letters (jamo) from which an option is compared by n-grams; a shorter one must occur letter for letter."""


class Target(NamedTuple):
    """A question no training row may contain; `options` without labels, empty for an open question."""

    id: str
    question: str
    options: tuple[str, ...]
    answers: tuple[str, ...] = ()
    """The right option; all options where it is not known which is right."""


class Hit(NamedTuple):
    """A training row (position) that holds a target; `score` is the smaller share of stem and options, 0–1."""

    row: int
    target_id: str
    method: Method
    score: float


class _Question(NamedTuple):
    stem: Part
    options: tuple[Part, ...]
    answers: tuple[Part, ...]
    names: frozenset[str]
    korean: bool
    shared: bool  # another target has this stem and other options


def find_contamination(rows: Sequence[str], targets: Sequence[Target], limits: Contamination) -> list[Hit]:
    """Return each pair of a row and a target it holds, sorted; a question without letters or digits is in no row."""
    questions = _questions(targets)
    korean = [question.korean for question in questions]
    stems = Stems([question.stem for question in questions], korean, limits)
    parts = [part_of(row) for row in rows]
    words, letters = stems.by_words(parts), stems.by_letters(parts)
    hits = []
    telling: dict[int, frozenset[str]] = {}
    for row, target in sorted(words.keys() | letters.keys()):
        question, part = questions[target], parts[row]
        if question.stem.key.text in part.key.text:
            found = _letter_for_letter(rows[row], part, question, limits)
        else:
            if not all(has(part, word) for word in telling.get(target, ())):
                continue
            shares = words.get((row, target)), letters.get((row, target), 0.0)
            found = _reworded(part, question, shares, limits)
            if found and target not in telling:
                siblings = [questions[other] for other in stems.siblings(target)]
                telling[target] = _telling(question, siblings, limits)
                found = found if all(has(part, word) for word in telling[target]) else None
        if found:
            hits.append(Hit(row, targets[target].id, *found))
    return sorted(hits)


def _letter_for_letter(
    text: str, row: Part, question: _Question, limits: Contamination
) -> tuple[Method, float] | None:
    """Return how a row that has the whole stem holds the question and how much of it, or None."""
    stem = question.stem
    rest = row._replace(key=row.key.without(stem.key.text))
    found = [option for option in question.options if _holds(rest, option, limits)]
    if question.options and len(found) >= limits.overlap * len(question.options):
        return "exact", len(found) / len(question.options)
    alone = len(stem.jamo) >= limits.min_chars
    alone = alone or (not question.options and _stands_alone(text, stem.key.text))
    if alone and not question.shared:
        return "exact", 1.0
    telling = [one for one in question.answers if not question.shared or len(one.jamo) >= LONG_OPTION]
    answered = len(stem.jamo) >= limits.answer_chars and any(_holds(rest, one, limits) for one in telling)
    return ("answer", 1.0) if answered else None


def _reworded(
    row: Part, question: _Question, shares: tuple[float | None, float], limits: Contamination
) -> tuple[Method, float] | None:
    """Return how a row with most of the stem holds the question; `shares` are of its n-grams of words, of letters."""
    found = [option for option in question.options if _holds(row, option, limits)]
    options = len(found) / len(question.options) if question.options else 1.0
    if options < limits.overlap or not (question.options or len(question.stem.jamo) >= limits.min_chars):
        return None
    # other numbers or names make another question
    if not covers(row.quantities, sum((option.quantities for option in found), question.stem.quantities)):
        return None
    if any(name not in row.key.text for name in question.names):
        return None
    words, letters = shares
    if words is not None:
        return "ngram", min(words, options)
    return ("jamo" if question.korean else "letters", min(letters, options))


def _telling(question: _Question, siblings: Sequence[_Question], limits: Contamination) -> frozenset[str]:
    """Return the words that tell a question from those of its template whose options are the same."""
    alike = []
    for other in siblings:
        texts = {option.key.text for option in other.options}
        same = sum(option.key.text in texts for option in question.options)
        # the options do not tell which of the two a row holds
        if same >= limits.overlap * len(question.options):
            alike.append(other.stem)
    return blanks(question.stem, alike)


def _holds(row: Part, option: Part, limits: Contamination) -> bool:
    if row.key.holds(option.key.text):
        return True
    if len(option.jamo) < LONG_OPTION or not covers(row.quantities, option.quantities):
        return False
    n = min(limits.jamo_ngram, len(option.jamo))
    grams = {option.jamo[at : at + n] for at in range(len(option.jamo) - n + 1)}
    return sum(gram in row.jamo for gram in grams) >= limits.jamo_overlap * len(grams)


def _stands_alone(text: str, stem: str) -> bool:
    """Say whether a short stem is a whole line or sentence, as opposed to words in passing."""
    return any(
        "".join(tokens(part)) == stem
        for line in text.splitlines()
        for sentence in (line, *split_sentences(line))
        for part in (sentence, sentence.rpartition(":")[2])
    )


def _questions(targets: Sequence[Target]) -> list[_Question]:
    variants: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    found = []
    for target in targets:
        stem, korean = part_of(target.question), hangul_share(target.question) >= KOREAN_SHARE
        options, answers = _parts(target.options), _parts(target.answers)
        variants[stem.key.text].add(frozenset(option.key.text for option in options))
        names = names_of(target.question, korean=korean)
        found.append(_Question(stem, options, answers, names, korean, shared=False))
    return [question._replace(shared=len(variants[question.stem.key.text]) > 1) for question in found]


def _parts(texts: Sequence[str]) -> tuple[Part, ...]:
    return tuple(part for text in texts if (part := part_of(text)).key.text)
