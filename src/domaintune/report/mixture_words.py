"""What an arm is trained on, in words: all that tells one arm's rows from another's."""

from domaintune.core.sections.arms import ArmGrades, Mixture


def mixture_in_words(mixture: Mixture | None) -> str:
    """Say what an arm is trained on."""
    if mixture is None:
        return "not trained"
    caps = [f"at most {most:,} of {task}" for task, most in mixture.caps.items()]
    weights = [f"{task} × {weight:g}" for task, weight in mixture.weights.items()]
    shares = [f"{_percent(share)} {language}" for language, share in (mixture.languages or {}).items()]
    if mixture.balance is not None:
        shares[-1] += f" of the {mixture.balance}"
    parts = [mixture.groups, _graded(mixture), caps, weights, shares]
    return "; ".join(", ".join(part) for part in parts if part)


def _graded(mixture: Mixture) -> list[str]:
    """Say which rows are taken by whether they have a grade, and what their grades do."""
    grades = mixture.grades
    if grades is None:
        return []
    return [f"rows: {mixture.rows}", f"grades: {grades.by} of {grades.grading}", grades.use, *_use(grades)]


def _use(grades: ArmGrades) -> list[str]:
    told = []
    if grades.at_least is not None:
        told.append(f"at least {grades.at_least:g}")
    if grades.top is not None:
        told.append(f"the best {_percent(grades.top)}")
    if grades.chance is not None:
        told.append(f"instead draw {grades.chance} by chance with as many tokens")
    for band, lowest in sorted(grades.bands.items(), key=lambda item: item[1]):
        told.append(f"{band} from {lowest:g}{f' × {grades.times[band]:g}' if band in grades.times else ''}")
    if grades.line is not None:
        told.append(f"told as “{grades.line}”")
    return told


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
