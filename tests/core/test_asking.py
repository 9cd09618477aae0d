"""The ladder, and what is paid for, with a teacher whose every answer is written down here."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import runtime, teacher

from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.paying import Payer, read_responses
from domaintune.core.paying.protocol import Failure, Message, Reply, Request
from domaintune.core.stage.errors import InputError, ParamsError, TeacherError
from domaintune.core.teacher.asking import OUTCOMES, Asker, Prompt
from domaintune.core.teacher.opening import open_asker
from domaintune.core.teacher.repair import Read, Unreadable

SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


class Scripted:
    """Answers by the first message's text; a list is answered entry by entry, attempt by attempt."""

    def __init__(self, script: dict[str, list[str | Reply | Failure]]) -> None:
        self.script = script
        self.asked: list[Request] = []

    def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
        for request in reversed(requests):
            self.asked.append(request)
            answer = self.script[request.messages[0].content][request.attempt]
            yield request, Reply(answer, "stop", 3, 2) if isinstance(answer, str) else answer


def prompt(text: str) -> Prompt:
    return Prompt(f"id-{text}", (Message("user", text),))


def asker(asked: Scripted, ledger: Ledger, responses: Path) -> Asker:
    return Asker(teacher(), Payer("m", "", lambda: asked, ledger, responses))


LADDER: dict[str, list[str | Reply | Failure]] = {
    "strict": ['{"n": 1}'],
    "fenced": ['```\n{"n": 2}\n```'],
    "second": ["no idea", '{"n": 3}'],
    "never": ["no idea", "still none"],
    "refused": [Reply("I will not", "refused", 1, 1)],
    "refused later": ["no idea", Reply("I will not", "refused", 1, 1)],
    "long": [Failure("too_long", "10 tokens")],
    "cut": [Reply('{"n": 4', "length", 1, 1), '{"n": 5}'],
}
OUTCOME = {
    "strict": ("parsed", {"n": 1}), "fenced": ("repaired", {"n": 2}), "second": ("reasked", {"n": 3}),
    "never": ("unparsed", None), "refused": ("refused", None), "refused later": ("refused", None),
    "long": ("too_long", None), "cut": ("reasked", {"n": 5}),
}  # fmt: skip


def test_each_rung_is_climbed_and_counted(tmp_path: Path) -> None:
    scripted = Scripted(LADDER)
    with Ledger(tmp_path / "l.db") as ledger:
        asking = asker(scripted, ledger, tmp_path / "r.parquet")
        asked = asking.ask_json([prompt(text) for text in LADDER], SCHEMA)
    assert [item.id for item in asked] == [f"id-{text}" for text in LADDER]
    assert {item.id[3:]: (item.outcome, item.value) for item in asked} == OUTCOME
    books = asking.counts()
    assert {name: books[name] for name in OUTCOMES} == {
        "parsed": 1, "repaired": 1, "reasked": 2, "unparsed": 1, "refused": 2, "needs_model": 0,
        "too_long": 1,
    }  # fmt: skip
    assert sum(books[name] for name in OUTCOMES) == len(LADDER)
    assert asking.sent == len(scripted.asked) == 8 + 4


def test_the_one_re_ask_carries_the_bad_answer_and_the_schema(tmp_path: Path) -> None:
    scripted = Scripted({"never": LADDER["never"]})
    with Ledger(tmp_path / "l.db") as ledger:
        asker(scripted, ledger, tmp_path / "r.parquet").ask_json([prompt("never")], SCHEMA)
    first, second = scripted.asked
    assert second.attempt == 1
    assert second.messages[:2] == (*first.messages, Message("assistant", "no idea"))
    assert '"integer"' in second.messages[2].content


def test_what_prose_says_is_read_before_anything_is_asked_again(tmp_path: Path) -> None:
    def prose(text: str) -> Read | Unreadable:
        return Read({"n": 9}, repaired=True) if "nine" in text else Unreadable("no number in words")

    script = {
        "words": ["nine of ten"],
        "never": ["no idea", "still none"],
        "cut": [Reply("nine", "length", 1, 1), "nine"],
    }
    scripted = Scripted(script)
    with Ledger(tmp_path / "l.db") as ledger:
        asking = asker(scripted, ledger, tmp_path / "r.parquet")
        asked = asking.ask_json([prompt(text) for text in script], SCHEMA, prose=prose)
    assert [(item.outcome, item.value) for item in asked] == [
        ("repaired", {"n": 9}),
        ("unparsed", None),
        ("reasked", {"n": 9}),
    ]
    assert "no number in words" in asked[1].detail
    assert len(scripted.asked) == 3 + 2


def test_a_repeat_is_a_request_of_its_own_with_the_next_sampling_seed(tmp_path: Path) -> None:
    scripted = Scripted({"strict": ['{"n": 1}']})
    with Ledger(tmp_path / "l.db") as ledger:
        asking = asker(scripted, ledger, tmp_path / "r.parquet")
        asked = asking.ask_json([prompt("strict"), prompt("strict")._replace(repeat=2)], SCHEMA)
    assert sorted(request.sampling.seed for request in scripted.asked) == [0, 2]
    assert len({item.request_id for item in asked}) == len({request.key for request in scripted.asked}) == 2


def test_a_rerun_uses_the_same_answers_and_asks_for_nothing_but_what_cost_nothing(tmp_path: Path) -> None:
    prompts, responses = [prompt(text) for text in LADDER], tmp_path / "r.parquet"
    with Ledger(tmp_path / "l.db") as ledger:
        first = asker(Scripted(LADDER), ledger, responses)
        asked = first.ask_json(prompts, SCHEMA)
        first.write_responses()
    written = responses.read_bytes()
    assert len(read_responses(responses)) == 11
    with Ledger(tmp_path / "empty.db") as ledger:
        scripted = Scripted(LADDER)
        again = asker(scripted, ledger, responses)
        assert again.ask_json(prompts, SCHEMA) == asked
        assert again.counts() == first.counts()
        again.write_responses()
    assert [request.messages[0].content for request in scripted.asked] == ["long"]
    assert responses.read_bytes() == written


def test_the_projects_own_answers_win_over_the_machines(tmp_path: Path) -> None:
    responses = tmp_path / "r.parquet"
    with Ledger(tmp_path / "mine.db") as ledger:
        first = asker(Scripted({"a": ['{"n": 1}']}), ledger, responses)
        first.ask_json([prompt("a")], SCHEMA)
        first.write_responses()
    with Ledger(tmp_path / "theirs.db") as ledger:
        asker(Scripted({"a": ['{"n": 2}']}), ledger, tmp_path / "other").ask_json([prompt("a")], SCHEMA)
        [asked] = asker(Scripted({}), ledger, responses).ask_json([prompt("a")], SCHEMA)
    assert asked.value == {"n": 1}


def test_equal_prompts_are_asked_once(tmp_path: Path) -> None:
    scripted = Scripted({"a": ['{"n": 1}']})
    with Ledger(tmp_path / "l.db") as ledger:
        asked = asker(scripted, ledger, tmp_path / "r").ask_json([prompt("a"), prompt("a")], SCHEMA)
    assert len(scripted.asked) == 1
    assert [item.value for item in asked] == [{"n": 1}, {"n": 1}]


def test_nothing_to_ask_opens_no_backend(tmp_path: Path) -> None:
    def never() -> Scripted:
        raise AssertionError

    with Ledger(tmp_path / "l.db") as ledger:
        asking = Asker(teacher(), Payer("m", "", never, ledger, tmp_path / "r.parquet"))
        assert asking.ask_json([], SCHEMA) == []
        asking.write_responses()
    assert read_responses(tmp_path / "r.parquet") == {}


def test_answers_before_an_error_are_kept(tmp_path: Path) -> None:
    class Failing(Scripted):
        def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
            yield from super().ask(requests[:2])
            raise TeacherError("gone")

    script: dict[str, list[str | Reply | Failure]] = {name: ['{"n": 1}'] for name in "abc"}
    with Ledger(tmp_path / "l.db") as ledger:
        with pytest.raises(TeacherError, match="gone"):
            asker(Failing(script), ledger, tmp_path / "r").ask_json([prompt(n) for n in "abc"], SCHEMA)
        scripted = Scripted(script)
        asker(scripted, ledger, tmp_path / "r").ask_json([prompt(n) for n in "abc"], SCHEMA)
    assert [request.messages[0].content for request in scripted.asked] == ["c"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(sorted(LADDER)), unique=True), st.randoms())
def test_responses_are_a_function_of_the_answers_used(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], random: Random
) -> None:
    folder = tmp_path_factory.mktemp("r")
    written = set()
    for name in ("one", "two"):
        shuffled = random.sample(texts, len(texts))
        with Ledger(folder / f"{name}.db") as ledger:
            asking = asker(Scripted(LADDER), ledger, folder / f"{name}.parquet")
            asking.ask_json([prompt(text) for text in shuffled], SCHEMA)
            asking.write_responses()
        written.add((folder / f"{name}.parquet").read_bytes())
    assert len(written) == 1


def test_a_changed_response_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    with Ledger(tmp_path / "l.db") as ledger:
        asking = asker(Scripted(LADDER), ledger, path)
        asking.ask_json([prompt("strict")], SCHEMA)
        asking.write_responses()
    import polars as pl

    pl.read_parquet(path).with_columns(pl.lit("0" * 64).alias("key")).write_parquet(path)
    with pytest.raises(InputError, match=r"r\.parquet: the row of request 0+ was changed"):
        read_responses(path)
    pl.DataFrame({"key": ["a"]}).write_parquet(path)
    with pytest.raises(InputError, match="expected the columns"):
        read_responses(path)


def test_an_embedded_teacher_gets_the_material_and_is_never_remembered(
    tmp_path: Path, own_ledger: Path
) -> None:
    class Embedded(Scripted):
        n = 0

        def ask(self, requests: Sequence[Request]) -> Iterator[tuple[Request, Reply | Failure]]:
            for request in requests:
                assert request.messages == (Message("user", '{"fact": 1}'),)
                yield request, Reply(f'{{"n": {Embedded.n}}}', "stop", 0, 0)

    given_settings = teacher(backend="extractive")
    for n in (1, 2):
        Embedded.n = n
        with open_asker(
            given_settings, runtime(), tmp_path / "r", {"extractive": lambda: Embedded({})}
        ) as asking:
            [asked] = asking.ask_json([Prompt("i", (Message("user", "x"),), {"fact": 1})], SCHEMA)
            asking.write_responses()
        assert asked.value == {"n": n}
    assert len(read_responses(tmp_path / "r")) == 1
    assert not own_ledger.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"backend": "token_f1"},
            "token_f1 is not for this stage; expected one of extractive, openai, transf",
        ),
        ({"backend": "transformers", "model": "some/model"}, "must be pinned"),
    ],
)
def test_a_backend_of_another_stage_and_a_hub_model_without_a_revision_are_refused(
    changes: dict[str, str], told: str, tmp_path: Path
) -> None:
    offline = {"extractive": lambda: Scripted({})}
    with (
        pytest.raises(ParamsError, match=told),
        open_asker(teacher(**changes), runtime(), tmp_path / "r", offline),
    ):
        pass
