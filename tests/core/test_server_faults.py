"""docs/server-faults.md, row by row: what one request that meets a fault costs the others, and what a sick server does."""

import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from model_settings import runtime
from openai_server import Server
from records import request

from domaintune.core.paying.connection import Connection, connect
from domaintune.core.paying.flight import IN_A_ROW
from domaintune.core.paying.openai_server import OpenaiServer
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.stage.errors import TeacherError

TABLE = Path(__file__).parents[2] / "docs/server-faults.md"
KEY = "sk-0123456789"
RETRIED = 3
"""Attempts where `max_retries` is 2."""
LOST: dict[str, tuple[str, str, str, int]] = {
    # kind in the table → fault of the test server, reason, words of the message, attempts
    "400": ("400", "refused_request", "400: response_format is not supported", 1),
    "400, too long": ("too_long", "too_long", "maximum context length", 1),
    "413": ("413", "refused_request", "413: <html>Request Entity", 1),
    "422": ("422", "refused_request", "422: unexpected field", 1),
    "500": ("500", "server_error", "500: internal, 3 times", RETRIED),
    "hang": ("silence", "timeout", "no answer within 0.4 s, 3 times", RETRIED),
    "trickle": ("trickle", "timeout", "no answer within 0.4 s, 3 times", RETRIED),
    "connection dropped": ("drop", "server_error", "ServerDisconnectedError", RETRIED),
    "reset mid-body": ("reset", "server_error", "ClientPayloadError", RETRIED),
    "HTML": ("html", "server_error", "expected a chat completion, got JSONDecodeError at '<html>", RETRIED),
    "empty": ("empty", "server_error", "got IndexError", RETRIED),
    "nested": ("nested", "server_error", "expected a chat completion, got", RETRIED),
    "huge": ("huge", "too_large", "longer than 8,388,608 bytes", 1),
    "null": ("null", "no_text", "expected a chat completion with a text, got none", RETRIED),
    "tool call": ("tool", "no_text", "expected a chat completion with a text, got none", RETRIED),
}
STOPS = {
    "401": ("unauthorised", "refused the key in MY_KEY (401"),
    "403": ("403", "refused the key in MY_KEY (403: not for this key"),
    "404": ("404", "does not know this model or address (404: no such model"),
    "429, quota spent": ("429spent", "gives no more answers for now (429: You exceeded your quota"),
    "429, wait of hours": ("429later", "come back in 86400 s"),
    "redirect": (
        "redirect",
        "redirects to http://127.0.0.1:9/v1/chat/completions (307), where nothing was sent",
    ),
}
TAKEN = {
    "refusal": ("refusal", ("I would rather not.", "refused")),
    "echo of the key": ("echo", None),
    "tokens beyond count": ("enormous", None),
    "tokens infinite": ("infinite", None),
}


def at(base_url: str, **changes: Any) -> Connection:
    servers = {"teacher": {"base_url": base_url, "api_key_env": "MY_KEY"}}
    settings = {"concurrency": 4, "max_retries": 2, "timeout_s": 0.4} | changes
    return connect("teacher", runtime(servers=servers, **settings), {"MY_KEY": KEY})


def bad_and_good(server: Server, fault: str, number: int = 40) -> tuple[Request, list[Request]]:
    """Return a request that meets the server's fault whenever it is sent, and others that never do."""
    name = f"{fault}~{number}"
    server.faults = Server(faults=name).faults
    every = [request(f"text {n}") for n in range(400)]
    met = [one for one in every if server.fault_for(0, digest(one))]
    return met[0], [one for one in every if one not in met][:number]


def digest(one: Request) -> str:
    import hashlib
    import json

    sent = [message._asdict() for message in one.messages]
    return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize("kind", LOST)
def test_one_request_that_always_meets_it_is_lost_with_its_reason_and_all_others_are_answered(
    kind: str,
) -> None:
    fault, reason, words, attempts = LOST[kind]
    with Server() as server:
        bad, good = bad_and_good(server, fault)
        found = dict(OpenaiServer(at(server.base_url)).ask([bad, *good]))
        assert server.by_fault[fault] == attempts
    lost = found.pop(bad)
    assert isinstance(lost, Failure)
    assert lost.reason == reason
    assert words in lost.detail
    assert list(map(type, found.values())) == [Reply] * len(good)


@pytest.mark.parametrize("kind", STOPS)
def test_what_every_request_would_meet_stops_the_run_at_once_and_keeps_what_is_in_flight(kind: str) -> None:
    fault, words = STOPS[kind]
    with Server(key="sk-another" if fault == "unauthorised" else None, delay_s=0.05) as server:
        if fault != "unauthorised":
            server.faults = Server(faults=f"{fault}=3").faults
        arrived: list[Any] = []
        with pytest.raises(TeacherError) as caught:
            arrived.extend(
                OpenaiServer(at(server.base_url, concurrency=3)).ask([request(str(n)) for n in range(30)])
            )
        assert words in str(caught.value)
        assert f"server teacher ({server.base_url})" in str(caught.value)
        assert KEY not in str(caught.value)
        assert server.requests <= 6
        assert len(arrived) == sum(server.answered.values())


@pytest.mark.parametrize("kind", TAKEN)
def test_an_answer_stays_an_answer_whatever_it_says_beside_its_text(kind: str) -> None:
    fault, wanted = TAKEN[kind]
    with Server(faults=f"{fault}=1") as server:
        [(_, reply)] = OpenaiServer(at(server.base_url)).ask([request("text")])
    assert isinstance(reply, Reply)
    assert wanted is None or reply[:2] == wanted
    assert KEY not in reply.to_json()
    assert ("***" in reply.text) == (fault == "echo")
    assert 0 <= reply.prompt_tokens < 2**31


def test_many_lost_in_a_row_stop_the_run_and_none_before_is_thrown_away() -> None:
    for fault, words in (("500", "500: internal"), ("400", "response_format is not supported")):
        with Server(faults=f"{fault}=1") as server:
            backend = OpenaiServer(at(server.base_url, max_retries=0))
            arrived: list[Any] = []
            with pytest.raises(
                TeacherError, match=f"{IN_A_ROW} requests in a row failed, the last one: .*{words}"
            ):
                arrived.extend(backend.ask([request(str(n)) for n in range(1000)]))
            assert len(arrived) == server.requests <= IN_A_ROW + 4


def test_a_server_that_refuses_connections_stops_the_run_after_its_retries() -> None:
    with Server() as server:
        base_url = server.base_url
    with pytest.raises(TeacherError, match=r"cannot be reached \(.*Start the server"):
        list(OpenaiServer(at(base_url, max_retries=1)).ask([request(str(n)) for n in range(9)]))


def test_a_certificate_that_nobody_vouches_for_is_told_as_such(tmp_path: Path) -> None:
    made = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    )
    files = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem"))
    subprocess.run([*made, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with Server() as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        with pytest.raises(TeacherError, match=r"cannot be trusted \(.*certificate verify failed"):
            list(OpenaiServer(at(server.base_url.replace("http:", "https:"))).ask([request("text")]))
        assert server.requests == 0
    with Server() as server, pytest.raises(TeacherError, match=r"cannot be trusted .*http:// in base_url"):
        list(OpenaiServer(at(server.base_url.replace("http:", "https:"))).ask([request("text")]))


def test_ctrl_c_keeps_what_is_in_flight_and_sends_nothing_new() -> None:
    code = """
import os, signal, sys, threading
sys.path.insert(0, {tests!r})
from model_settings import runtime
from records import request
from domaintune.core.paying.connection import connect
from domaintune.core.paying.openai_server import OpenaiServer
servers = {{"teacher": {{"base_url": {url!r}, "api_key_env": None}}}}
backend = OpenaiServer(connect("teacher", runtime(servers=servers, concurrency=4, timeout_s=9.0), {{}}))
arrived = 0
try:
    for _ in backend.ask([request(str(n)) for n in range(100)]):
        arrived += 1
        if arrived == 1:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
except KeyboardInterrupt:
    print(arrived)
"""
    with Server(delay_s=0.3) as server:
        script = code.format(tests=str(Path(__file__).parents[1] / "servers"), url=server.base_url)
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
        )
        assert int(done.stdout) == server.requests == sum(server.answered.values()) == 8
    assert "requests in flight are awaited" in done.stderr


def test_the_table_has_a_row_for_each_of_these_and_for_no_other() -> None:
    rows = [
        line.split("|")[1].strip()
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line[:2] == "| "
    ]
    others = ["429 or 503, for a while", "refused connection", "TLS", "25 in a row"]
    assert sorted(rows[1:]) == sorted([*LOST, *STOPS, *TAKEN, *others])
