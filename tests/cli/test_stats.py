"""`domaintune stats` on files as people have them."""

import json

import pytest
import typer
from typer.testing import CliRunner

from domaintune.cli.stats import read_columns, stats
from domaintune.core.stage.errors import InputError

BASE = [4, 1, 2, 1, 3, 2, 2, 2, 4, 1]  # NASA R&D study, Table 7
TUNED = [1, 2, 2, 2, 4, 4, 3, 3, 3, 2]
BAD_CELLS = """base,note,tuned
1,"two
lines",x
,b,2
3,c
1_0,d,inf
"""

app = typer.Typer()
app.command()(stats)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def run(path, *more):
    """Return what is printed of the columns `base` and `tuned`."""
    arguments = [str(path), "--baseline", "base", "--treated", "tuned", *more]
    return CliRunner().invoke(app, arguments, catch_exceptions=False).output


def test_prints_the_studys_tables_to_every_digit_and_json_holds_everything_but_an_exact_test(tmp_path):
    rows = "\n".join(f"{i},{b},{t}" for i, (b, t) in enumerate(zip(BASE, TUNED, strict=True)))
    scores = write(tmp_path / "scores.csv", f"question,base,tuned\n{rows}\n")
    lines = [" ".join(line.split()) for line in run(scores).splitlines()]
    for line in (
        "Observations 10 10", "t Stat -0.884651737", "F 1.380952381", "Standard error 0.3590 0.3055",
        "Questions for 80 % power, over the interval of d_z at least 12",
        "questions needed at the near end of d_z's interval: none, because the interval of d_z holds zero",
    ):  # fmt: skip
        assert line in lines
    result = json.loads(run(scores, "--json"))
    assert result["t_test"]["t"] == pytest.approx(-0.884651737)
    assert result["power"]["required_n"] == 103
    assert (result["baseline"], result["mcnemar"]) == ("base", None)  # scores on a scale
    assert "not significant" in result["in_words"]


@pytest.mark.parametrize(
    ("mark", "separator", "end"), [("\ufeff", ",", "\r\n"), ("", "\t", "\n"), ("", ";", "\r")]
)
def test_byte_order_marks_line_ends_and_separators_are_understood(tmp_path, mark, separator, end):
    rows = [["base", "note", "tuned"], ["1", "a", " 2 "], ["3", "", "4.5"], ["", "", ""]]
    text = mark + end.join(separator.join(row) for row in rows) + end
    assert read_columns(write(tmp_path / "s.csv", text), "base", "tuned") == (
        [1.0, 3.0], [2.0, 4.5], None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BAD_CELLS, ["line 3, column tuned: expected a number, got 'x'", "line 4, column base: expected a number, the cell is empty",
                     "line 5, column tuned: expected a number, the cell is empty", "got '1_0'", "got 'inf'"]),
        ("base,tuned\n1,2\n1,5,2\n2,3,\n", ["line 3: has the cell '2' beyond the 2 columns of the header"]),
        ("a,b\n1,2\n", ["column 'base' was expected once and is not there; columns: a, b"]),
        ("base,base,tuned\n1,2,3\n", ["twice or more"]),
        ("base,tuned\n", ["no rows"]),
        ("", ["columns: none"]),
        ("base,tuned\n가,나\n", ["s.csv: expected a CSV or TSV file of UTF-8 text", "save this one as UTF-8"]),
        (None, ["No such file", "Name one, or save this one as UTF-8"]),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_each_place_and_what_was_found(tmp_path, text, told):
    path = tmp_path / "s.csv"
    if text is not None:
        write(path, text, "cp949" if "가" in text else "utf-8")
    with pytest.raises(InputError) as error:
        read_columns(path, "base", "tuned")
    assert [words for words in told if words not in str(error.value)] == []
    assert len(told) > 1 or "line 4" not in str(error.value)  # a separator at the end is no cell


def test_columns_that_cannot_be_compared_are_named_and_of_one_row_the_gaps_are_explained(tmp_path):
    path = write(tmp_path / "s.csv", "base,tuned\n1,2\n")
    with pytest.raises(InputError, match="both name the column"):
        read_columns(path, "base", "base")
    with pytest.raises(InputError, match="column 'dokument' was expected once and is not there"):
        run(path, "--cluster", "dokument")
    assert "t test: none, because needs at least 2 pairs" in run(path)


def test_right_and_wrong_get_the_exact_test_and_a_word_on_the_t_test(tmp_path):
    rows = "".join(["0,1\n"] * 9 + ["1,0\n"] + ["1,1\n"] * 5)
    path = write(tmp_path / "s.csv", f"base,tuned\n{rows}")
    found = json.loads(run(path, "--json"))
    assert found["mcnemar"] == {"only_baseline": 1, "only_treated": 9, "p": pytest.approx(0.021484375)}
    assert "for which the t-test is an approximation" in found["in_words"]
    assert "9 only in tuned, 1 only in base, p = 0.021." in found["in_words"]


def test_rows_of_one_cluster_are_no_independent_rows(tmp_path):
    rows = "".join(f"{i // 4},{i % 2},{1 if i < 32 else 0}\n" for i in range(40))
    path = write(tmp_path / "s.csv", f"document,base,tuned\n{rows}")
    alone, clustered = (json.loads(run(path, "--json", *more)) for more in ((), ("--cluster", "document")))
    assert (alone["clusters"], clustered["clusters"]) == (40, 10)
    assert (alone["t_test"]["df"], clustered["t_test"]["df"]) == (39, 9)
    assert clustered["t_test"]["p_two_tail"] > alone["t_test"]["p_two_tail"]
    assert clustered["mcnemar"]["p"] == pytest.approx(2 * (1 + 10 + 45) / 2**10)
    assert ["each cluster as one" in one["in_words"] for one in (clustered, alone)] == [True, False]
    assert clustered["in_words"].startswith("On 40 paired scores in 10 clusters, tuned scored")
    gaps = write(tmp_path / "gaps.csv", "document,base,tuned\na,1,2\na,2,4\n,3,4\n,1,1\n")
    found = json.loads(run(gaps, "--cluster", "document", "--json"))
    assert found["clusters"] == 3, "a row without a cluster is one of its own"
