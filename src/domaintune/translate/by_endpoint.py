"""Having a translation endpoint translate rows, text by text.

An endpoint that handles tags is told by them what to leave alone: ⟦3⟧ is sent as <m id="3"/> in escaped text. Source:
DeepL's guide to placeholder tags, which sends placeholders as tags with an id and `tag_handling: xml`.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence

from domaintune.core.paying.paying import Payer
from domaintune.core.paying.protocol import Failure, Reply, Request
from domaintune.core.records.instruction import Instruction
from domaintune.core.stage.accounting import Loss
from domaintune.translate.deepl import request_for
from domaintune.translate.params import Translate, TranslationEndpoint
from domaintune.translate.segments import UNANSWERED, Outcome, Round, RowSegments, translated

_MARK = re.compile(r"⟦(\d+)⟧")
_TAG = re.compile(r"""<m\s+id\s*=\s*["'](\d+)["']\s*(?:/>|>\s*</m\s*>)""")
_BROKEN = re.compile(r"</?m\b[^<>]*>")
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML text may hold. Source: XML 1.0, production 2."""


class ByEndpoint:
    """The endpoint. Each text is sent by itself, a request of its own in the ledger, so that none is paid for twice."""

    texts_apart = True

    def __init__(self, payer: Payer, endpoint: TranslationEndpoint, params: Translate) -> None:
        self._payer, self._endpoint, self._params = payer, endpoint, params
        self._not_asked_again = 0

    def translate(self, jobs: Sequence[RowSegments], *, ask_again: bool) -> Round:
        """Ask for all texts once. What fails a check is not asked again: the same text would get the same answer."""
        asked = [(job, [self._request(one.text, job) for one in job.sent]) for job in jobs]
        every = [request for _, own in asked for request in own]
        replies = self._payer.answers(every) if every else {}
        outcomes: dict[str, Outcome] = {}
        for job, own in asked:
            found = self._read(job, [replies[request.key] for request in own])
            outcomes[job.row.id] = Outcome(found, " ".join(dict.fromkeys(request.key for request in own)))
            if ask_again and isinstance(found, Loss) and found.reason not in UNANSWERED:
                self._not_asked_again += 1
        counts = Counter(
            reply.reason if isinstance(reply, Failure) else "translated" for reply in replies.values()
        )
        return Round(outcomes, counts)

    def counts(self) -> dict[str, int]:
        """Return the texts whose translations were used, their characters, and the rows that were not asked again."""
        used = [request.messages[1].content for request, _ in self._payer.used.values()]
        return {
            "answers_used": len(used),
            "characters": sum(len(text) for text in used),
            "not_asked_again": self._not_asked_again,
        }

    def _request(self, text: str, job: RowSegments) -> Request:
        tagged = self._tagged(text)
        source = job.row.language.split("-")[0]
        return request_for(to_tags(text) if tagged else text, source, job.to, self._endpoint, tagged=tagged)

    def _tagged(self, text: str) -> bool:
        return self._endpoint.tag_handling == "xml" and needs_tags(text)

    def _read(self, job: RowSegments, replies: Sequence[Reply | Failure]) -> Instruction | Loss:
        texts = []
        for one, reply in zip(job.sent, replies, strict=True):
            if isinstance(reply, Failure):
                return Loss(reply.reason, reply.detail)
            texts.append(from_tags(reply.text) if self._tagged(one.text) else reply.text)
        return translated(job, texts, self._params)


def needs_tags(text: str) -> bool:
    """Tell whether a text is better sent as XML: it has marks, and no character that XML forbids."""
    return bool(_MARK.search(text)) and not _NO_XML.search(text)


def to_tags(text: str) -> str:
    """Return a text with marks as XML."""
    return _MARK.sub(r'<m id="\1"/>', html.escape(text, quote=False))


def from_tags(text: str) -> str:
    """Return XML as a text with marks. A tag that fell apart becomes an empty mark, which no row's checks let pass."""
    return html.unescape(_BROKEN.sub("⟦⟧", _TAG.sub(r"⟦\1⟧", text)))
