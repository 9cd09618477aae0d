"""The ladder, and what is paid for, with a teacher whose every answer is written down here."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from model_settings import runtime
from records import teacher

from domaintune.core.paying.ledger import Ledger
from domaintune.core.paying.paying import Payer, read_responses
from domaintune.core.paying.protocol import Failure, Message, Reply, Request
from domaintune.core.stage.errors import ParamsError
from domaintune.core.teacher.asking import OUTCOMES, Asked, Asker, Prompt
from domaintune.core.teacher.opening import open_asker

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


def ask(
    scripted: Scripted, folder: Path, *prompts: Prompt, ledger: str = "l.db", **settings: int
) -> tuple[list[Asked], Asker]:
    """Ask in a folder that keeps the ledger and the responses."""
    with Ledger(folder / ledger) as opened:
        payer = Payer("m", "", lambda: scripted, opened, folder / "r.parquet")
        asker = Asker(teacher(**settings), payer)
        asked = asker.ask_json(prompts, SCHEMA)
        payer.write_responses()
    return asked, asker


REFUSED = Reply("I will not", "refused", 1, 1)
RUNGS: dict[str, tuple[list[str | Reply | Failure], str, object]] = {
    "strict": (['{"n": 1}'], "parsed", {"n": 1}),
    "fenced": (['```\n{"n": 2}\n```'], "repaired", {"n": 2}),
    "second": (["no idea", '{"n": 3}'], "reasked", {"n": 3}),
    "never": (["no idea", "still none"], "unparsed", None),
    "refused": ([REFUSED], "refused", None),
    "refused later": (["no idea", REFUSED], "refused", None),
    "long": ([Failure("too_long", "10 tokens")], "too_long", None),
    "cut": ([Reply('{"n": 4', "length", 1, 1), '{"n": 5}'], "reasked", {"n": 5}),
}
"""What the teacher answers, one attempt after the other, and what comes of it."""
LADDER = {name: rung[0] for name, rung in RUNGS.items()}


def test_each_rung_is_climbed_and_counted_and_a_re_ask_carries_the_bad_answer_and_the_schema(
    tmp_path: Path,
) -> None:
    scripted = Scripted(LADDER)
    asked, asker = ask(scripted, tmp_path, *map(prompt, LADDER))
    assert [item.id for item in asked] == [f"id-{text}" for text in LADDER]
    assert [(item.outcome, item.value) for item in asked] == [rung[1:] for rung in RUNGS.values()]
    counts, outcomes = asker.counts(), [rung[1] for rung in RUNGS.values()]
    assert {name: counts[name] for name in OUTCOMES} == {name: outcomes.count(name) for name in OUTCOMES}
    assert len(scripted.asked) == 8 + 4
    first, second = (one for one in scripted.asked if one.messages[0].content == "never")
    assert second.attempt == 1
    assert second.messages[:2] == (*first.messages, Message("assistant", "no idea"))
    assert '"integer"' in second.messages[2].content


def test_what_stays_garbage_is_asked_for_anew_so_often_and_never_again(tmp_path: Path) -> None:
    script: dict[str, list[str | Reply | Failure]] = {
        "healed": ["no idea", "none", "garbage", '{"n": 6}', '{"n": 7}'],
        "never": ["no idea"] * 5,
        "busy": ["no idea", "none", Failure("timeout", "60 s")],
        "refused": [REFUSED],
        "good": ['{"n": 1}'],
    }
    sent: list[list[tuple[str, int, int]]] = []
    for allowed in (0, 1, 3, 3):
        scripted = Scripted(script)
        asked, asker = ask(scripted, tmp_path, *map(prompt, script), reask_garbage=allowed)
        found = ((r.messages[0].content, r.attempt, r.sampling.seed) for r in scripted.asked if r.attempt > 1)
        sent.append(sorted(found))
        outcomes = [one.outcome for one in asked]
        busy = "timeout" if allowed else "unparsed"
        assert outcomes == ["reasked" if allowed == 3 else "unparsed", "unparsed", busy, "refused", "parsed"]
    assert sent[0] == []
    assert sent[1] == [("busy", 2, 2), ("healed", 2, 2), ("never", 2, 2)]
    assert sent[2] == [("busy", 2, 2), ("healed", 3, 3), ("never", 3, 3), ("never", 4, 4)]
    assert sent[3] == [("busy", 2, 2)]
    assert (asked[0].value, asked[0].detail[:13]) == ({"n": 6}, "no valid JSON")
    assert asker.counts()["reasked"] == 1


def test_equal_prompts_are_one_request_and_a_repeat_one_of_its_own_with_the_next_seed(tmp_path: Path) -> None:
    scripted, again = Scripted(LADDER), prompt("strict")._replace(repeat=2)
    asked, _ = ask(scripted, tmp_path, prompt("strict"), prompt("strict"), again)
    assert [item.value for item in asked] == [{"n": 1}] * 3
    assert sorted(request.sampling.seed for request in scripted.asked) == [0, 2]
    assert len({item.request_id for item in asked}) == len({request.key for request in scripted.asked}) == 2


def test_a_rerun_in_any_order_uses_the_same_answers_and_asks_for_nothing_but_what_cost_nothing(
    tmp_path: Path,
) -> None:
    prompts, responses, scripted = [*map(prompt, LADDER)], tmp_path / "r.parquet", Scripted(LADDER)
    first, asker = ask(Scripted(LADDER), tmp_path, *prompts)
    written = responses.read_bytes()
    assert len(read_responses(responses)) == 11
    second, again = ask(scripted, tmp_path, *prompts[::-1], ledger="empty.db")
    assert (second[::-1], again.counts()) == (first, asker.counts())
    assert [request.messages[0].content for request in scripted.asked] == ["long"]
    assert responses.read_bytes() == written


def test_the_projects_own_answers_win_over_the_machines(tmp_path: Path) -> None:
    ask(Scripted({"a": ['{"n": 1}']}), tmp_path, prompt("a"), ledger="mine.db")
    (tmp_path / "other").mkdir()
    ask(Scripted({"a": ['{"n": 2}']}), tmp_path / "other", prompt("a"), ledger="../theirs.db")
    [asked], _ = ask(Scripted({}), tmp_path, prompt("a"), ledger="theirs.db")
    assert asked.value == {"n": 1}


def test_an_embedded_teacher_gets_the_material_and_is_never_remembered(
    tmp_path: Path, own_ledger: Path
) -> None:
    for n in (1, 2):
        offline = {"extractive": lambda n=n: Scripted({'{"fact": 1}': [f'{{"n": {n}}}']})}
        with open_asker(teacher(backend="extractive"), runtime(), tmp_path / "r", offline) as asking:
            [asked] = asking.ask_json([Prompt("i", (Message("user", "x"),), {"fact": 1})], SCHEMA)
        assert asked.value == {"n": n}
    assert len(read_responses(tmp_path / "r")) == 1
    assert not own_ledger.exists()


def test_a_hub_model_without_a_revision_is_refused(tmp_path: Path) -> None:
    unpinned = teacher(backend="transformers", model="some/model")
    with pytest.raises(ParamsError, match="must be pinned"), open_asker(unpinned, runtime(), tmp_path, {}):
        pass
