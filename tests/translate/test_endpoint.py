"""A translation endpoint: each text paid once, marks as tags kept or the row lost, the key nowhere."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from deepl_server import Server
from hypothesis import given
from hypothesis import strategies as st
from translate_run import Project, row, rows_of

from domaintune.science.protected import misplaced, protect
from domaintune.translate.by_endpoint import from_tags, needs_tags, to_tags

PIECES = ["`code`", "$x^2$", "3 < 4", "a & b", "&amp;", "</m>", '<m id="1"/>', "5 mg", "물", "\n"]
TEXTS = st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(st.lists(TEXTS, max_size=8).map(" ".join))
def test_a_text_is_well_formed_as_xml_and_comes_back_as_it_was(text: str) -> None:
    sent = protect(text)[0]
    if needs_tags(sent):
        ET.fromstring(f"<t>{to_tags(sent)}</t>")
    assert from_tags(to_tags(sent)) == sent


def test_tags_are_for_marks_xml_can_hold_and_read_in_every_spelling_and_one_that_fell_apart_is_no_mark() -> (
    None
):
    assert [needs_tags(text) for text in ("a < b", "⟦1⟧ a", "⟦1⟧ \x0b")] == [False, True, False]
    assert to_tags("⟦1⟧ < 3") == '<m id="1"/> &lt; 3'
    for tag in ('<m id="1"/>', '<m id="1" />', "<m id='1'/>", '<m id="1"></m>', '<m id="1"> </m>'):
        assert from_tags(f"{tag} &lt; 3") == "⟦1⟧ < 3"
    for tag in ('<m id="1">물</m>', '<m id="1">', '<m id="1"/></m>', "<m/>"):
        assert misplaced(from_tags(tag), protect("`x`")[1])


@pytest.mark.parametrize("tag_handling", ["xml", None])
def test_signs_of_xml_and_broken_lines_come_back_as_they_were(
    tmp_path: Path, tag_handling: str | None
) -> None:
    text = 'If x < 3 & y > 4,\ncall `f(x) && g(y)` and write &amp; or <b>bold</b> as "it" is.'
    with Server() as endpoint:
        using = Project(tmp_path, endpoint.base_url, "endpoint")
        using.use_endpoint(endpoint.base_url, tag_handling=tag_handling)
        using.write_rows([row(1, output=text)])
        using.passes()
    [made] = using.rows()
    for kept in (" < 3 & ", " > 4,\n", "`f(x) && g(y)`", "&", "<b>", "</b>", '"'):
        assert kept in made.output
    assert "&lt;" not in made.output
    assert ("tag_handling" in str(endpoint.bodies)) == (tag_handling == "xml")


def test_one_text_is_paid_for_once_wherever_it_stands(tmp_path: Path) -> None:
    rows = [row(number, instruction="Say what the pump is good for.") for number in range(11, 31)]
    with Server() as endpoint:
        using = Project(tmp_path, endpoint.base_url, "endpoint")
        using.write_rows(rows)
        using.passes()
        assert set(endpoint.paid.values()) == {1}
        assert sum(endpoint.paid.values()) == 21 == using.books()["requests"]["answers_used"]
        assert using.books()["requests"]["characters"] == sum(len(text) for text, _ in endpoint.paid)
        rows[3] = row(14, instruction="Say what `stop()` is good for.")  # its output was paid for
        using.write_rows(rows)
        using.passes()
    assert sum(endpoint.paid.values()) == 22


def test_the_key_comes_from_the_environment_and_goes_nowhere(tmp_path: Path) -> None:
    key, using = "0a1b-secret:fx", Project(tmp_path / "project", engine="endpoint")
    using.write_rows(rows_of(4))
    with Server(key=key) as server:
        using.use_endpoint(server.base_url, api_key_env="MY_KEY")
        using.fails("MY_KEY is not set")
        assert server.requests == 0
        done = using.passes(MY_KEY=key)
    written = b"".join(path.read_bytes() for path in using.folder.rglob("*") if path.is_file())
    assert key.encode() not in written
    assert key not in done.stdout + done.stderr
    assert server.base_url.encode() not in (using.folder / "ledger.sqlite3").read_bytes()
