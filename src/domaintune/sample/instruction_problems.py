"""Problems with numbers drawn at random, and their solutions step by step, in both languages."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Draw = Callable[[int, int], int]


class Problem(NamedTuple):
    """What is asked, and the solution with its steps."""

    asked: str
    solution: str


def compose_problem(rng: np.random.Generator, *, korean: bool) -> Problem:
    """Return a problem. The same numbers are drawn in both languages."""

    def draw(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    both = TEMPLATES[draw(0, len(TEMPLATES))](draw)
    return both[korean]


def _density(draw: Draw) -> tuple[Problem, Problem]:
    density, volume = draw(2, 20), draw(3, 60)
    mass = density * volume
    return (
        Problem(
            f"A sample has a mass of {mass} g and a volume of {volume} cm³. What is its density?",
            f"Density is mass divided by volume. {mass} g / {volume} cm³ = {density} g/cm³.",
        ),
        Problem(
            f"시료의 질량은 {mass} g이고 부피는 {volume} cm³이다. 밀도는 얼마인가?",
            f"밀도는 질량을 부피로 나눈 값이다. {mass} g / {volume} cm³ = {density} g/cm³이다.",
        ),
    )


def _ohm(draw: Draw) -> tuple[Problem, Problem]:
    current, resistance = draw(2, 12), draw(3, 90)
    voltage = current * resistance
    return (
        Problem(
            f"A voltage of {voltage} V drives a current of {current} A. Find the resistance.",
            f"Resistance is voltage divided by current. {voltage} V / {current} A = {resistance} Ω.",
        ),
        Problem(
            f"전압 {voltage} V에서 전류 {current} A가 흐른다. 저항을 구하시오.",
            f"저항은 전압을 전류로 나눈 값이다. {voltage} V / {current} A = {resistance} Ω이다.",
        ),
    )


def _dilution(draw: Draw) -> tuple[Problem, Problem]:
    factor, volume = draw(2, 10), draw(5, 80)
    total = factor * volume
    return (
        Problem(
            f"You dilute {volume} mL of a {factor} mol/L solution to 1 mol/L. How much solution do you get?",
            f"The amount stays the same. {volume} mL × {factor} mol/L / 1 mol/L = {total} mL.",
        ),
        Problem(
            f"{factor} mol/L 용액 {volume} mL를 1 mol/L로 묽힌다. 용액은 얼마나 되는가?",
            f"물질량은 그대로이다. {volume} mL × {factor} mol/L / 1 mol/L = {total} mL이다.",
        ),
    )


def _power(draw: Draw) -> tuple[Problem, Problem]:
    power, time = draw(20, 400) * 5, draw(2, 50)
    energy = power * time
    return (
        Problem(
            f"A heater of {power} W runs for {time} s. How much energy does it turn into heat?",
            f"Energy is power times time. {power} W × {time} s = {energy} J.",
        ),
        Problem(
            f"{power} W 가열기를 {time} s 동안 켠다. 열로 바뀌는 에너지는 얼마인가?",
            f"에너지는 일률에 시간을 곱한 값이다. {power} W × {time} s = {energy} J이다.",
        ),
    )


def _decay(draw: Draw) -> tuple[Problem, Problem]:
    halvings, days, left = draw(2, 6), draw(2, 30), draw(2, 40)
    start, time = left * 2**halvings, days * halvings
    return (
        Problem(
            f"A nuclide has a half-life of {days} days. How much of {start} mg is left after {time} days?",
            f"{time} days are {halvings} half-lives. {start} mg / 2^{halvings} = {left} mg.",
        ),
        Problem(
            f"어떤 핵종의 반감기는 {days}일이다. {start} mg은 {time}일 뒤에 얼마나 남는가?",
            f"{time}일은 반감기의 {halvings}배이다. {start} mg / 2^{halvings} = {left} mg이다.",
        ),
    )


TEMPLATES: tuple[Callable[[Draw], tuple[Problem, Problem]], ...] = (_density, _ohm, _dilution, _power, _decay)
