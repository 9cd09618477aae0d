"""Everyday questions in exam form: pre-training learns how exams are written, not what they ask."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from domaintune.sample.chemistry_facts import Term
from domaintune.sample.chemistry_papers import choose
from domaintune.sample.chemistry_wordings import FRAMES_KO
from domaintune.sample.korean_particles import with_particles

MARKS, LETTERS = "①②③④⑤", "ABCD"


class Topic(NamedTuple):
    """Everyday knowledge of one sort: subjects with their answers, and how to ask."""

    pairs: tuple[tuple[Term, Term], ...]
    asked_en: tuple[str, ...]
    asked_ko: tuple[str, ...]


def _pairs(*rows: str) -> tuple[tuple[Term, Term], ...]:
    split = [row.split("|") for row in rows]
    return tuple((Term(en, ko), Term(answer_en, answer_ko)) for en, ko, answer_en, answer_ko in split)


TOPICS = (
    Topic(
        _pairs(
            "a banana|바나나|yellow|노란색", "a strawberry|딸기|red|빨간색", "snow|눈|white|하얀색",
            "coal|숯|black|검은색", "grass|잔디|green|초록색", "the sky|하늘|blue|파란색",
            "a carrot|당근|orange|주황색", "an eggplant|가지|purple|보라색",
        ),
        ("Which colour has {s}?", "In a picture book, {s} is painted", "A child paints {s}. The right paint is"),
        ("{s}의 색으로 옳은 것은?", "그림책에서 {s}을(를) 칠할 색을 고르시오.", "{s}은(는) 어떤 색인가?"),
    ),
    Topic(
        _pairs(
            "Korea|한국|Seoul|서울", "Japan|일본|Tokyo|도쿄", "France|프랑스|Paris|파리",
            "Germany|독일|Berlin|베를린", "Italy|이탈리아|Rome|로마", "Spain|스페인|Madrid|마드리드",
            "Egypt|이집트|Cairo|카이로", "Norway|노르웨이|Oslo|오슬로",
        ),
        ("What is the capital of {s}?", "The government of {s} sits in", "Which city leads {s}?"),
        ("{s}의 수도로 옳은 것은?", "지도에서 {s}을(를) 찾고 그 수도를 고르시오.", "{s}의 정부가 있는 곳은?"),
    ),
    Topic(
        _pairs(
            "a cow|소|calf|송아지", "a dog|개|puppy|강아지", "a hen|닭|chick|병아리", "a horse|말|foal|망아지",
            "a frog|개구리|tadpole|올챙이", "a cat|고양이|kitten|새끼 고양이", "a sheep|양|lamb|어린 양",
            "a bear|곰|cub|새끼 곰",
        ),
        ("What is the young of {s} called?", "On a farm or in a zoo, {s} has a", "Which word names the young of {s}?"),
        ("{s}의 새끼로 옳은 것은?", "동물원에서 {s} 옆의 새끼를 고르시오.", "{s}은(는) 무엇을 기르는가?"),
    ),
    Topic(
        _pairs(
            "time|시간|a clock|시계", "weight|무게|a balance|저울", "length|길이|a ruler|자",
            "direction|방향|a compass|나침반", "heat|더위|a thermometer|온도계", "rain|비|a rain gauge|우량계",
            "wind|바람|a wind vane|풍향계", "sound|소리|a microphone|마이크",
        ),
        ("Which tool is made for {s}?", "To study {s}, a student takes", "The drawer for {s} holds"),
        ("{s}을(를) 재는 도구로 옳은 것은?", "서랍에서 {s}에 쓰는 도구를 고르시오.", "{s}에는 무엇을 쓰는가?"),
    ),
)  # fmt: skip


class Item(NamedTuple):
    """One everyday question with its options."""

    stem: str
    options: Sequence[str]
    place: int


def draw_item(rng: np.random.Generator, options: int, *, korean: bool) -> Item:
    """Draw a question, its wrong options from the same topic, and the place of the right one."""
    topic = choose(rng, TOPICS)
    right = int(rng.integers(len(topic.pairs)))
    subject, answer = topic.pairs[right]
    others = [other for n, (_, other) in enumerate(topic.pairs) if n != right]
    chosen = [others[int(i)] for i in rng.choice(len(others), size=options - 1, replace=False)]
    place = int(rng.integers(options))
    chosen.insert(place, answer)
    if korean:
        stem = with_particles(choose(rng, topic.asked_ko).format(s=choose(rng, FRAMES_KO) + subject.ko))
        return Item(stem, [term.ko for term in chosen], place)
    return Item(choose(rng, topic.asked_en).format(s=subject.en), [term.en for term in chosen], place)


def korean_exam(rng: np.random.Generator, questions: int) -> str:
    """Write a page of a Korean exam with its answers."""
    return "\n".join(_korean_lines(draw_item(rng, 5, korean=True)) for _ in range(questions))


def english_exam(rng: np.random.Generator, questions: int) -> str:
    """Write a page of an English exam with its answers."""
    return "\n\n".join(_english_lines(draw_item(rng, 4, korean=False)) for _ in range(questions))


def _korean_lines(item: Item) -> str:
    options = " ".join(MARKS[n] + option for n, option in enumerate(item.options))
    return f"문제: {item.stem} {options}\n정답: {MARKS[item.place]} {item.options[item.place]}"


def _english_lines(item: Item) -> str:
    options = "\n".join(f"{LETTERS[n]}. {option}" for n, option in enumerate(item.options))
    return f"{item.stem}\n{options}\nAnswer: {LETTERS[item.place]}. {item.options[item.place]}"
