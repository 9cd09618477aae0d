"""Papers about single compounds: formulas with and without subscripts, names with locants."""

import numpy as np

from domaintune.sample import chemistry_terms as terms
from domaintune.sample.chemistry_papers import Paper, choose, say
from domaintune.sample.korean_particles import with_particles

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
BY_FORMULA = 0.4
"""Share of papers on a solid that is named by its formula."""
SUBSCRIPTED = 0.3
"""Share of papers that write the formulas with subscript digits."""


def subscripted(formula: str) -> str:
    """Write the counts of a formula as subscripts; a number at the start or after a dot is no count."""
    before = " " + formula[:-1]
    return "".join(
        character.translate(SUBSCRIPTS) if previous.isalnum() or previous in ")]" else character
        for previous, character in zip(before, formula, strict=True)
    )


def compose_compound(rng: np.random.Generator) -> Paper:
    """Compose a paper on how a compound was purified."""
    formula = bool(rng.random() < BY_FORMULA)
    compound = choose(rng, terms.SALTS if formula else terms.MOLECULES)
    solvent = choose(rng, terms.SALT_SOLVENTS if formula else terms.MOLECULE_SOLVENTS)
    washing = choose(rng, terms.SALT_WASHINGS if formula else terms.MOLECULE_WASHINGS)
    method = choose(rng, terms.SALT_METHODS if formula else terms.MOLECULE_METHODS)
    use = choose(rng, terms.COMPOUND_USES)
    grams, mass, purity = (
        int(rng.integers(2, 60)),
        int(rng.integers(55, 97)),
        int(rng.integers(950, 999)) / 10,
    )
    name, salt = compound.en, washing.en
    if rng.random() < SUBSCRIPTED:
        name = subscripted(name) if formula else name
        salt = " ".join(subscripted(word) for word in salt.split(" "))
    sentences = [
        (f"Pure {name} is needed for {use.en}.", f"For {use.en}, {name} must be very pure."),
        (
            f"We report how {grams} g of {name} can be purified by {method.en}.",
            f"Here, {grams} g of {name} was purified by {method.en}.",
        ),
        (
            f"The crude product was stirred in {solvent.en} and washed with {salt}.",
            f"Washing with {salt} and stirring in {solvent.en} removed most of the impurities.",
        ),
        ("The solid was collected on a Büchner funnel and dried in air.",),
        (f"The recovery was {mass}% and the purity was {purity}%.", f"We obtained {mass}% at a purity of {purity}%."),
        (
            "The identity of the product was confirmed by infrared spectra and elemental analysis.",
            "Spectra of the product agree with those of a reference sample bought for comparison.",
        ),
        (
            f"A second run with water in place of {solvent.en} gave less product.",
            f"When {solvent.en} was replaced by water, the recovery was lower.",
        ),
        ("The procedure needs no special equipment and takes one working day.",),
        (f"It can be used wherever {name} of high purity is required.",),
    ]  # fmt: skip
    return Paper(
        title=f"Purification of {grams} g of {name} by {method.en} after washing with {salt}",
        abstract=say(rng, sentences),
        keywords=(name, method.en, solvent.en, use.en, "purity"),
        fields=("Chemistry", "Separation Science"),
        details=_details(rng, solvent.en, method.en),
        title_ko=with_particles(f"{method.ko}으로(로) 얻은 순수한 {compound.ko}"),
        summary_ko=(
            with_particles(f"{use.ko}에 쓸 {compound.ko}을(를) {method.ko} 방법으로 정제하였다."),
            with_particles(f"거친 생성물은 {solvent.ko}에 풀고 {washing.ko}으로(로) 씻었다."),
            f"회수율은 {mass}%이고 순도는 {purity}%이다.",
        ),
        purpose_ko=with_particles(f"{use.ko}에 쓸 순수한 {compound.ko}을(를) 얻는 것이다."),
        result_ko=f"순도가 {purity}%인 물질을 {mass}% 회수하였다.",
    )


def _details(rng: np.random.Generator, solvent: str, method: str) -> tuple[str, ...]:
    return (
        f"The {solvent} was distilled once before use.",
        f"The stirrer ran at {10 * int(rng.integers(20, 60))} turns per minute.",
        f"Before {method}, the product was kept over night at {int(rng.integers(2, 9))} °C.",
        "All waste was collected in labelled bottles.",
        f"The balance was checked every {int(rng.integers(2, 9))} days.",
    )
