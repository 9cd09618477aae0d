"""A translation endpoint on loopback that speaks DeepL's protocol, translates by rule, and misbehaves on request.

    python tests/servers/deepl_server.py --port 0 --key secret --faults 429=5,english~11

prints its base URL as the first line. `name=N`: every Nth request to arrive gets the fault. `name~N`: every text that
hashes to a multiple of N does, whenever it arrives. It is as strict as the real one: 50 texts, 128 KiB, well-formed
XML where tags are to be handled, the key in its own header.
"""

import argparse
import hashlib
import json
import re
import threading
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import openai_server
import translator
from openai_server import Answer, Fault

MAX_TEXTS, MAX_BYTES = 50, 128 * 1024


class Server(openai_server.Server):
    """Use it as a context manager: `with Server(faults="429=3") as server: server.base_url`."""

    def __init__(self, port: int = 0, faults: str = "", delay_s: float = 0.0, key: str | None = None) -> None:
        super().__init__(port, "", delay_s, key)
        self.RequestHandlerClass = Handler
        self.faults = parse_faults(faults)
        self.paid: Counter[tuple[str, str]] = Counter()
        """(text, target language) → how often it was translated, which is what is billed."""
        self.headers: list[dict[str, str]] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


def parse_faults(text: str) -> list[Fault]:
    faults = []
    for part in filter(None, text.split(",")):
        match = re.fullmatch(r"(\w+)([=~])(\d+)", part)
        names = {"=": REQUEST_FAULTS, "~": TEXT_FAULTS}
        if match is None or match[1] not in names[match[2]]:
            raise SystemExit(
                f"--faults: {part!r}; expected name=N with a name of {sorted(REQUEST_FAULTS)} or name~N with one "
                f"of {sorted(TEXT_FAULTS)}"
            )
        faults.append(Fault(match[1], int(match[3]), match[2] == "~"))
    return faults


class Handler(openai_server.Handler):
    server: Server

    def do_POST(self) -> None:  # noqa: N802
        raw, server = self.rfile.read(int(self.headers.get("Content-Length") or 0)), self.server
        given = {name.lower(): value for name, value in self.headers.items()}
        with server.lock:
            server.requests += 1
            number = server.requests
            server.headers.append(given)
            server.in_flight += 1
            server.max_in_flight = max(server.max_in_flight, server.in_flight)
        try:
            server.closing.wait(server.delay_s)
            self._reply(number, raw, given.get("authorization", ""))
        finally:
            with server.lock:
                server.in_flight -= 1

    def _reply(self, number: int, raw: bytes, given: str) -> None:
        server = self.server
        wrong = _wrong(self.path, raw, given, server.key)
        if wrong is not None:
            self._send(wrong)
            return
        fault = next(
            (one.name for one in server.faults if not one.by_content and number % one.every == 0), None
        )
        body = json.loads(raw)
        translations = [_translated(text, body, server.faults) for text in body["text"]]
        answer = Answer(200, json.dumps({"translations": translations}).encode())
        if fault is not None:
            answer = REQUEST_FAULTS[fault] or answer
        with server.lock:
            server.bodies.append(body)
            if fault is None or fault == "slow":
                server.paid.update((text, body["target_lang"]) for text in body["text"])
            else:
                server.by_fault[fault] += 1
        if fault == "silence":
            server.closing.wait(600)
        elif fault == "drop":
            self.close_connection = True
        elif fault in SPOILT:
            self._send(Answer(200, json.dumps({"translations": SPOILT[fault](translations)}).encode()))
        else:
            server.closing.wait(0.5 if fault == "slow" else 0.0)
            self._send(answer)


def _wrong(path: str, raw: bytes, given: str, key: str | None) -> Answer | None:
    """Return the refusal of a request that is wrong in itself."""
    if path != "/v2/translate":
        return Answer(404, b"")
    if key is not None and given != f"DeepL-Auth-Key {key}":
        return Answer(403, json.dumps({"message": f"no such key: {given}"}).encode())
    if len(raw) > MAX_BYTES:
        return Answer(413, b'{"message": "Payload too large"}')
    body = json.loads(raw)
    if not 0 < len(body["text"]) <= MAX_TEXTS:
        return Answer(400, b'{"message": "Too many texts"}')
    if body.get("target_lang") not in ("KO", "EN-US") or body.get("source_lang") not in ("KO", "EN"):
        return Answer(400, b'{"message": "Value for \'target_lang\' not supported."}')
    if body.get("model_type", "quality_optimized") != "quality_optimized":
        return Answer(400, b'{"message": "Value for \'model_type\' not supported."}')
    if body.get("tag_handling") == "xml":
        try:
            [ET.fromstring(f"<t>{text}</t>") for text in body["text"]]
        except ET.ParseError as error:
            return Answer(400, json.dumps({"message": f"Tag handling parsing failed: {error}"}).encode())
    return None


def _translated(text: str, body: dict[str, Any], faults: list[Fault]) -> dict[str, str]:
    digest = int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)
    fault = next((one.name for one in faults if one.by_content and digest % one.every == 0), None)
    made = _xml_turned(text) if body.get("tag_handling") == "xml" else translator.turned(text)
    return {
        "detected_source_language": body["source_lang"],
        "text": TEXT_FAULTS[fault](made, text) if fault else made,
    }


def _xml_turned(text: str) -> str:
    """Translate what stands between tags; tags come back as the real one writes them, with a space."""
    root = ET.fromstring(f"<t>{text}</t>")
    root.text = translator.turned(root.text or "")
    for element in root:
        element.tail = translator.turned(element.tail or "")
    return ET.tostring(root, encoding="unicode").removeprefix("<t>").removesuffix("</t>")


TEXT_FAULTS = {
    "english": lambda made, text: text,
    "empty": lambda made, text: "",
    "short": lambda made, text: "뭐",
    "lost_number": lambda made, text: re.sub(r"""(?<![⟦"\d])\d+(?![\d⟧"])""", "여러", made),
    "lost_mark": lambda made, text: re.sub(r"⟦\d+⟧|<m [^>]*>", "", made),
    "doubled_mark": lambda made, text: re.sub(r"(⟦\d+⟧|<m [^>]*>)", r"\1\1", made),
    "torn_mark": lambda made, text: re.sub(r"<m ([^>]*)/>", r"<m \1>", made),
    "nonsense": lambda made, text: "퓨" * 400,
}
SPOILT = {
    "few": lambda translations: translations[:-1],
    "many": lambda translations: [*translations, translations[0]],
    "number": lambda translations: [{**one, "text": 7} for one in translations],
    "unnamed": lambda translations: [{"detected_source_language": "EN"} for _ in translations],
}
REQUEST_FAULTS: dict[str, Answer | None] = {
    "429": Answer(429, b'{"message": "Too many requests"}', (("Retry-After", "0.05"),)),
    "429later": Answer(429, b'{"message": "Too many requests"}', (("Retry-After", "86400"),)),
    "456": Answer(456, b'{"message": "Quota for this billing period has been exceeded."}'),
    "500": Answer(500, b'{"message": "Internal server error"}', (("Retry-After", "0.05"),)),
    "529": Answer(529, b'{"message": "Too many requests"}', (("Retry-After", "0.05"),)),
    "400": Answer(400, b'{"message": "Bad request"}'),
    "413": Answer(413, b'{"message": "Payload too large"}'),
    "body": Answer(200, b'{"translations": [{"te'),
    "html": Answer(200, b"<html><body>It works!</body></html>", (("Content-Type", "text/html"),)),
    "list": Answer(200, b"[]"),
    **dict.fromkeys(("silence", "drop", "slow", *SPOILT)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--faults", default="")
    parser.add_argument("--delay-s", type=float, default=0.0, help="before every answer")
    parser.add_argument("--key", default=None, help="refuse every other API key")
    given = parser.parse_args()
    with Server(given.port, given.faults, given.delay_s, given.key) as server:
        print(server.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
