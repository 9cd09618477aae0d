"""Grades an answer on four criteria by rule, as the loopback judge: it counts words and endings, and reads nothing.

Its rules see an answer that is empty, cut off, in another language or about something else; of what is false they see
nothing. The same request gets the same grades; another sampling seed moves some of them by one.
"""

import hashlib
import json
import re
from typing import Any

CRITERIA = ("helpfulness", "relevance", "accuracy", "level_of_detail")
FAULTS = ("perverse", "prose", "korean", "conflict", "wordless")
WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*")


def asks_for_grades(messages: list[dict[str, str]]) -> bool:
    return all(name in messages[0]["content"] for name in CRITERIA)


def graded(messages: list[dict[str, str]], seed: int = 0) -> dict[str, Any]:
    shown = material(messages)
    answer = shown["answer"].strip()
    asked = f"{shown['instruction']} {shown.get('input', '')} {shown.get('document', '')}"
    if not answer:
        return {"reason": "There is no answer.", **dict.fromkeys(CRITERIA, 1)}
    taken_up = len(words(answer) & words(asked)) / max(1, len(words(asked)))
    scores = {
        "helpfulness": 9,
        "relevance": 3 + min(6, int(20 * taken_up)),
        "accuracy": 8,
        "level_of_detail": 9,
    }
    if hangul(answer) != hangul(asked):
        scores |= {"relevance": 2, "helpfulness": 4}
    if len(words(answer)) < 4:
        scores["level_of_detail"] = 6
    elif not answer.endswith((".", "!", "?", ")", "다", "요")):
        scores |= {"level_of_detail": 3, "helpfulness": 5}
    for name in CRITERIA:
        digest = hashlib.sha256(f"{seed}{name}{messages[1]['content']}".encode()).digest()
        scores[name] -= digest[0] < 30
    return {"reason": f"{len(words(answer))} different words, counted by rule.", **scores}


def spoilt(messages: list[dict[str, str]], fault: str, seed: int = 0) -> str:
    """Return the reply of a judge that errs in one way."""
    value = graded(messages, seed)
    scores = {name: value[name] for name in CRITERIA}
    if fault == "perverse":
        return json.dumps(value | {name: 11 - score for name, score in scores.items()})
    if fault == "prose":
        lines = [f"{name.replace('_', ' ').capitalize()}: {score}/10" for name, score in scores.items()]
        return "\n".join(["I counted words.", "", *lines])
    if fault == "korean":
        titles = zip(("유용성", "관련성", "정확성", "상세함"), scores.values(), strict=True)
        return "낱말을 세어 보았습니다.\n" + "\n".join(f"{title}: {score}점" for title, score in titles)
    if fault == "conflict":
        return "\n".join(f"{name}: {score}/10\n{name}: {score - 1}/10" for name, score in scores.items())
    return ""


def material(messages: list[dict[str, str]]) -> dict[str, str]:
    content = messages[1]["content"]
    return dict(json.loads(content[content.index("{") : content.rindex("}") + 1]))


def words(text: str) -> set[str]:
    """Return the words that carry meaning: of Korean ones the first two syllables, which particles leave alone."""
    found = {word.lower() for word in WORD.findall(text)}
    korean = {word[:2] for word in found if hangul(word)}
    return korean | {word[:6] for word in found if not hangul(word) and (len(word) > 3 or word[0].isdigit())}


def hangul(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum("가" <= letter <= "힣" for letter in letters) * 2 > len(letters)
