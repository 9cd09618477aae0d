"""Catalyst papers: catalyst, support, how the support was treated and why; some leave parts out."""

import numpy as np

from domaintune.sample import chemistry_terms as terms
from domaintune.sample.chemistry_facts import Term
from domaintune.sample.chemistry_papers import Paper, choose, say
from domaintune.sample.korean_particles import with_particles

SUPPORTED, TREATED = 0.8, 0.75
"""Chances that a catalyst has a support, and a support a treatment."""


def compose_catalyst(rng: np.random.Generator) -> Paper:
    """Compose a catalyst paper."""
    catalyst, reaction = choose(rng, terms.CATALYSTS), choose(rng, terms.REACTIONS)
    support, treatment = choose(rng, terms.SUPPORTS), choose(rng, terms.TREATMENTS)
    purpose, loading = choose(rng, terms.PURPOSES), choose(rng, terms.LOADINGS)
    supported = bool(rng.random() < SUPPORTED)
    treated = supported and bool(rng.random() < TREATED)
    size, hours, activity = (int(rng.integers(*span)) for span in ((2, 30), (20, 200), (55, 99)))
    cold = 100 + 20 * int(rng.integers(1, 20))
    on = f" on {support.en}" if supported else ""
    sentences = [
        (
            f"Efficient catalysts for {reaction.en} are scarce.",
            f"Better catalysts for {reaction.en} would save energy.",
        ),
        (
            f"Here {catalyst.en} was used as the catalyst and prepared by {loading.en}.",
            f"In this study, the catalyst is {catalyst.en}, prepared by {loading.en}.",
        ),
        *(_support_sentences(catalyst, support) if supported else []),
        *(_treatment_sentences(support, treatment, purpose) if treated else []),
        (f"The mean size of the {catalyst.en} particles is {size} nm.",),
        (
            f"At {cold} °C, {activity}% of the feed was converted.",
            f"The conversion was {activity}% at {cold} °C.",
        ),
        (f"The activity did not change within {hours} hours.", f"The sample was stable for {hours} hours."),
        ("Blank tests without the catalyst gave no product.", "A blank test showed almost no conversion."),
        (
            "The spectra before and after the test were the same, so the surface did not change.",
            "Gas analysis every ten minutes confirmed these values in three separate runs.",
        ),
        (f"This makes {catalyst.en}{on} a promising choice for {reaction.en}.",),
    ]
    named = [support.en] if supported else []
    return Paper(
        title=f"{catalyst.en.capitalize()} particles of {size} nm{on} for {reaction.en} at {cold} °C",
        abstract=say(rng, sentences),
        keywords=(catalyst.en, *named, *([treatment.en] if treated else []), reaction.en, loading.en),
        fields=("Chemistry", "Catalysis"),
        details=_details(rng, catalyst.en, loading.en),
        title_ko=f"{reaction.ko}용 {catalyst.ko} 촉매",
        summary_ko=(
            with_particles(f"{reaction.ko}에 쓸 촉매로 {catalyst.ko}을(를) {loading.ko} 방법으로 만들었다."),
            _middle(support, treatment, purpose, supported, treated),
            f"{cold} °C에서 전환율은 {activity}%이고 {hours}시간 동안 안정하였다.",
        ),
        purpose_ko=f"{reaction.ko}에 쓸 {catalyst.ko} 촉매를 만드는 것이다.",
        result_ko=f"전환율은 {cold} °C에서 {activity}%이다.",
    )


def _support_sentences(catalyst: Term, support: Term) -> list[tuple[str, ...]]:
    return [
        (
            f"The {catalyst.en} was supported on {support.en}.",
            f"As the support material, {support.en} was chosen.",
            f"The particles were dispersed on {support.en} as the support.",
        )
    ]


def _treatment_sentences(support: Term, treatment: Term, purpose: Term) -> list[tuple[str, ...]]:
    return [
        (
            f"The {support.en} support was treated by {treatment.en} to {purpose.en}.",
            f"To {purpose.en}, the {support.en} support was modified by {treatment.en}.",
        )
    ]


def _middle(support: Term, treatment: Term, purpose: Term, supported: bool, treated: bool) -> str:
    if treated:
        text = f"{purpose.ko} 위하여 지지체인 {support.ko}을(를) {treatment.ko}으로(로) 다루었다."
    elif supported:
        text = f"지지체로는 {support.ko}을(를) 썼다."
    else:
        text = "지지체는 쓰지 않았다."
    return with_particles(text)


def _details(rng: np.random.Generator, catalyst: str, loading: str) -> tuple[str, ...]:
    return (
        f"For {loading}, all salts were used without further purification.",
        f"The powder was dried at {10 * int(rng.integers(8, 15))} °C for {int(rng.integers(4, 20))} hours.",
        f"The mass of {catalyst} was found by elemental analysis.",
        f"A fixed bed of {int(rng.integers(50, 400))} mg was used in the reactor.",
        "The gas flow was set with a mass flow controller.",
    )
