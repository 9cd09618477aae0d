"""The page says above everything why scores are not to be trusted, and beside every result what its judge showed."""

import re

import judges
import pytest
from committed import PARAMS
from judge_run import write_judgments
from records import teacher

from domaintune.core.stage.params import read_yaml


def page(make, who, padded=True, change=lambda rows: rows, **sections):
    rows, _ = judges.judged(who, questions=10)
    planted = judges.planted(padded=padded)
    return make.run(
        prepare=lambda root: write_judgments(root / "data/judgments/tuned", change(rows), planted), **sections
    ).html


def banners(html):
    above = html[html.index("<main>") : html.index('<section aria-labelledby="result"')]
    return re.findall(r'<p class="note"><strong>Do not trust these scores \(match\): (.*?)\.</strong>', above)


def test_the_page_of_a_fair_judge_has_no_banner_and_shows_what_it_earned_and_that_it_is_the_teacher_too(make):
    model = teacher(model="gpt-4").model_dump()
    about = read_yaml(PARAMS)["judge"] | {"repeats": 1, "repeat_rows": 0, "model": model}
    html = page(make, judges.fair, teacher=model, judge=about)
    assert "The judge, gpt-4, is also the teacher: models prefer texts of their own." in html
    assert banners(html) == []
    section = html[html.index('<section aria-labelledby="judge"') :]
    count = '<td class="number">{0}</td><td class="number">{0}</td></tr>'
    assert f'<tr><td>fault of the bad answer</td><th scope="row">swapped</th>{count.format(10)}' in section
    assert f'<tr><td>language</td><th scope="row">ko</th>{count.format(6)}' in section
    beside = html[html.index('id="arm-tuned"') : html.index('<section aria-labelledby="judge"')]
    assert "The judge: 12 of 12 calibration pairs told apart (100 %)" in beside


@pytest.mark.promise(24)
@pytest.mark.parametrize(
    ("who", "padded", "change", "expected"),
    [
        (judges.constant, True, None, "the judge is constant"),
        (judges.first_place, True, None, "the judge prefers the answer shown first"),
        (judges.longest, False, None, "the judge prefers length"),
        (judges.fair, True, 4, "the judge contradicts itself"),
    ],
)
def test_a_constant_first_place_length_or_contradictory_judge_is_bannered_on_top(
    make, who, padded, change, expected
):
    html = page(make, who, padded, lambda rows: judges.contradictory(rows, change) if change else rows)
    found = banners(html)
    assert any(text.startswith(expected) for text in found), found
    assert html.index("Do not trust these scores") < html.index('<h2 id="result">')


def test_figures_that_cannot_be_given_share_one_line_a_reason_and_leave_no_empty_interval(make):
    html = page(make, judges.constant)
    assert "– to –" not in html
    assert "Holm, 0 rows" not in html
    reason = "None, because every difference is the same, so there is nothing to estimate an error from:"
    assert html.count(reason) == 1
    assert f"{reason} <code>difference.ci_high</code>, <code>difference.ci_low</code>, " in html
