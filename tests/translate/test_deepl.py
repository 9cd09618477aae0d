"""DeepL's protocol against a server as strict as the real one."""

import json
import re
from itertools import product
from typing import Any

import pytest
from deepl_server import MAX_BYTES, MAX_TEXTS, Server
from hypothesis import given
from hypothesis import strategies as st
from model_settings import runtime

from domaintune.core.paying.connection import connect
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.stage.errors import TeacherError
from domaintune.science.text_structure import estimate_tokens
from domaintune.translate.deepl import DeeplServer, batched, request_for
from domaintune.translate.params import TranslationEndpoint

KEY = "0123-key:fx"


def endpoint(**changes: Any) -> TranslationEndpoint:
    values = {"protocol": "deepl", "server": "translator", "provider": "p", "model": ""}
    return TranslationEndpoint(**values | {"tag_handling": "xml"} | changes)


def request(text: str, to: str = "ko", tagged: bool = False, **changes: Any) -> Request:
    return request_for(text, {"ko": "en", "en": "ko"}[to], to, endpoint(**changes), tagged=tagged)


def ask(
    server: Server, requests: list[Request], key: str | None = None, max_tokens: int = 400, **changes: Any
) -> list[Reply | Failure]:
    servers = {"translator": {"base_url": server.base_url, "api_key_env": "MY_KEY" if key else None}}
    settings = runtime(servers=servers, **{"concurrency": 4, "max_retries": 2} | changes)
    opened = DeeplServer(connect("translator", settings, {"MY_KEY": key or ""}), max_tokens)
    answered = dict(opened.ask(requests))
    return [answered[one] for one in requests]


def test_the_protocol_s_own_fields_and_its_own_header_are_sent_and_nothing_of_another_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "my-organisation")
    requests = [request("Some text."), request("물", "en", model="quality_optimized")]
    with Server(key=KEY) as server:
        [reply, other] = ask(server, requests, KEY)
    assert isinstance(reply, Reply)
    assert isinstance(other, Reply)
    assert reply.finish == "stop"
    assert "." in reply.text
    assert sorted(server.bodies, key=lambda body: body["source_lang"]) == [
        {"source_lang": "EN", "target_lang": "KO", "text": ["Some text."]},
        {"model_type": "quality_optimized", "source_lang": "KO", "target_lang": "EN-US", "text": ["물"]},
    ]
    for headers in server.headers:
        assert headers["authorization"] == f"DeepL-Auth-Key {KEY}"
        assert "my-organisation" not in json.dumps(headers)


def test_a_key_in_the_ledger_is_of_text_languages_provider_and_model_and_of_no_server() -> None:
    ways = product("ab", ("ko", "en"), (True, False), "pq", ("", "m"))
    keys = {request(text, to, on, provider=who, model=model).key for text, to, on, who, model in ways}
    assert len(keys) == 32
    assert request("a", server="translator").key == request("a", server="another").key


@given(st.lists(st.text(min_size=1, max_size=300), max_size=200), st.integers(1, 500))
def test_texts_share_a_request_within_every_limit_and_none_is_lost(texts: list[str], most: int) -> None:
    requests = [request(text, to) for text in texts for to in ("ko", "en")]
    batches = batched(requests, most)
    assert sorted(one for batch in batches for one in batch) == sorted(requests)
    for batch in batches:
        assert len({one.messages[0] for one in batch}) == 1
        assert len(batch) <= MAX_TEXTS
        assert len(batch) == 1 or sum(estimate_tokens(one.messages[1].content) for one in batch) <= most


def test_no_request_is_larger_than_the_server_takes_and_a_text_that_is_by_itself_is_not_sent() -> None:
    texts = [f"{number} " + "물" * 10_000 for number in range(12)]
    with Server() as server:
        *replies, long = ask(server, [request(text) for text in [*texts, "물" * 50_000]], max_tokens=10**9)
        assert all(isinstance(reply, Reply) for reply in replies)
        assert isinstance(long, Failure)
        assert long.reason == "too_long"
        assert f"the endpoint takes {MAX_BYTES} a request" in long.detail
        assert server.requests == 3
        ask(server, [request(f"text {number}") for number in range(120)], max_tokens=10**9)
        assert server.requests == 6


@pytest.mark.parametrize("fault", ["429", "500", "529", "drop", "body", "few", "number", "slow"])
def test_passing_trouble_is_retried(fault: str) -> None:
    with Server(faults=f"{fault}=2") as server:
        replies = ask(server, [request("a"), request("b")], max_tokens=1)
        assert all(isinstance(reply, Reply) for reply in replies)
        assert fault == "slow" or server.by_fault[fault] > 0


@pytest.mark.parametrize(
    ("fault", "reason", "message", "requests"),
    [
        ("413", "refused_request", r"413: Payload too large", 1),
        ("400", "refused_request", r"400: Bad request", 1),
        ("429", "server_error", r"429: Too many requests, 2 times", 2),
        ("drop", "server_error", r"ServerDisconnectedError", 2),
        ("body", "server_error", r"expected 1 translations, got JSONDecodeError at .* 2 times", 2),
        ("list", "server_error", r"expected 1 translations, got TypeError", 2),
        ("few", "server_error", r"expected 1 translations, got 0 at", 2),
        ("number", "server_error", r"got a translation that is no text", 2),
        ("unnamed", "server_error", r"got KeyError", 2),
        ("silence", "timeout", r"no answer within 0.3 s, 2 times", 2),
    ],
)
def test_lasting_trouble_costs_the_text_with_its_reason(
    fault: str, reason: str, message: str, requests: int
) -> None:
    with Server(faults=f"{fault}=1") as server:
        [lost] = ask(server, [request("text")], max_retries=1, timeout_s=0.3)
    assert isinstance(lost, Failure)
    assert lost.reason == reason
    assert re.search(message, lost.detail)
    assert server.requests == requests


def test_a_quota_that_is_used_up_stops_the_run_and_texts_of_a_refused_request_are_sent_alone() -> None:
    for fault, message in (
        ("456", r"its quota is used up \(456: .*Quota.*raise the limit"),
        ("429later", "86400 s"),
    ):
        with Server(faults=f"{fault}=1") as server, pytest.raises(TeacherError, match=message) as caught:
            ask(server, [request("text")])
        assert f"server translator ({server.base_url})" in str(caught.value)
        assert server.requests == 1
    with Server(faults="400=1") as server:
        ask(server, [request(f"text {n}") for n in range(5)], max_tokens=10**9)
        assert server.requests == 1 + 5
    with Server(faults="400=4") as server:
        replies = ask(server, [request(f"text {n}") for n in range(195)], max_tokens=10**9, concurrency=1)
        refused = sum(isinstance(one, Failure) for one in replies)
        assert server.requests == 4 + 45
        assert refused == 45 // 4


def test_a_wrong_key_is_told_at_once_and_never_shown() -> None:
    with Server(key=KEY) as server, pytest.raises(TeacherError, match="refused the key in MY_KEY") as caught:
        ask(server, [request("text")], "wrong-key")
    assert server.requests == 1
    assert "wrong-key" not in str(caught.value)
    assert caught.value.__context__ is None
