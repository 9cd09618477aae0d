"""The openai backend against a server that does what servers do."""

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
            tokens = [one[-2:] for one in replies if isinstance(one, Reply)]
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


@pytest.mark.parametrize("fault", ["429", "500", "drop", "body", "html", "empty", "null", "slow"])
def test_passing_trouble_is_retried(fault: str) -> None:
    with Server(faults=f"{fault}=2") as server:
        assert all(isinstance(reply, Reply) for reply in ask(server, 3))
        assert server.by_fault[fault] > 0


def test_retry_after_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("anyio.sleep", noted)  # what the client waits with
    with Server(faults="429=2") as server:
        ask(server)
        ask(server)  # the second request is told to wait 0.2 s; the client's own wait would be longer
    assert waits == [0.2]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("429", r"keeps failing \(429"),
        ("429later", r"keeps failing \(429"),
        ("500", r"keeps failing \(500"),
        ("400", r"json_schema: false"),
        ("422", r"refused the request: .*unexpected field"),
        ("404", r"does not know this model"),
        ("drop", r"cannot be reached"),
        ("body", r"expected a chat completion, got JSONDecodeError at .* 2 times"),
        ("empty", r"expected a chat completion, got IndexError"),
        ("null", r"expected a chat completion, got no text"),
        ("silence", r"no answer within 0.3 s, 2 times"),
    ],
)
def test_lasting_trouble_is_one_message_that_names_the_server(fault: str, message: str) -> None:
    with Server(faults=f"{fault}=1") as server, pytest.raises(TeacherError, match=message) as caught:
        ask(server, max_retries=1, timeout_s=0.3)
    assert f"server teacher ({server.base_url})" in str(caught.value)


def test_a_wrong_key_is_told_at_once_and_never_shown() -> None:
    with Server(key=KEY) as server:
        backend = OpenaiServer(connect("teacher", at(server.base_url, "MY_KEY"), {"MY_KEY": "wrong-key-123"}))
        with pytest.raises(TeacherError, match="refused the key in MY_KEY") as caught:
            list(backend.ask([request()]))
        assert server.requests == 1
    shown = [str(caught.value), repr(backend), repr(caught.value.__cause__)]
    assert not [text for text in shown if "wrong-key-123" in text]
    assert caught.value.__suppress_context__


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
    assert isinstance(read_reply(content), Reply | str)
