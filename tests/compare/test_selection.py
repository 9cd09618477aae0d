"""Selection against chance: a gain counts only beyond the noise of the draws, on equal tokens."""

import judges
import pytest
from judges import read

from domaintune.check.references import cross_section_problems
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.files import write_json

SELECTED, CHANCE = ["best_1", "best_2", "best_3"], ["drawn_1", "drawn_2", "drawn_3"]
ASKED = {"selected": SELECTED, "random": CHANCE}
BEST = {"grading": "g", "by": "mean", "use": "filter", "at_least": 8}
DRAWN = (5.0, 5.1, 5.15)
SMALL = (5.6, 5.7, 5.65, *DRAWN)


def graded(**grades):
    return {"mixture": {"groups": ["nasa"], "grades": BEST | grades}}


def entries(**changes):
    arms = {
        name: {"model": "m", "baseline": "base", "seed": int(name[-1])}
        | graded(**({"random_draw": int(name[-1])} if name in CHANCE else {}))
        for name in [*SELECTED, *CHANCE]
    }
    return {name: arm | changes.get(name, {}) for name, arm in arms.items()}


def judged(*means):
    """Return six arms' scores on ten questions, of each half of them one below, half one above its mean."""
    arms = zip([*SELECTED, *CHANCE], means, strict=True)
    return [judges.four(i, arm, mean + (1 if i % 2 else -1)) for arm, mean in arms for i in range(10)]


def project(make, rows, primary=None):
    compare = make.compare | {"selection": ASKED, "primary": primary}
    arms = (*SELECTED, *CHANCE)
    return make.build(rows, arms, rubrics=judges.BY_CATEGORY, entries=entries(), compare=compare)


def of(out, name):
    found = read(out)["selection"]["measured"]
    return next(one for one in found if one["title"] == name)


def test_a_gain_larger_than_the_spread_of_the_draws_is_called_a_gain(make):
    out, printed = make.run(project(make, judged(8.0, 8.2, 8.1, *DRAWN)))
    one = of(out, "by_category: mean")
    assert one["verdict"] == "gain"
    assert one["test"]["gain"] == pytest.approx((8.0 + 8.2 + 8.1 - 5.0 - 5.1 - 5.15) / 3)
    assert one["test"]["t"] == pytest.approx(one["test"]["gain"] / (0.0763763 * (4 / 3) ** 0.5), rel=1e-4)
    assert one["questions"] == 10
    assert "a gain of +3.017" in one["in_words"]
    assert "by_category: mean" in printed
    figures = read(out, "metrics.json")["selection-against-random"]["by_category_mean"]
    assert (figures["verdict"], figures["p_holm"]) == ("gain", one["p_holm"])
    assert figures["draw_deviation"] == pytest.approx(0.0763763, rel=1e-4)


def test_a_gain_on_one_of_several_measures_counts_only_after_correction(make):
    out, printed = make.run(project(make, judged(*SMALL)))
    one = of(out, "by_category: mean")
    assert one["test"]["p"] < 0.05 < one["p_holm"]
    assert one["verdict"] == "within the noise of the draws"
    assert "after Holm's correction for 5 tests, which decides" in one["in_words"]
    assert "So few draws have almost no power" in " ".join(printed.split())
    assert f"3 draws show only {one['detectable_gain']:.3f} or more with 80 % power" in one["in_words"]


def test_what_was_declared_is_corrected_alone_and_what_was_not_is_exploratory_however_large(make):
    out, printed = make.run(project(make, judged(*SMALL), primary=["by_category.mean"]))
    one, other = of(out, "by_category: mean"), of(out, "by_category: accuracy")
    assert (one["p_holm"], one["tests"], one["verdict"]) == (one["test"]["p"], 1, "gain")
    assert (other["tests"], other["p_holm"], other["verdict"]) == (0, None, "exploratory")
    assert "so it is exploratory and shows nothing by itself" in other["in_words"]
    assert "Holm" not in other["in_words"]
    assert "all else is exploratory" in " ".join(printed.split())


def test_runs_within_the_spread_of_the_draws_are_no_gain_on_the_questions_that_all_arms_answered(make):
    """Paired over seeds this was t(2) = 48; against the spread of the draws it is one more of them."""
    rows = judged(5.5, 6.0, 5.7, 5.0, 5.53, 5.23)
    lost = [row for row in rows if (row.arm, row.question_id) != ("drawn_2", "q03")]
    out, _ = make.run(project(make, lost))
    one = of(out, "by_category: mean")
    assert (one["verdict"], one["questions"]) == ("within the noise of the draws", 9)


def test_arms_that_all_give_the_same_value_are_no_gain(make):
    out, printed = make.run(project(make, judged(*[5.0] * 6)))
    assert of(out, "by_category: mean")["verdict"] == "not told"
    assert of(out, "text: overlap")["verdict"] == "not told"
    assert of(out, "text: reference")["verdict"] is None
    said = "no question has a value from every arm: text: reference, text: grounding"
    assert said in " ".join(printed.split())


def test_unequal_tokens_are_refused_with_all_pairs_named(make):
    made = project(make, judged(*[5.0] * 6))
    made.write_mixture("drawn_1", tokens=1019)
    make.run(made)  # 1.9 % apart
    made.write_mixture("drawn_2", tokens=1050)
    made.write_mixture("best_3", tokens=900)
    said = r"but best_2 1,000, drawn_2 1,050 tokens \(4.8 % apart\); best_3 900, drawn_3 1,000 tokens"
    with pytest.raises(InputError, match=said):
        make.run(made, "again")


@pytest.mark.parametrize(
    ("asked", "changes", "message"),
    [
        ({"selected": ["best_1", "bset_2"], "random": CHANCE[:2]}, {}, "bset_2 is not an entry of arms (did you mean best_2?)"),
        ({"selected": ["best_1", "base"], "random": CHANCE[:2]}, {}, "selected: base is not trained"),
        ({"selected": SELECTED, "random": CHANCE[:2]}, {}, "selected has 3 arms and random 2"),
        ({"selected": ["best_1", "best_1"], "random": CHANCE[:2]}, {}, "best_1 stands there twice"),
        (ASKED, {"drawn_2": {"seed": 7}}, "best_2 has seed 2 and drawn_2 seed 7"),
        (ASKED, {"best_2": {"train": {"epochs": 3.0}}}, "best_2 has train {'epochs': 3.0}, drawn_2 None"),
        (ASKED, {"drawn_3": graded(at_least=7, random_draw=3)},
         "the mixtures of best_3 and drawn_3 differ in more than grades.random_draw"),
        (ASKED, {"drawn_3": graded(random_draw=1)},
         "drawn_1 and drawn_3 have the same mixture.grades.random_draw, 1, and so the same rows"),
        (ASKED, {name: {"seed": None} for name in ("best_1", "best_2", "drawn_1", "drawn_2")},
         "the seeds are [20, 20, 3]; each arm of a side needs another one"),
        (ASKED, {"best_1": graded(random_draw=9)}, "selected: best_1 draws its rows by chance"),
        (ASKED, {"drawn_1": graded()}, "random: drawn_1 draws no rows by chance"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_sides_is_told_before_anything_runs(tmp_path, asked, changes, message):
    arms = {"base": {"model": "m", "mixture": None, "baseline": "base"}} | entries(**changes)
    params = {"seed": 20, "models": {"m": {}, "n": {}}, "arms": arms, "compare": {"selection": asked}}
    write_json(tmp_path / "params.yaml", params)
    assert message in "\n".join(cross_section_problems(tmp_path / "params.yaml", tmp_path / "cards"))
