"""How often each verdict of the reports is false where there is nothing to find, by the project's own functions.

Studies without an effect are drawn and put through the code that `compare` and `domaintune stats` run. Exits with 1
where a rate is above the nominal one by more than 3 standard errors of the simulation.
Run: `python bench/evidence.py` (about 4 minutes on 2 cores); `--write` puts the table into docs/evidence.md.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from math import ceil, sqrt
from pathlib import Path
from typing import NamedTuple

import typer
from scipy import stats

from domaintune.compare.params import Comparing
from domaintune.core.seeds import derive
from domaintune.core.stage.params import load_section
from evidence_judged import lost_order, mean_of_one, one_criterion, seen_and_unseen, several_criteria
from evidence_shares import Draw, forgetting, one_benchmark, selection, several_arms

ROOT = Path(__file__).parents[1]
PAGE, BEGIN, END = ROOT / "docs/evidence.md", "<!-- rates -->", "<!-- end of rates -->"
LEVEL = 0.05
ERRORS = 3  # standard errors by which a rate may be above its level
SMOKE = 50  # times fewer draws


class Scenario(NamedTuple):
    """Studies of one kind without an effect."""

    name: str
    runs: int
    draw: Draw


class Rate(NamedTuple):
    """How often a verdict was false in a scenario."""

    verdict: str
    scenario: str
    runs: int
    false: int

    @property
    def rate(self) -> float:
        """Return the share of draws in which it was false."""
        return self.false / self.runs

    @property
    def error(self) -> float:
        """Return the standard error of a rate that is at its level."""
        return sqrt(LEVEL * (1 - LEVEL) / self.runs)

    @property
    def holds(self) -> bool:
        """Say whether it is within 3 standard errors of the level; of few draws, within what is as unlikely."""
        chance = stats.binom.sf(self.false - 1, self.runs, LEVEL)
        return self.rate <= LEVEL + ERRORS * self.error or bool(chance > stats.norm.sf(ERRORS))


def scenarios() -> Iterator[Scenario]:
    """Yield what is drawn: clusters × questions each, and their correlation (ICC)."""
    comparing = load_section(ROOT / "params.yaml", Comparing).model_copy(
        update={"alpha": LEVEL, "forgetting_alpha": LEVEL}
    )
    for shape, icc in (((60, 1), 0.0), ((10, 4), 0.1), ((10, 4), 0.3), ((10, 4), 0.6), ((40, 5), 0.3)):
        name = _questions(shape, icc)
        yield Scenario(name, 1500, one_criterion(comparing, shape, icc))
        yield Scenario(name, 4000, mean_of_one(comparing, shape, icc))
    for shape, icc in (((60, 1), 0.0), ((10, 4), 0.3)):
        yield Scenario(
            f"4 arms × 6 criteria, {_questions(shape, icc)}",
            300,
            several_criteria(comparing, 4, 6, shape, icc),
        )
    for lost in (0.0, 0.05, 0.1, 0.3):
        yield Scenario(f"252 questions, {lost:.0%} of one order lost", 400, lost_order(comparing, 252, lost))
    for shape, icc in (((60, 1), 0.0), ((30, 4), 0.3)):
        yield Scenario(_questions(shape, icc), 2000, seen_and_unseen(comparing, shape, icc))
    for shape, icc in (((200, 1), 0.0), ((10, 4), 0.3), ((40, 5), 0.3), ((40, 5), 0.6)):
        yield Scenario(_questions(shape, icc), 1000, one_benchmark(comparing, shape, icc))
    yield Scenario("4 arms × 3 benchmarks of 100", 400, several_arms(comparing, 4, 3))
    for shape, icc in (((400, 1), 0.0), ((40, 5), 0.3), ((80, 5), 0.3), ((80, 5), 0.6)):
        yield Scenario(
            f"a loss of the margin, {_questions(shape, icc)}", 1000, forgetting(comparing, shape, icc)
        )
    yield Scenario(
        "a loss of the margin, 3 benchmarks", 500, forgetting(comparing, (300, 1), 0.0, 1, ["general"] * 3)
    )
    yield Scenario(
        "a loss of the margin, 4 arms × 2 roles",
        300,
        forgetting(comparing, (300, 1), 0.0, 4, ["general", "science"]),
    )
    for k in (3, 5, 10):
        for seeds in (0.0, 1.0):
            yield Scenario(
                f"12 measures, k = {k}, SD of rows 1, of seeds {seeds:g}",
                1500,
                selection(comparing, k, seeds),
            )


def _questions(shape: tuple[int, int], icc: float) -> str:
    if shape[1] == 1:
        return f"{shape[0]} independent questions"
    return f"{shape[0]} clusters of {shape[1]}, ICC {icc:g}"


def measured(at: int, runs: int) -> list[Rate]:
    """Return the rates of a scenario, by its place: processes share no function."""
    one = list(scenarios())[at]
    rng, wrong = derive(20, "evidence", str(at), one.name), Counter[str]()
    for _ in range(runs):
        wrong.update({verdict: int(false) for verdict, false in one.draw(rng).items()})
    return [Rate(verdict, one.name, runs, n) for verdict, n in wrong.items()]


def table(rates: list[Rate]) -> str:
    """Return the rates in Markdown, by verdict."""
    head = "| verdict | without an effect | draws | false, % | ± | level, % | holds |\n|---|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| {one.verdict} | {one.scenario} | {one.runs:,} | {100 * one.rate:.1f} | {100 * one.error:.1f} "
        f"| {100 * LEVEL:g} | {'yes' if one.holds else '**no**'} |\n"
        for one in sorted(rates, key=lambda one: one.verdict)
    )


def main(smoke: bool = False, write: bool = False) -> None:
    """Print the table; exit with 1 where a rate is too high."""
    runs = [ceil(one.runs / SMOKE) if smoke else one.runs for one in scenarios()]
    with ProcessPoolExecutor(max_workers=2) as pool:
        rates = [rate for found in pool.map(measured, range(len(runs)), runs) for rate in found]
    text = table(rates)
    sys.stdout.write(text)
    if write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}", encoding="utf-8")
    if wrong := [one for one in rates if not one.holds]:
        sys.stdout.write(f"{len(wrong)} of {len(rates)} rates are above their level\n")
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
