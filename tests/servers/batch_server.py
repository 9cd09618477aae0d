"""A small server on loopback with OpenAI's protocol of files and batches: it answers as openai_server.py does.

A batch is executed, and paid, as it is made. `troubles` has, by a request's text, what goes wrong each time it is
executed; `ends` has the status each batch comes to, in the order they are made, `completed` where it says nothing.
`hold` names a step (`before POST /batches`, `after GET /batches/`) at which the server stops until `go_on` is set.
"""

import json
import threading
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openai_server import HTML, Answer, Handler, Server, answer_with

ERRORS = {"batch_expired", "batch_cancelled"}


class BatchServer(Server):
    def __init__(self, key: str | None = None) -> None:
        super().__init__(key=key)
        self.RequestHandlerClass = BatchHandler
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.executed: Counter[str] = Counter()
        """How often each text was answered, and thus paid for."""
        self.troubles: dict[str, list[str]] = {}
        self.ends: list[str] = []
        self.refusals: list[list[dict[str, Any]]] = []
        """The errors of each batch that fails its validation."""
        self.creating: list[str] = []
        """What goes wrong as batches are made: a status, `drop` or `html`, the batch being made; `""`: nothing."""
        self.polls = 1
        """Looks at a batch until it has ended."""
        self.moved = ""
        """Base URL of another server that every request is sent on to."""
        self.asked: list[str] = []
        self.hold = ""
        self.reached, self.go_on = threading.Event(), threading.Event()

    def wait_at(self, step: str) -> None:
        if self.hold and step.startswith(self.hold):
            self.hold = ""
            self.reached.set()
            self.go_on.wait(60)

    def keep(self, content: bytes) -> str:
        self.files[f"file-{len(self.files)}"] = content
        return f"file-{len(self.files) - 1}"

    def make(self, given: dict[str, Any]) -> dict[str, Any]:
        name = f"batch_{len(self.batches)}"
        end = self.ends.pop(0) if self.ends else "completed"
        batch = {
            "id": name, "object": "batch", "created_at": 0, "status": "in_progress", "end": end, "looks": 0, **given
        }  # fmt: skip
        lines = [json.loads(line) for line in self.files[given["input_file_id"]].splitlines()]
        if end == "failed":
            batch["errors"] = {"object": "list", "data": self.refusals.pop(0)}
            lines = []
        good, bad = [], []
        for line in lines:
            text = line["body"]["messages"][0]["content"]
            trouble = self.troubles[text].pop(0) if self.troubles.get(text) else ""
            if trouble in ("500", "429", "400", "404", "422", "too_long") or trouble in ERRORS:
                bad.append(self.outcome(line, trouble))
                continue
            self.executed[text] += 1
            wrong = {"missing": [], "broken": [b'{"custom_id": "']}.get(trouble)
            good += [self.outcome(line, trouble)] if wrong is None else wrong
            if trouble == "twice":
                good.append(self.outcome(line, "fenced"))
            if trouble == "stranger":
                good += [self.outcome(line | {"custom_id": "nobody"}, ""), b"[]", b"\xff", b""]
        batch["output_file_id"] = self.keep(b"\n".join(good)) if good else None
        batch["error_file_id"] = self.keep(b"\n".join(bad)) if bad else None
        batch["request_counts"] = {"total": len(lines), "completed": len(good), "failed": len(bad)}
        self.batches[name] = batch
        return batch

    def outcome(self, line: dict[str, Any], trouble: str) -> bytes:
        value: dict[str, Any] = {"id": "x", "custom_id": line["custom_id"], "response": None, "error": None}
        if trouble in ERRORS:
            value["error"] = {"code": trouble, "message": "not begun"}
        else:
            answer = answer_with(trouble if trouble not in ("twice", "stranger") else None, line["body"])
            body = json.loads(answer.body.decode().replace("slow down", f"slow down, {self.key}"))
            value["response"] = {"status_code": answer.status, "request_id": "r", "body": body}
        return json.dumps(value, ensure_ascii=False).replace("KEY", self.key or "").encode()


class BatchHandler(Handler):
    server: BatchServer

    def do_GET(self) -> None:  # noqa: N802
        self._route("GET", b"")

    def do_POST(self) -> None:  # noqa: N802
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        if len(raw) == size:
            self._route("POST", raw)

    def _route(self, method: str, raw: bytes) -> None:
        server, url = self.server, urlsplit(self.path)
        step = f"{method} {url.path.removeprefix('/v1')}"
        given = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if server.key not in (None, given):
            self._answer({"error": {"message": f"Incorrect API key: {given}", "code": "invalid"}}, 401)
            return
        if server.moved:
            self._send(Answer(307, b"", (("Location", f"{server.moved}{step.partition(' ')[2]}"),)))
            return
        server.wait_at(f"before {step}")
        with server.lock:
            server.asked.append(step)
            trouble = server.creating.pop(0) if step == "POST /batches" and server.creating else ""
            status, value = (int(trouble), {}) if trouble.isdigit() else self._do(step, url.query, raw)
        server.wait_at(f"after {step}")
        if trouble.isdigit():
            value = {"error": {"message": "slow down", "code": "limit"}}
        if trouble == "html" or isinstance(value, Answer):
            self._send(HTML if trouble == "html" else value)
        else:
            self._answer(value, status, trouble)

    def _do(self, step: str, query: str, raw: bytes) -> tuple[int, Any]:
        server, (what, *rest) = self.server, step.split("/")[1:]
        name = rest[0] if rest else ""
        if step == "POST /files":
            boundary = (self.headers.get("Content-Type") or "").partition("boundary=")[2].encode()
            parts = [part.partition(b"\r\n\r\n") for part in raw.split(b"--" + boundary)]
            file = next(content for head, _, content in parts if b'name="file"' in head)
            return 200, {"id": server.keep(file.removesuffix(b"\r\n")), "object": "file", "purpose": "batch"}
        if step == "POST /batches":
            return 200, server.make(json.loads(raw))
        if step == "GET /batches":
            after = parse_qs(query).get("after", [""])[0]
            newest = [batch for name, batch in reversed(server.batches.items()) if not after or name < after]
            return 200, {"object": "list", "data": newest[:1], "has_more": len(newest) > 1}
        if what == "batches" and name in server.batches:
            batch = server.batches[name]
            batch["looks"] += 1
            return 200, batch | ({"status": batch["end"]} if batch["looks"] >= server.polls else {})
        if what == "files" and name in server.files:
            return 200, Answer(200, server.files[name], (("Content-Type", "application/octet-stream"),))
        return 404, {"error": {"message": f"no such {what}", "code": "not_found"}}

    def _answer(self, value: Any, status: int = 200, fault: str = "") -> None:
        self._send(Answer(status, json.dumps(value).encode()), fault or None)
