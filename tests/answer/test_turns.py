"""Questions of several turns: each is asked with what the arm itself answered before."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from model_settings import decode, runtime, untrained
from records import blank

from domaintune.answer.arms import (
    Answered,
    How,
    Local,
    Prompted,
    answer_remotely,
    ask_in_turns,
    request_of,
)
from domaintune.answer.stage import account
from domaintune.core.models.foundation import open_foundation
from domaintune.core.models.loading import load_tokenizer
from domaintune.core.records.instruction import Instruction, Turn
from domaintune.core.records.question import Answer
from domaintune.core.rendering.rendering import Rendered, render_turns
from domaintune.core.sections.arms import Endpoint
from domaintune.core.sections.evaluation import Questions
from domaintune.curate.questions import to_own_question, to_turns

WANTED = Questions.model_validate({"n": 10, "from": "test", "context": "none"})
ENDPOINT = Endpoint(server="judge", provider="paper", model="reference")
ASKED = ("Name a valve for cold gas.", "Why that one?", "Say it in one word.")


def row(name: str, *turns: str) -> Instruction:
    said = [
        Turn(role=role, content=text) for text in turns for role, text in (("user", text), ("assistant", ""))
    ]
    own = {"instruction": turns[0]} if len(turns) == 1 else {"turns": said}
    return blank(Instruction, id=name, split="test", **own)


TALK = to_turns(row("talk", *ASKED), "bench")
SHORT = to_turns(row("short", *ASKED[:2]), "bench")
ALONE = to_own_question(row("alone", "Name a metal."), "bench")
ALL = [*TALK, *SHORT, ALONE]


def how(url: str = "") -> How:
    servers = {"judge": {"base_url": url, "api_key_env": None}} if url else {}
    return How(WANTED, decode(), runtime(servers=servers), seed=7)


def canned(answers: dict[str, str], seen: list[list[Prompted]]) -> Callable[[list[Prompted]], Answered]:
    def ask(prompts: list[Prompted]) -> Answered:
        seen.append(prompts)
        given = [one for one in prompts if one.id in answers]
        made = [blank(Answer, arm="a", question_id=one.id, text=answers[one.id]) for one in given]
        return Answered(made, {one.id: ("too_long", "no room") for one in prompts if one.id not in answers})

    return ask


def test_a_second_turn_is_sent_with_the_arms_own_first_answer(server: Any) -> None:
    found = ask_in_turns(ALL, WANTED, partial(answer_remotely, "a", ENDPOINT, how=how(server.base_url)))
    text = {one.question_id: one.text for one in found.answers}
    assert (set(text), found.lost) == ({one.id for one in ALL}, {})
    sent = [[(said["role"], said["content"]) for said in body["messages"]] for body in server.bodies]
    third = [
        ("user", ASKED[0]), ("assistant", text[TALK[0].id]), ("user", ASKED[1]), ("assistant", text[TALK[1].id]),
        ("user", ASKED[2]),
    ]  # fmt: skip
    assert all(third[:turns] in sent for turns in (1, 3, 5))
    assert server.requests == 4  # the two conversations begin alike, and nothing that is equal is sent twice


def test_a_turn_after_one_without_an_answer_is_lost_and_counted() -> None:
    seen: list[list[Prompted]] = []
    answers = {TALK[0].id: "A ball valve.", SHORT[0].id: "x", SHORT[1].id: "y"}
    found = ask_in_turns(ALL, WANTED, canned(answers, seen))
    assert [len(prompts) for prompts in seen] == [3, 2]
    assert {name: reason for name, (reason, _) in found.lost.items()} == {
        ALONE.id: "too_long", TALK[1].id: "too_long", TALK[2].id: "no_answer_before"
    }  # fmt: skip
    assert account("a", found, ALL, wanted=10).lost["rejected"] == {"no_answer_before": 1, "too_long": 2}
    asked = {one.id: one for prompts in seen for one in prompts}
    assert asked[TALK[1].id].then == ("A ball valve.", ASKED[1])


def test_a_local_arm_is_asked_as_conversations_are_trained_for_which_it_needs_a_chat_template(
    tiny_foundation: Path, tmp_path: Path
) -> None:
    local = Local("base", tiny_foundation, untrained(tmp_path, template="chat"), how())
    found = ask_in_turns(ALL, WANTED, local.answer)
    assert {one.question_id for one in found.answers} == {one.id for one in ALL}
    text = {one.question_id: one.text for one in found.answers}
    tokenizer = load_tokenizer(open_foundation(tiny_foundation))
    said = [ASKED[0], text[TALK[0].id], ASKED[1], "So."]
    turns = [{"role": ("user", "assistant")[at % 2], "content": one} for at, one in enumerate(said)]
    trained: Any = render_turns(tokenizer, "", turns)
    asked = local.rendered(Prompted(TALK[1].id, "", said[0], tuple(said[1:3])))
    assert isinstance(asked, Rendered)
    assert trained.input_ids[: len(asked.input_ids)] == asked.input_ids
    assert tokenizer.decode(asked.input_ids).count(ASKED[0]) == 1

    # with the Alpaca prompt an arm loses later turns
    alone = Local("base", tiny_foundation, untrained(tmp_path), how())
    found = ask_in_turns(SHORT, WANTED, alone.answer)
    assert [one.question_id for one in found.answers] == [SHORT[0].id]
    reason = "the Alpaca prompt has one question; set mix.template: chat"
    assert found.lost == {SHORT[1].id: ("conversation", reason)}


def test_the_request_of_a_single_question_is_what_it_was_before_there_were_turns() -> None:
    asked = Prompted("q", "Sum it up.", "A pump moves water."), Prompted("q", "", "Name a metal.")
    assert [request_of(one, ENDPOINT, decode(), 7).key for one in asked] == [
        "f472636b898910600ae40f01b6d4673381c21bb8df46e36ee5bd2a4509786604",
        "179741c83f889a30a76f431663a14b39314480e9de8d5ec47f4477f12fc4a8d0",
    ]
