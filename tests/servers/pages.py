"""A report page as a reader and a browser see it: its words, and that it is whole and nothing in it is alive."""

import re
from html.parser import HTMLParser

EMPTY = {"meta", "link", "br", "img", "input"}


def words(html: str) -> str:
    """Return the page's text without markup, with single spaces."""
    body = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


class Tags(HTMLParser):
    """Tags and attributes in their order; closing another tag than the last one opened fails."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.stack: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.attributes += attrs
        if tag not in EMPTY:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in EMPTY or self.stack.pop() == tag

    def values(self, *names: str) -> list[str]:
        return [value or "" for name, value in self.attributes if name in names]


def check_whole(html: str) -> None:
    """Fail where a page runs or loads something, a link leads nowhere, or a table or a picture is not told."""
    tags = Tags(html)
    assert tags.stack == []
    assert not {"script", "img", "iframe", "object", "form"} & set(tags.opened)
    assert not [name for name, _ in tags.attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import", html)
    links, ids = tags.values("src", "href", "xlink:href", "data", "action"), tags.values("id")
    assert links
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link != "data:,"} <= set(ids)
    assert all(link.startswith("#") or link == "data:," for link in links)
    assert html.count("<caption>") == html.count("<table")
    assert html.count('role="img" aria-label=') == html.count("<svg")
    for table in re.findall(r"<table.*?</table>", html, flags=re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", table, flags=re.DOTALL)
        widths = {len(re.findall(r"<t[hd][ >]", row)) for row in rows if "colspan" not in row}
        assert len(widths) == 1, table[:200]
