"""Marks as XML tags: how an endpoint that handles tags is told what to leave alone.

⟦3⟧ is sent as <m id="3"/> in escaped text. Source: DeepL's guide to placeholder tags, which sends placeholders as tags
with an id and `tag_handling: xml`.
"""

import html
import re

_MARK = re.compile(r"⟦(\d+)⟧")
_TAG = re.compile(r"""<m\s+id\s*=\s*["'](\d+)["']\s*(?:/>|>\s*</m\s*>)""")
_BROKEN = re.compile(r"</?m\b[^<>]*>")
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML text may hold. Source: XML 1.0, production 2."""


def needs_tags(text: str) -> bool:
    """Tell whether a text is better sent as XML: it has marks, and no character that XML forbids."""
    return bool(_MARK.search(text)) and not _NO_XML.search(text)


def to_tags(text: str) -> str:
    """Return a text with marks as XML."""
    return _MARK.sub(r'<m id="\1"/>', html.escape(text, quote=False))


def from_tags(text: str) -> str:
    """Return XML as a text with marks. A tag that fell apart becomes an empty mark, which no row's checks let pass."""
    return html.unescape(_BROKEN.sub("⟦⟧", _TAG.sub(r"⟦\1⟧", text)))
