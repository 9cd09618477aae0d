"""Proposing a column mapping for documents by the names of the columns."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from rapidfuzz import fuzz

from domaintune.cli.looking import Look, Rows
from domaintune.core.sections.columns import ColumnMapping
from domaintune.core.stage.errors import InputError
from domaintune.core.tables.opening import shown
from domaintune.ingest.reading import LIST_MARK
from domaintune.science.repair_text import repair_line
from domaintune.science.sentences import identify_language, languages_in

ALIKE = 85.0
"""Similarity 0–100 of a column's name to a known name from which it is proposed."""
KNOWN = {
    "id": ("id", "identifier", "record id", "award id", "project id", "document id", "doc id", "doi", "link", "url"),
    "title": ("title", "award title", "project title", "paper title", "name", "제목", "과제명"),
    "text": ("abstract", "text", "description", "summary", "project summary", "body", "content", "초록", "내용"),
    "keywords": ("keywords", "keyword", "tags", "subject terms", "fields of study", "키워드"),
    "agency": ("agency", "funding agency", "awarding agency"),
    "nasa_applications": ("nasa applications", "potential nasa applications", "nasa commercial applications"),
    "non_nasa_applications": ("non nasa applications", "potential non nasa applications"),
    "firm": ("firm", "firm name", "company", "company name", "recipient name", "organization", "기관명"),
    "program": ("program", "program type"),
    "phase": ("phase",),
    "year": ("year", "award year", "fiscal year", "연도"),
    "amount": ("amount", "award amount", "obligated amount", "funding"),
    "contract": ("contract", "contract number", "contract num", "contract id"),
    "licence": ("licence", "license", "라이선스"),
}  # fmt: skip
"""Names of columns, in small letters, that mean each field."""
GUESSED = ("title", "text", "keywords")
"""Fields for which a known name within a column's name will do: `Topic Name`, `D245A (Title)`."""
OBJECT = re.compile(rf"(?:^|{LIST_MARK})\s*\[?\s*{{\s*[\"'}}]")
"""How a cell begins that holds an object, or a list of objects."""
FEW, OFTEN = 5, 0.3
"""Keywords: share of the rows from which the few commonest cells are told of."""
SECTIONS = ("nasa_applications", "non_nasa_applications")
COLUMNS = ("id", "title", "text", "keywords", "agency", "licence")
ATTRIBUTES = ("firm", "program", "phase", "year", "amount", "contract")
SEPARATORS = (";", "|", ",")
LINKS = ("link", "url", "doi", "doi or url", "doi url", "href")
"""Columns that name the work itself, the same in every export: `corpus` finds duplicates by it."""


def document_mapping(look: Look, rows: Rows) -> ColumnMapping:
    """Return a mapping, or refuse a file without title or text. Columns of objects are never in it."""
    objects = []
    for name in look.columns:
        cells = [cell for row in look.rows if (cell := row.get(name, "")).strip()]
        if sum(bool(OBJECT.search(cell)) for cell in cells) * 2 > len(cells):
            objects.append(name)
    columns = [column for column in look.columns if column not in objects]
    found = match_names(columns, KNOWN, ALIKE, rows, look.files)
    for field in GUESSED:
        if field not in found and (column := next(_named(columns, field, found), None)):
            found[field] = column
    if "text" not in found and (longest := _longest(columns, rows, set(found.values()))):
        found["text"] = longest
    if "title" not in found and "text" in found:
        named = match_names(columns, {"title": KNOWN["id"]}, ALIKE)  # also one that several records have
        found = named | found
    if missing := [name for name in ("title", "text") if name not in found]:
        nested = f", of which {shown(objects)} hold objects" if objects else ""
        raise InputError(
            f"{look.path}: no column looks like {' or '.join(missing)}; the file has {shown(look.columns)}{nested}. "
            "Write the entry into `sources` in params.yaml by hand: documents with `format: columns`, questions with "
            "`kind: questions` (docs/your-data.md)."
        )
    text = languages_of(rows, (found["text"],))[0]
    for field in ("title", "keywords"):  # a file may hold each of them in two languages
        both = [found[field], *_named(columns, field, found)] if field in found else []
        same = [column for column in both if languages_of(rows, (column,))[0] == text]
        found |= {field: same[0]} if same else {}
    keywords = "".join(row.get(found.get("keywords", ""), "") for row in rows)
    links = [("link", column) for column in columns if plain_name(column) in LINKS]
    attributes = {name: found[name] for name in ATTRIBUTES if name in found} | dict(links[:1])
    own: dict[str, Any] = {name: found.get(name) for name in COLUMNS}
    return ColumnMapping(
        keyword_separator=max(SEPARATORS, key=keywords.count),
        sections={name: found[name] for name in SECTIONS if name in found},
        attributes=attributes,
        **own,
    )


def match_names(
    columns: Sequence[str],
    known: Mapping[str, Sequence[str]],
    alike: float,
    rows: Rows = (),
    files: Sequence[str] = (),
) -> dict[str, str]:
    """Give each field the column with the most similar name, best pairs first, no column twice.

    Of names that are equally similar the one that is known first counts. An `id` names the records, if there are rows.
    """
    pairs = [
        (max((fuzz.ratio(plain, name), -place) for place, name in enumerate(names)), -order, field, column)
        for order, (column, plain) in enumerate((column, plain_name(column)) for column in columns)
        for field, names in known.items()
    ]
    found: dict[str, str] = {}
    for (score, _), _, field, column in sorted(pairs, reverse=True):
        free = score >= alike and field not in found and column not in found.values()
        if free and (field != "id" or _names_records(column, rows, files)):
            found[field] = column
    return found


@cache
def plain_name(column: str) -> str:
    """Return a column's name in small letters, its words separated by single spaces."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[\W_]+", " ", spaced).strip().casefold()


def _named(columns: Sequence[str], field: str, found: Mapping[str, str]) -> Iterator[str]:
    """Yield the free columns with a known name among their words, the best known name first; Korean joins words."""
    for name in KNOWN[field]:
        holds = re.compile(rf"\b{re.escape(name)}\b" if name.isascii() else name)
        yield from (c for c in columns if c not in found.values() and holds.search(plain_name(c)))


def doubts(mapping: ColumnMapping, rows: Rows) -> Iterator[str]:
    """Yield what a person should look at: guessed columns, and keywords that say little."""
    for field in GUESSED:
        column = getattr(mapping, field)
        if column and max(fuzz.ratio(plain_name(column), name) for name in KNOWN[field]) < ALIKE:
            yield f"{field}: {column}? A guess: change it in the entry where it is wrong"
    cells = [cell for row in rows if mapping.keywords and (cell := row.get(mapping.keywords, "").strip())]
    often = [count for _, count in Counter(cells).most_common(FEW) if count > 1]
    if len(cells) >= 4 * FEW and sum(often) >= OFTEN * len(cells):
        yield (
            f"keywords: {sum(often)} of {len(cells)} rows hold one of the same {len(often)} values: they sort the "
            "records more than they describe them, and pairs that ask for them repeat; null leaves them out"
        )


def _longest(columns: Sequence[str], rows: Rows, used: set[str]) -> str | None:
    """Return the column with the longest texts, if they are texts: 100 characters a row or more."""
    lengths = {c: sum(len(row.get(c, "")) for row in rows) for c in columns if c not in used}
    best = max(lengths, key=lambda c: lengths[c], default=None)
    return best if best is not None and lengths[best] >= 100 * len(rows) else None


def _names_records(column: str, rows: Rows, files: Sequence[str]) -> bool:
    """Say whether a column names records: all filled, and only rows of a file that are the same share a name."""
    names = [row.get(column, "").strip() for row in rows]
    whole = ((file, *row.values()) for file, row in zip(files, rows, strict=True))
    return all(names) and len(set(zip(files, names, strict=True))) == len(set(whole))


def opened(found: Look, used: Collection[str], languages: Sequence[str]) -> list[str]:
    """Say which columns are left out, and what is unusual about how the file is opened or about its languages."""
    left = [column for column in found.columns if column not in used]
    notes = [f"left out: {shown(left)[1:-1]}"] if left else []
    if found.table:
        notes.append(f"table: {found.table.model_dump(exclude_defaults=True)}, as the file is written")
    if len(languages) > 1:
        notes.append(f"language: rows are in {', '.join(languages)}, an entry has one; divide the file")
    if found.dataset and found.dataset.startswith("hub:"):
        notes.append("revision: a branch such as `main` moves; write the commit's hash to pin the data")
    return notes


def languages_of(rows: Rows, columns: Collection[str]) -> list[str]:
    """Return the language of columns of about 100 records, English where it cannot be told, and other ones of rows."""
    some = rows[:: -(-len(rows) // 100)]
    texts = [" ".join(repair_line(row.get(column, "")).text for column in columns) for row in some]
    most = identify_language(" ".join(texts)) or "en"
    return [most, *(code for code in languages_in(texts) if code != most)]
