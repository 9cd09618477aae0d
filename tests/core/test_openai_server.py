"""The openai backend against a server that does what servers do."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import runtime
from openai_server import Server
from records import request

from domaintune.core.paying.connection import connect
from domaintune.core.paying.openai_server import OpenaiServer, read_reply
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.paying.verdicts import Again
from domaintune.core.sections.models import Runtime
from domaintune.core.stage import progress
from domaintune.core.stage.errors import ParamsError, TeacherError

KEY = "sk-0123456789"


def at(base_url: str, key: str | None = None, **changes: Any) -> Runtime:
    servers = {"teacher": {"base_url": base_url, "api_key_env": key}}
    return runtime(servers=servers, **{"concurrency": 4, "max_retries": 2} | changes)


def ask(server: Server, number: int = 1, **changes: Any) -> list[Reply | Failure]:
    backend = OpenaiServer(connect("teacher", at(server.base_url, **changes), {}))
    answered = dict(backend.ask([request(f"text {n}") for n in range(number)]))
    return [answered[request(f"text {n}")] for n in range(number)]


def test_everything_in_the_key_is_sent_and_nothing_else() -> None:
    with Server() as server:
        backend = OpenaiServer(connect("teacher", at(server.base_url), {}))
        [(_, reply)] = backend.ask([request("Some text to ask about", schema='{"type": "integer"}')])
    assert isinstance(reply, Reply)
    assert reply.finish == "stop"
    assert reply.text in "12345"
    assert (reply.prompt_tokens, reply.completion_tokens) == (5, 1)
    schema = {"name": "answer", "strict": True, "schema": {"type": "integer"}}
    (body,) = server.bodies
    assert body.pop("response_format") == {"type": "json_schema", "json_schema": schema}
    assert body.pop("messages") == [{"role": "user", "content": "Some text to ask about"}]
    assert body == {"model": "m", "temperature": 0.0, "top_p": 1.0, "max_tokens": 10, "seed": 0}


def test_money_is_counted_where_the_server_has_both_prices_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server() as server:
        both = {"price_in": 2.0, "price_out": 30.0}
        for prices, per_token in ((both, (2e-6, 3e-5)), ({"price_in": 2.0}, (0, 0))):
            monkeypatch.setattr(progress, "SPENT", spent := dict[str, float]())
            named = runtime(servers={"teacher": {"base_url": server.base_url, "api_key_env": None, **prices}})
            asked = [request(f"text {n}", schema='{"type": "integer"}') for n in range(4)]
            replies = [reply for _, reply in OpenaiServer(connect("teacher", named, {})).ask(asked)]
            tokens = [one[2:4] for one in replies if isinstance(one, Reply)]
            assert len(tokens) == 4
            money = sum(read * per_token[0] + written * per_token[1] for read, written in tokens)
            assert spent.get("money", 0) == pytest.approx(money)


def test_no_more_requests_are_in_flight_than_allowed_and_answers_come_out_while_others_wait() -> None:
    with Server(delay_s=0.02) as server:
        assert len(ask(server, 40, concurrency=5)) == 40
        assert server.max_in_flight == 5
    with Server(delay_s=0.05) as server:
        backend = OpenaiServer(connect("teacher", at(server.base_url, concurrency=2), {}))
        answers = backend.ask([request(str(n)) for n in range(20)])
        next(answers)
        assert server.requests < 10
        answers.close()
        assert server.requests < 10


@pytest.mark.parametrize(
    "fault", ["429", "500", "503", "drop", "reset", "body", "html", "empty", "null", "slow"]
)
def test_passing_trouble_is_retried(fault: str) -> None:
    with Server(faults=f"{fault}=2") as server:
        assert all(isinstance(reply, Reply) for reply in ask(server, 3))
        assert server.by_fault[fault] > 0


def test_retry_after_is_honoured_by_all_requests_to_that_address() -> None:
    with Server(faults="429=2") as server:
        ask(server)
        began = time.monotonic()
        ask(server)  # the second request is told to wait 0.2 s
        assert time.monotonic() - began > 0.2


def test_a_schema_is_sent_in_the_form_that_the_server_takes_and_its_key_stays_the_same() -> None:
    for fault, form in (("no_schema", "json_object"), ("no_format", None)):
        with Server(faults=f"{fault}=1") as server:
            backend = OpenaiServer(connect("teacher", at(server.base_url), {}))
            asked = [request(f"text {n}", schema='{"type": "object", "properties": {}}') for n in range(9)]
            assert all(isinstance(reply, Reply) for _, reply in backend.ask(asked))
            assert all(isinstance(reply, Reply) for _, reply in backend.ask([asked[0]._replace(attempt=1)]))
            last = server.bodies[-1].get("response_format")
            assert last == (form and {"type": form, "schema": {"type": "object", "properties": {}}})
            assert server.requests < 9 + 1 + 2 * 4 + 1  # once known, the form is not tried again


def test_a_reply_records_who_answered_where_it_is_another_than_was_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Server(faults="other=1") as server:
        assert {reply.model for reply in ask(server, 3) if isinstance(reply, Reply)} == {"a-cheaper-one"}
    assert capsys.readouterr().err.count("a-cheaper-one answers") == 1
    with Server() as server:
        assert {reply.model for reply in ask(server, 3) if isinstance(reply, Reply)} == {""}


def test_of_several_addresses_each_gets_its_share_and_one_that_dies_loses_nothing() -> None:
    with Server(delay_s=0.02) as one, Server(delay_s=0.02) as other:
        servers = {"teacher": {"base_url": [one.base_url, other.base_url], "api_key_env": None}}
        backend = OpenaiServer(connect("teacher", runtime(servers=servers, concurrency=4, max_retries=3), {}))
        answers = backend.ask([request(f"text {n}") for n in range(80)])
        first = [next(answers) for _ in range(20)]
        assert min(one.requests, other.requests) > 5
        other.shutdown()
        other.server_close()
        other.closing.set()
        replies = [reply for _, reply in [*first, *answers]]
        assert len(replies) == 80
        assert all(isinstance(reply, Reply) for reply in replies)


def test_no_more_is_sent_than_the_account_s_limits_allow() -> None:
    for limit in (
        {"requests_per_minute": 1200.0},
        {"tokens_per_minute": 1200.0 * 12},
    ):  # 2 tokens read, 10 written
        with Server() as server:
            servers = {"teacher": {"base_url": server.base_url, "api_key_env": None, **limit}}
            backend = OpenaiServer(connect("teacher", runtime(servers=servers, concurrency=64), {}))
            began = time.monotonic()
            assert len(list(backend.ask([request(f"t {n}") for n in range(40)]))) == 40
            took = time.monotonic() - began
            assert took > (40 - 20) / 20 * (
                "requests_per_minute" in limit
            )  # the first second's worth is there at once


def test_a_wrong_key_is_told_at_once_and_never_shown() -> None:
    with Server(key=KEY) as server:
        backend = OpenaiServer(connect("teacher", at(server.base_url, "MY_KEY"), {"MY_KEY": "wrong-key-123"}))
        with pytest.raises(TeacherError, match="refused the key in MY_KEY") as caught:
            list(backend.ask([request()]))
        assert server.requests == 1
    shown = [str(caught.value), repr(backend), repr(caught.value.__cause__)]
    assert not [text for text in shown if "wrong-key-123" in text]
    assert caught.value.__context__ is None


@pytest.mark.parametrize("key", ["", "  \n", "sk-a b", "sk-a\nb", "sk-é"])
def test_a_key_that_cannot_be_one_is_told_before_anything_is_sent_and_so_is_an_unknown_server(
    key: str,
) -> None:
    with Server() as server:
        with pytest.raises(TeacherError, match=r"MY_KEY .*Nothing was sent") as caught:
            OpenaiServer(connect("teacher", at(server.base_url, "MY_KEY"), {"MY_KEY": key}))
        assert server.requests == 0
    assert not key.strip() or key not in str(caught.value)

    with pytest.raises(ParamsError, match=r"runtime\.servers\.judge: no such entry; known here: teacher"):
        OpenaiServer(connect("judge", at("http://127.0.0.1:9/v1"), {}))


def test_a_refusal_is_an_answer_that_was_paid_for_and_a_text_too_long_no_reason_to_stop() -> None:
    for fault, told in (("refusal", "refused"), ("filter", "refused"), ("too_long", "too_long")):
        with Server(faults=f"{fault}=1") as server:
            [reply] = ask(server)
            assert server.requests == 1
        assert (reply.reason if isinstance(reply, Failure) else reply.finish) == told


def test_what_is_in_flight_when_an_error_comes_is_not_thrown_away() -> None:
    with Server(faults="404=3", delay_s=0.05) as server:
        backend = OpenaiServer(connect("teacher", at(server.base_url, concurrency=3), {}))
        arrived: list[Request] = []
        with pytest.raises(TeacherError, match="404"):
            arrived.extend(asked for asked, _ in backend.ask([request(str(n)) for n in range(30)]))
        assert server.requests <= 5
        assert len(arrived) == sum(server.answered.values()) >= 2


@given(st.binary() | st.builds(lambda text: f'{{"choices": [{text}]}}'.encode(), st.text()))
def test_no_body_breaks_the_reader(content: bytes) -> None:
    assert isinstance(read_reply(content), Reply | Again)
