"""`domaintune stats` on files as people have them."""

import json

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from domaintune.cli.stats import read_columns, stats
from domaintune.core.stage.errors import InputError

BASE = [4, 1, 2, 1, 3, 2, 2, 2, 4, 1]  # NASA R&D study, Table 7
TUNED = [1, 2, 2, 2, 4, 4, 3, 3, 3, 2]

app = typer.Typer()
app.command()(stats)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
def scores(tmp_path):
    rows = "\n".join(f"{i},{b},{t}" for i, (b, t) in enumerate(zip(BASE, TUNED, strict=True)))
    return write(tmp_path / "scores.csv", f"question,base,tuned\n{rows}\n")


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_prints_the_studys_tables_to_every_digit(scores):
    result = run(scores, "--baseline", "base", "--treated", "tuned")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    for line in [
        "Mean 2.2 2.6", "Variance 1.288888889 0.933333333", "Observations 10 10",
        "Pearson correlation 0.08104409",
        "df 9", "t Stat -0.884651737", "P(T<=t) one-tail 0.19968068", "P(T<=t) two-tail 0.399361359",
        "t critical one-tail 1.833112933", "t critical two-tail 2.262157163", "df 9 9", "F 1.380952381",
        "P(F<=f) one-tail (right) 0.319200279", "F critical one-tail (right) 3.178893104",
        "Standard error 0.3590 0.3055", "Standard deviation 1.1353 0.9661",
        "Questions for 80 % power, from the observed effect (itself uncertain) 103",
        "Questions for 80 % power, over the interval of d_z at least 12",
    ]:  # fmt: skip
        assert line in lines
    assert (
        "questions needed at the near end of d_z's interval: none, because the interval of d_z holds zero"
        in lines
    )
    assert "not significant" in result.output


def test_json_holds_everything(scores):
    result = json.loads(run(scores, "--baseline", "base", "--treated", "tuned", "--json").output)
    assert result["t_test"]["t"] == pytest.approx(-0.884651737)
    assert result["power"]["required_n"] == 103
    assert result["baseline"] == "base"
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


def test_every_bad_cell_is_named_with_its_row_and_column(tmp_path):
    path = write(tmp_path / "s.csv", 'base,note,tuned\n1,"two\nlines",x\n,b,2\n3,c\n1_0,d,inf\n')
    with pytest.raises(InputError) as error:
        read_columns(path, "base", "tuned")
    message = str(error.value)
    assert "line 3, column tuned: expected a number, got 'x'" in message
    assert "line 4, column base: expected a number, the cell is empty" in message
    assert "line 5, column tuned: expected a number, the cell is empty" in message
    assert "got '1_0'" in message
    assert "got 'inf'" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "column 'base' was expected once and is not there; columns: a, b"),
        ("base,base,tuned\n1,2,3\n", "twice or more"),
        ("base,tuned\n", "no rows"),
        ("", "columns: none"),
    ],
)
def test_a_file_of_another_shape_is_refused_with_what_was_found(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        read_columns(write(tmp_path / "s.csv", text), "base", "tuned")


def test_what_cannot_be_read_is_one_clear_message(tmp_path):
    with pytest.raises(InputError, match="could not be read"):
        read_columns(tmp_path / "none.csv", "base", "tuned")
    with pytest.raises(InputError, match="expected UTF-8 text"):
        read_columns(write(tmp_path / "s.csv", "base,tuned\n가,나\n", "cp949"), "base", "tuned")
    with pytest.raises(InputError, match="both name the column"):
        read_columns(tmp_path / "s.csv", "base", "base")


def test_one_row_is_described_and_the_gaps_are_explained(tmp_path):
    result = run(write(tmp_path / "s.csv", "base,tuned\n1,2\n"), "--baseline", "base", "--treated", "tuned")
    assert result.exit_code == 0
    assert "t test: none, because needs at least 2 pairs" in result.output


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_either_read_or_refused_as_a_users_error(tmp_path_factory, text):
    path = write(tmp_path_factory.mktemp("any") / "s.csv", f"base,tuned\n{text}", "utf-8")
    try:
        base, tuned, _ = read_columns(path, "base", "tuned")
    except InputError:
        return
    assert len(base) == len(tuned) > 0


def test_a_cell_beyond_the_header_is_refused_by_its_line(tmp_path):
    path = write(tmp_path / "s.csv", "base,tuned\n1,2\n1,5,2\n2,3,\n")
    with pytest.raises(
        InputError, match="line 3: has the cell '2' beyond the 2 columns of the header"
    ) as error:
        read_columns(path, "base", "tuned")
    assert "line 4" not in str(error.value)  # a separator at the end is no cell


def test_right_and_wrong_get_the_exact_test_and_a_word_on_the_t_test(tmp_path):
    rows = "".join(["0,1\n"] * 9 + ["1,0\n"] + ["1,1\n"] * 5)
    path = write(tmp_path / "s.csv", f"base,tuned\n{rows}")
    found = json.loads(run(path, "--baseline", "base", "--treated", "tuned", "--json").output)
    assert found["mcnemar"] == {"only_baseline": 1, "only_treated": 9, "p": pytest.approx(0.021484375)}
    assert "for which the t-test is an approximation" in found["in_words"]
    assert "9 only in tuned, 1 only in base, p = 0.021." in found["in_words"]


def test_scores_on_a_scale_get_no_exact_test(scores):
    assert (
        json.loads(run(scores, "--baseline", "base", "--treated", "tuned", "--json").output)["mcnemar"]
        is None
    )


def test_rows_of_one_cluster_are_no_independent_rows(tmp_path):
    rows = "".join(f"{i // 4},{i % 2},{1 if i < 32 else 0}\n" for i in range(40))
    path = write(tmp_path / "s.csv", f"document,base,tuned\n{rows}")
    options = (path, "--baseline", "base", "--treated", "tuned", "--json")
    alone, clustered = (json.loads(run(*options, *more).output) for more in ((), ("--cluster", "document")))
    assert (alone["clusters"], clustered["clusters"]) == (40, 10)
    assert (alone["t_test"]["df"], clustered["t_test"]["df"]) == (39, 9)
    assert clustered["t_test"]["p_two_tail"] > alone["t_test"]["p_two_tail"]
    assert clustered["mcnemar"]["p"] == pytest.approx(2 * (1 + 10 + 45) / 2**10)
    assert ("each cluster as one" in clustered["in_words"], "each cluster as one" in alone["in_words"]) == (
        True,
        False,
    )
    assert clustered["in_words"].startswith("On 40 paired scores in 10 clusters, tuned scored")
    assert run(*options, "--cluster", "dokument").exit_code != 0


def test_a_row_without_a_cluster_is_one_of_its_own(tmp_path):
    path = write(tmp_path / "s.csv", "document,base,tuned\na,1,2\na,2,4\n,3,4\n,1,1\n")
    found = json.loads(
        run(path, "--baseline", "base", "--treated", "tuned", "--cluster", "document", "--json").output
    )
    assert found["clusters"] == 3
