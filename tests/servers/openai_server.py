"""A small OpenAI-compatible server on loopback that answers properly, and misbehaves on request.

    python tests/servers/openai_server.py --port 0 --faults 429=5,500=7,malformed~11

prints its base URL as the first line. `name=N`: every Nth request to arrive gets the fault. `name~N`: every
request whose messages hash to a multiple of N gets it, whenever it arrives, so that a rerun meets the same
faults. Answers are a function of the messages and the schema, never of time or order. GET /count tells what
happened so far.
"""

import hashlib
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import grader
import rule_judge
import translator
import typer

TEXT = {"type": "string"}
PAIR = {"type": "object", "properties": {"question": TEXT, "answer": TEXT}}
PAIRS = {"type": "object", "properties": {"pairs": {"type": "array", "items": PAIR}}}


class Fault(NamedTuple):
    name: str
    every: int
    by_content: bool


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def parse_faults(text: str, by_number: Collection[str], by_content: Collection[str]) -> list[Fault]:
    faults = []
    for part in filter(None, text.split(",")):
        name, sign, every = re.split("([=~])", part)
        assert name in (by_number if sign == "=" else by_content), f"{part}: no such fault"
        faults.append(Fault(name, int(every), sign == "~"))
    return faults


class Server(ThreadingHTTPServer):
    """Use it as a context manager in tests: `with Server(faults="429=3") as server: server.base_url`."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int = 0, faults: str = "", delay_s: float = 0.0, key: str | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.faults, self.delay_s, self.key = parse_faults(faults, FAULT_NAMES, FAULT_NAMES), delay_s, key
        self.lock = threading.Lock()
        self.requests = self.in_flight = self.max_in_flight = 0
        self.answered: Counter[str] = Counter()
        """How often each set of messages was answered properly: by digest and sampling seed."""
        self.by_fault: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        """How often each set of messages met a fault by number."""
        self.prompts: list[list[dict[str, str]]] = []
        self.bodies: list[dict[str, Any]] = []
        self.closing = threading.Event()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def __enter__(self) -> "Server":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def counts(self) -> dict[str, Any]:
        twice = sum(n - 1 for n in self.answered.values())
        return {"requests": self.requests, "answered_twice": twice, "by_fault": dict(self.by_fault)}

    def fault_for(self, number: int, digest: str) -> str | None:
        for fault in self.faults:
            if (int(digest[:12], 16) if fault.by_content else number) % fault.every == 0:
                self.struck[digest] += not fault.by_content
                # A retry in step with eight other requests would be each time the ninth, and never be served.
                if fault.by_content or fault.every == 1 or self.struck[digest] <= 3:
                    return fault.name
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            """The client was killed; that is what some tests are about."""

    def do_GET(self) -> None:
        self._send(Answer(200, json.dumps(self.server.counts()).encode()))

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        if len(raw) < size:
            return  # the client was killed before it had sent all
        server = self.server
        with server.lock:
            server.requests += 1
            number = server.requests
            server.in_flight += 1
            server.max_in_flight = max(server.max_in_flight, server.in_flight)
        try:
            self._reply(number, raw, self.headers.get("Authorization") or "")
        finally:
            with server.lock:
                server.in_flight -= 1

    def _reply(self, number: int, raw: bytes, given: str) -> None:
        if not self.path.endswith("/chat/completions"):
            self._send(Answer(404, _error("no such path", "not_found")))
            return
        server, body, given = self.server, json.loads(raw), given.removeprefix("Bearer ")
        digest = hashlib.sha256(json.dumps(body["messages"], sort_keys=True).encode()).hexdigest()
        with server.lock:
            server.prompts.append(body["messages"])
            server.bodies.append(body)
        fault = "unauthorised" if server.key not in (None, given) else server.fault_for(number, digest)
        server.closing.wait(server.delay_s)
        with server.lock:
            if fault is None:
                server.answered[f"{digest} {body.get('seed')}"] += 1
            else:
                server.by_fault[fault] += 1
        if fault == "unauthorised":
            self._send(Answer(401, _error(f"Incorrect API key provided: {given}", "invalid_api_key")))
        elif fault == "echo":
            self._send(completion(f"{_content(body)} {given}", body))
        else:
            self._send(answer_with(fault, body), fault)

    def _send(self, answer: Answer, fault: str | None = None) -> None:
        """Write head and body at once: two writes would wait for the client's delayed ACK."""
        if fault == "silence":
            self.server.closing.wait(600)
            return
        if fault == "drop":
            self.close_connection = True
            return
        if fault == "trickle":  # a byte now and then, each long before any limit between two of them
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
            while not self.server.closing.wait(0.05):
                self.wfile.write(b" ")
            return
        self.server.closing.wait(0.5 if fault == "slow" else 0.0)
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(answer.body)),
            **dict(answer.headers),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        reason = self.responses.get(answer.status, ("",))[0]
        sent = answer.body[: len(answer.body) // 2] if fault == "reset" else answer.body
        self.wfile.write(f"HTTP/1.1 {answer.status} {reason}\r\n{head}\r\n".encode() + sent)
        self.close_connection = fault == "reset"


def proper(body: dict[str, Any]) -> Answer:
    messages, schema = body["messages"], _schema(body)
    if "texts" in json.dumps(schema):
        value: Any = translator.translated(messages)
    elif rule_judge.asks_for_a_verdict(messages):
        value = rule_judge.judged(messages, schema)
    elif grader.asks_for_grades(messages):
        value = grader.graded(messages, body.get("seed", 0))
    else:
        # Re-asks carry the first user message too, and thus get the same answer.
        value = value_for(schema, next(m["content"] for m in messages if m["role"] == "user"), "answer")
    return completion(json.dumps(value, ensure_ascii=False), body)


def completion(
    content: str | None, body: dict[str, Any], finish: str = "stop", usage: str = "", **message: Any
) -> Answer:
    asked, said = sum(len(m["content"].split()) for m in body["messages"]), len((content or "").split())
    message = {"role": "assistant", "content": content, **message}
    value = {
        "model": body.get("model"),
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said},
    }
    told = json.dumps(value)
    return Answer(200, (re.sub(r'("\w+_tokens": )\d+', rf"\g<1>{usage}", told) if usage else told).encode())


def _error(message: str, code: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "error", "code": code, "param": None}}).encode()


def _content(body: dict[str, Any]) -> str:
    return str(json.loads(proper(body).body)["choices"][0]["message"]["content"])


def answer_with(fault: str | None, body: dict[str, Any]) -> Answer:
    """Return the answer to a request, with a fault of the server, or one of the model that plays its part."""
    if fault in FAULTS:
        return FAULTS[fault](body)
    if fault in translator.FAULTS:
        value: Any = translator.spoilt(body["messages"], fault)
    elif fault in rule_judge.FAULTS:
        value = rule_judge.spoilt(body["messages"], _schema(body), fault)
    elif fault in grader.FAULTS:
        return completion(grader.spoilt(body["messages"], fault, body.get("seed", 0)), body)
    else:
        return proper(body)
    return completion(json.dumps(value, ensure_ascii=False), body)


HTML = Answer(200, b"<html><body>It works!</body></html>", (("Content-Type", "text/html"),))
FAULTS: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "429": lambda body: Answer(429, _error("slow down", "rate_limit_exceeded"), (("Retry-After", "0.2"),)),
    "429later": lambda body: Answer(429, _error("come back tomorrow", "quota"), (("Retry-After", "86400"),)),
    "500": lambda body: Answer(500, _error("internal", "server_error")),
    "422": lambda body: Answer(422, _error("unexpected field", "bad_request")),
    "400": lambda body: Answer(400, _error("response_format is not supported", "bad_request")),
    "429spent": lambda body: Answer(429, _error("You exceeded your quota", "insufficient_quota")),
    "503": lambda body: Answer(503, _error("overloaded", "overloaded"), (("Retry-After", "nonsense"),)),
    "413": lambda body: Answer(413, b"<html>Request Entity Too Large</html>"),
    "403": lambda body: Answer(403, _error("not for this key", "forbidden")),
    "no_schema": lambda body: (
        Answer(400, _error("unknown field", "bad")) if "json_schema" in str(body) else proper(body)
    ),
    "no_format": lambda body: (
        Answer(500, _error("response_format.type: expected 'text'", "server_error"))
        if "response_format" in body
        else proper(body)
    ),
    "redirect": lambda body: Answer(307, b"", (("Location", "http://127.0.0.1:9/v1/chat/completions"),)),
    "nested": lambda body: Answer(200, b'{"choices": ' + b"[" * 100_000),
    "huge": lambda body: Answer(200, b'{"choices": [' + b" " * (9 * 2**20)),
    "tool": lambda body: completion(None, body, "tool_calls", tool_calls=[{"function": {"name": "f"}}]),
    "infinite": lambda body: completion(_content(body), body, usage="1e999"),
    "enormous": lambda body: completion(_content(body), body, usage=str(10**30)),
    "other": lambda body: proper({**body, "model": "a-cheaper-one"}),
    "404": lambda body: Answer(404, _error("no such model", "model_not_found")),
    "too_long": lambda body: Answer(
        400, _error("maximum context length is 10 tokens", "context_length_exceeded")
    ),
    "malformed": lambda body: completion("Sure! Here are {the pairs you", body),
    "fenced": lambda body: completion(
        f"Sure, here it is:\n```json\n{_content(body)[:-2]}}}\n```\nBye!", body
    ),
    "body": lambda body: Answer(200, b'{"choices": [{"mess'),
    "html": lambda body: HTML,
    "empty": lambda body: Answer(200, b'{"choices": []}'),
    "null": lambda body: completion(None, body),
    "refusal": lambda body: completion(None, body, refusal="I would rather not."),
    "filter": lambda body: completion("", body, finish="content_filter"),
}
FAULT_NAMES = {
    *FAULTS,
    *translator.FAULTS,
    *grader.FAULTS,
    *rule_judge.FAULTS,
    "silence",
    "drop",
    "slow",
    "trickle",
    "reset",
    "echo",
}


def _schema(body: dict[str, Any]) -> dict[str, Any]:
    """Return the schema sent as response_format, else one that stands in the last message, else pairs."""
    sent = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if sent is not None:
        return dict(sent)
    last = body["messages"][-1]["content"]
    if '"properties"' in last:
        return dict(json.loads(last[last.index("{") : last.rindex("}") + 1]))
    return PAIRS


def value_for(schema: dict[str, Any], source: str, name: str) -> Any:
    """Return a value that satisfies the schema, as a function of the user's message alone."""
    digest = int(hashlib.sha256(source.encode()).hexdigest()[:12], 16)
    pick = digest + int(hashlib.sha256(name.encode()).hexdigest()[:6], 16)
    if options := schema.get("enum"):
        return options[pick % len(options)]
    kind = schema.get("type")
    if kind == "object":
        return {key: value_for(inner, source, f"{name}/{key}") for key, inner in schema["properties"].items()}
    if kind == "array":
        return [value_for(schema["items"], source, f"{name}/{at}") for at in range(schema.get("minItems", 1))]
    if kind in ("integer", "number"):
        low, high = int(schema.get("minimum", 1)), int(schema.get("maximum", 5))
        return low + pick % (high - low + 1)
    if kind == "boolean":
        return bool(pick % 2)
    words = max(source.splitlines(), key=len).split()
    if name.endswith("question"):
        return f"What is said about {' '.join(words[:8])} (no. {digest % 100_000})?"
    if name.endswith("summary"):
        return " ".join(words[:12])
    if "/compounds/" in name:
        return next((word for word in words if word.isalpha() and len(word) > 4), words[0])
    return " ".join(words[:40])


def main(port: int = 0, faults: str = "", delay_s: float = 0.0, key: str | None = None) -> None:
    """Print the base URL and answer until stopped."""
    with Server(port, faults, delay_s, key) as server:
        print(server.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    typer.run(main)
