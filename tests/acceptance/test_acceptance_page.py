"""The page of `make acceptance`, from a report as pytest writes it: a line a promise, figures, no names of tests."""

import re
from pathlib import Path

from acceptance_page import LINES, Result, Results, collect, page

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" tests="6">
<testcase name="test_a_name_keeps_its_locants[1,4-dioxane]">
  <properties><property name="promise" value="14"/></properties></testcase>
<testcase name="test_a_name_keeps_its_locants[cyclopenta[c]pyridine]">
  <properties><property name="promise" value="14"/></properties></testcase>
<testcase name="test_ten_rows_more_are_ten_rows_to_grade[a]">
  <properties><property name="promise" value="21"/><property name="sent" value="9"/></properties>
  <failure message="assert 1 == 2">Traceback</failure></testcase>
<testcase name="test_ten_rows_more_are_ten_rows_to_grade[b]">
  <properties><property name="promise" value="21"/></properties><error message="fixture"/></testcase>
<testcase name="test_a_server_with_faults">
  <properties><property name="promise" value="7"/><property name="requests" value="244"/>
  <property name="rungs" value="{'parsed': 11, 'reasked': 2}"/>
  <property name="how it stopped" value="a message as long as a line, which belongs into a log and into no table"/>
  </properties></testcase>
<testcase name="test_over_ssh"><properties><property name="promise" value="8"/></properties>
  <skipped message="no SSH server is installed"/></testcase>
</testsuite></testsuites>
"""


def test_the_page_has_a_line_a_promise_with_what_failed_first_and_figures_that_fit(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT, encoding="utf-8")
    results: Results = {line: [] for line in LINES}
    results[1].append(Result(False, ["first `dvc repro` 312 s, over 300 s"]))
    collect(tmp_path / "report.xml", results)
    rows = [line for line in page(results, "Written at commit abc.").splitlines() if line[2:3].isdigit()]
    assert len(rows) == len(LINES)
    assert max(map(len, rows)) < 400
    cells = {
        int(number): rest
        for number, *rest in ([one.strip() for one in row.strip("|").split(" | ")] for row in rows)
    }
    assert {line: cells[line] for line in (1, 7, 8, 14, 21)} == {
        1: [LINES[1], "**fails**", "first `dvc repro` 312 s, over 300 s"],
        7: [LINES[7], "holds", "requests: 244; rungs: 11 parsed, 2 reasked; 1 test"],
        8: [LINES[8], "not tried here", ""],
        14: [LINES[14], "holds", "2 tests"],
        21: [LINES[21], "**fails**", "failed: ten rows more are ten rows to grade; 2 tests"],
    }


def test_every_promise_that_a_test_carries_has_a_line() -> None:
    tests = Path(__file__).parents[1]
    found = {
        int(n)
        for path in tests.rglob("*.py")
        for n in re.findall(r"mark\.promise\((\d+)\)", path.read_text())
    }
    assert len(found) > 10
    assert found <= set(LINES)
