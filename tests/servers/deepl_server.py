"""A translation endpoint on loopback that speaks DeepL's protocol, translates by rule, and misbehaves on request.

`name=N`: every Nth request to arrive gets the fault. `name~N`: every text that hashes to a multiple of N does, whenever
it arrives. It is as strict as the real one: 50 texts, 128 KiB, well-formed XML where tags are to be handled, the key in
its own header.
"""

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import openai_server
import translator
from openai_server import Answer, Fault, parse_faults

MAX_TEXTS, MAX_BYTES = 50, 128 * 1024


class Server(openai_server.Server):
    """Use it as a context manager: `with Server(faults="429=3") as server: server.base_url`."""

    def __init__(self, faults: str = "", key: str | None = None) -> None:
        super().__init__(key=key)
        self.RequestHandlerClass = Handler
        self.faults = parse_faults(faults, REQUEST_FAULTS, TEXT_FAULTS)
        self.paid: Counter[tuple[str, str]] = Counter()
        """(text, target language) → how often it was translated, which is what is billed."""
        self.headers: list[dict[str, str]] = []

    @property
    def base_url(self) -> str:
        return super().base_url.removesuffix("/v1")


class Handler(openai_server.Handler):
    server: Server

    def _reply(self, number: int, raw: bytes, given: str) -> None:
        server = self.server
        server.headers.append({name.lower(): value for name, value in self.headers.items()})
        wrong = _wrong(self.path, raw, given, server.key)
        if wrong is not None:
            self._send(wrong)
            return
        fault = _fault(server.faults, number, by_content=False)
        body = json.loads(raw)
        translations = [_translated(text, body, server.faults) for text in body["text"]]
        with server.lock:
            server.bodies.append(body)
            if fault is None or fault == "slow":
                server.paid.update((text, body["target_lang"]) for text in body["text"])
            else:
                server.by_fault[fault] += 1
        translations = SPOILT[fault](translations) if fault in SPOILT else translations
        answer = Answer(200, json.dumps({"translations": translations}).encode())
        self._send((fault and REQUEST_FAULTS[fault]) or answer, fault)


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


def _fault(faults: list[Fault], number: int, *, by_content: bool) -> str | None:
    found = (one.name for one in faults if one.by_content == by_content and number % one.every == 0)
    return next(found, None)


def _translated(text: str, body: dict[str, Any], faults: list[Fault]) -> dict[str, str]:
    fault = _fault(faults, int(hashlib.sha256(text.encode()).hexdigest()[:12], 16), by_content=True)
    made = _xml_turned(text) if body.get("tag_handling") == "xml" else translator.turned(text)
    said = TEXT_FAULTS[fault](made, text) if fault else made
    return {"detected_source_language": body["source_lang"], "text": said}


def _xml_turned(text: str) -> str:
    """Translate what stands between tags; tags come back as the real one writes them, with a space."""
    root = ET.fromstring(f"<t>{text}</t>")
    root.text = translator.turned(root.text or "")
    for element in root:
        element.tail = translator.turned(element.tail or "")
    return ET.tostring(root, encoding="unicode").removeprefix("<t>").removesuffix("</t>")


TEXT_FAULTS = translator.TEXT_FAULTS | {
    "empty": lambda made, text: "",
    "doubled_mark": lambda made, text: re.sub(r"(⟦\d+⟧|<m [^>]*>)", r"\1\1", made),
    "torn_mark": lambda made, text: re.sub(r"<m ([^>]*)/>", r"<m \1>", made),
    "nonsense": lambda made, text: "퓨" * 400,
}
SPOILT = {
    "few": lambda translations: translations[:-1],
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
    "list": Answer(200, b"[]"),
    **dict.fromkeys(("silence", "drop", "slow", *SPOILT)),
}
