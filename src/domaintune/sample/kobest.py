"""Composed questions in the layouts of the published KoBEST files: COPA, BoolQ and HellaSwag as TSV without quoting."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from domaintune.sample.korean_particles import with_particles

DEVICES = ("펌프", "보일러", "냉각기", "압축기", "발전기", "송풍기", "건조기", "분쇄기", "교반기", "여과기")
ROOMS = ("실험실", "공장", "창고", "지하실", "옥상", "정비소")
EVENTS = (
    ("필터가 막혔다.", "압력이 올랐다."),
    ("관이 갈라졌다.", "바닥에 물이 고였다."),
    ("전원이 끊겼다.", "날개가 멈추었다."),
    ("나사가 풀렸다.", "덮개가 떨어졌다."),
    ("기름이 떨어졌다.", "축에서 쇳소리가 났다."),
    ("냉각수가 새었다.", "온도가 한도를 넘었다."),
    ("먼지가 쌓였다.", "불꽃 감지기가 울렸다."),
    ("벨트가 닳았다.", "회전이 느려졌다."),
)
"""Cause and result, the same for every device."""
STEPS = (
    ("전원을 끈다.", "나사를 푼다.", "덮개를 연다.", "필터를 꺼낸다."),
    ("밸브를 잠근다.", "물을 뺀다.", "관을 떼어 낸다.", "안쪽을 닦는다."),
    ("눈금을 읽는다.", "값을 적는다.", "기준과 비교한다.", "차이를 보고한다."),
    ("장갑을 낀다.", "시료를 담는다.", "무게를 잰다.", "이름표를 붙인다."),
    ("기름을 데운다.", "온도를 확인한다.", "재료를 넣는다.", "천천히 젓는다."),
    ("도면을 펼친다.", "위치를 정한다.", "구멍을 뚫는다.", "볼트를 끼운다."),
)
"""Three steps and the one that follows."""
METALS = ("구리", "알루미늄", "티타늄", "니켈", "아연", "강철")


def compose_kobest(rng: np.random.Generator, questions: int) -> dict[str, str]:
    """Return `copa.tsv`, `boolq.tsv` and `hellaswag.tsv` with so many questions each; every option is right as often.

    Raises:
        ValueError: more are asked for than can be told apart.
    """
    makers = {"copa": _copa, "boolq": _boolq, "hellaswag": _hellaswag}
    return {f"{name}.tsv": _tsv(_numbered(name, make(rng, questions))) for name, make in makers.items()}


def _copa(rng: np.random.Generator, questions: int) -> Iterator[list[str]]:
    yield ["sentence", "question", "1", "2", "Answer"]
    for n, (device, room, event, asked) in enumerate(
        _drawn(rng, questions, DEVICES, ROOMS, EVENTS, ("원인", "결과"))
    ):
        others = [other for other in EVENTS if other != event]
        other = others[int(rng.integers(len(others)))]
        cause, result = event
        said, right, wrong = (result, cause, other[0]) if asked == "원인" else (cause, result, other[1])
        options = [right, wrong] if n % 2 == 0 else [wrong, right]
        yield [f"{room}의 {device}: {said}", asked, *options, str(n % 2 + 1)]


def _boolq(rng: np.random.Generator, questions: int) -> Iterator[list[str]]:
    yield ["Text", "Question", "Answer"]
    for n, (device, room, metal) in enumerate(_drawn(rng, questions, DEVICES, ROOMS, METALS)):
        others = [other for other in METALS if other != metal]
        asked = metal if n % 2 == 0 else others[int(rng.integers(len(others)))]
        degrees = int(rng.integers(20, 400))
        text = f"{room}의 {device}은(는) {metal}으로(로) 만들었고 {degrees}도까지 견딘다."
        yield [
            with_particles(text),
            with_particles(f"{room}의 {device}은(는) {asked}으로(로) 만들었나요?"),
            str(n % 2 == 0),
        ]


def _hellaswag(rng: np.random.Generator, questions: int) -> Iterator[list[str]]:
    yield ["context", "choice1", "choice2", "choice3", "choice4", "label"]
    for n, (device, room, steps) in enumerate(_drawn(rng, questions, DEVICES, ROOMS, STEPS)):
        others = [other[-1] for other in STEPS if other != steps]
        options = [others[int(i)] for i in rng.choice(len(others), size=3, replace=False)]
        options.insert(n % 4, steps[-1])
        yield [f"{room}에서 {device} 작업을 한다. {' '.join(steps[:-1])}", *options, str(n % 4)]


def _drawn(rng: np.random.Generator, count: int, *parts: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return so many different combinations of one of each part, in random order."""
    every = list(product(*parts))
    if count > len(every):
        raise ValueError(f"{count} questions asked for, {len(every)} can be told apart")
    return [every[int(i)] for i in rng.permutation(len(every))[:count]]


def _numbered(name: str, rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Put an ID before every row, as the published files do, save HellaSwag's."""
    for number, row in enumerate(rows):
        yield row if name == "hellaswag" else ["ID" if number == 0 else str(number), *row]


def _tsv(rows: Iterable[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)
