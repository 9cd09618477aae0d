"""Means of every arm as tables: by criterion over all answers, by category and by turn, published ones beside."""

from collections.abc import Iterable, Mapping

from domaintune.core.scoring.spec import PublishedCategories, PublishedScores
from domaintune.science.comparison.judged import ByCategory, Mean, Means
from domaintune.science.comparison.tables import SIDES, in_clusters, level, size, with_interval
from domaintune.science.comparison.tree import SingleRubric, TextMeasures
from domaintune.science.evidence.statistics import ResultTable
from domaintune.science.evidence.statistics_text import NONE, fixed

SEEN = "*"


def single_means(one: SingleRubric, alpha: float) -> ResultTable:
    """Return every arm's mean of each criterion, and below those published."""
    heads = [f"{each.heading}\n{each.lowest} to {each.highest}" for each in one.criteria]
    names = [each.name for each in one.criteria]
    rows = _mean_rows(one.arms, names) if one.scored else []
    notes = []
    if one.published:
        rows += [
            [f"published: {model}", NONE, *(fixed(means.get(name)) for name in names)]
            for model, means in one.published.rows.items()
        ]
        notes.append(_published_note(one.published))
    title = f"Mean of each criterion, {level(alpha)} interval in square brackets"
    return ResultTable(title, ["arm", "questions", *heads], rows, notes)


def text_means(measured: TextMeasures, alpha: float) -> ResultTable:
    """Return every arm's mean of each text measure."""
    names = [one.name for one in measured.measures]
    title = f"Mean over all answers (0 to 1, 1 the best), {level(alpha)} interval in square brackets"
    return ResultTable(title, ["arm", "questions", *names], _mean_rows(measured.arms, names))


def mean_tables(
    arms: Mapping[str, ByCategory], shown: Mapping[str, str], published: PublishedCategories | None, by: str
) -> list[ResultTable]:
    """Return a table a criterion: every arm's means by category or, where something was asked in several, by turn.

    `shown`: criterion → title, in the order of the tables; published numbers by category stand in the first one.
    """
    if by == "turn":
        published = None
        arms = {arm: ByCategory(one.criteria, one.turns or {}, [], None, None) for arm, one in arms.items()}
    if not _category_names(arms, published):
        return []
    tables = [
        _mean_table(arms, name, f"{title} by {by}", None if at else published)
        for at, (name, title) in enumerate(shown.items())
        if not at or _category_names(arms, None)
    ]
    return [tables[0]._replace(notes=_mean_notes(arms, published)), *tables[1:]]


def _category_names(arms: Mapping[str, ByCategory], published: PublishedCategories | None) -> list[str]:
    """Return the categories of a table, sorted: those of any arm's questions, and those published."""
    own = {name for one in arms.values() for name in one.categories}
    return sorted(own | set(published.rows if published else ()))


def _mean_rows(arms: Mapping[str, ByCategory], names: Iterable[str]) -> list[list[str]]:
    return [
        [
            arm,
            _counts(own.criteria.values()),
            *(with_interval(own.criteria.get(name), ".3f") for name in names),
        ]
        for arm, own in arms.items()
    ]


def _mean_table(
    arms: Mapping[str, ByCategory], criterion: str, title: str, published: PublishedCategories | None
) -> ResultTable:
    heads = sorted(published.heads) if published else []

    def row(label: str, means: Mapping[str, Means | None], pooled: bool = False) -> list[str]:
        own = {arm: found.get(criterion) for arm, found in means.items() if found}
        told = [one for one in own.values() if one]
        apart = pooled and len({one.n for one in told}) > 1
        cells = []
        for arm, one in arms.items():
            mean = own.get(arm)
            seen = SEEN if mean and not pooled and label in (one.seen_categories or ()) else " "
            cells.append(with_interval(mean, ".2f") + (f" n={mean.n:,}" if mean and apart else "") + seen)
        theirs = published.rows.get(label, {}) if published and not pooled else {}
        return [label, _counts(told), *cells, *(fixed(theirs.get(head)) for head in heads)]

    names = _category_names(arms, published)
    rows = [row(name, {arm: one.categories.get(name) for arm, one in arms.items()}) for name in names]
    if any(one.seen is not None for one in arms.values()):
        for side, label in SIDES.items():
            rows.append(row(label, {arm: getattr(one, side) for arm, one in arms.items()}, pooled=True))
    rows.append(row("all questions", {arm: one.criteria for arm, one in arms.items()}, pooled=True))
    columns = [title.rpartition(" ")[2], "questions", *arms, *(f"published\n{head}" for head in heads)]
    return ResultTable(title, columns, rows)


def _mean_notes(arms: Mapping[str, ByCategory], published: PublishedCategories | None) -> list[str]:
    everything = [mean for one in arms.values() for mean in one.criteria.values()]
    told = [f"In square brackets: the interval.{in_clusters(everything)}"]
    if any(one.seen is not None for one in arms.values()):
        told.append(
            f"{SEEN}: a category of the rows the arm was trained on; below, means over the questions of such "
            "categories and of the others."
        )
        if any(one.seen_categories == [] and one.seen for one in arms.values()):
            told.append(
                "An untrained arm has seen none; it is pooled by all that the trained arms have seen."
            )
    if unknown := [arm for arm, one in arms.items() if one.seen_categories is None]:
        told.append(f"Of {', '.join(unknown)} it is not known what was seen.")
    notes = [" ".join(told)]
    if published:
        notes.append(_published_note(published))
    return notes


def _published_note(published: PublishedScores) -> str:
    scale = f"{published.scale}; " if isinstance(published, PublishedCategories) else ""
    return (
        f"Published: {published.source}; {scale}judged by {published.judge}; asked: {published.questions}. "
        f"Not measured here. {' '.join(published.notes)}"
    )


def _counts(means: Iterable[Mean]) -> str:
    """Return how many questions there are values for, from the fewest to the most."""
    sizes = {(one.n, size(one.n, one.clusters)) for one in means}
    return " to ".join(dict.fromkeys(told for _, told in (min(sizes), max(sizes)))) if sizes else NONE
