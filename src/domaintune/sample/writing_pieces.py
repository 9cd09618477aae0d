"""Short pieces of Korean writing in six categories: what is asked for, the facts, and the piece itself.

Source: the categories, and which of them are trained on, are those of the self-guided study (its Table 4.1).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from domaintune.core.seeds import derive
from domaintune.sample.korean_particles import with_particles

Category = Literal["blog", "novel", "scenario", "news", "cover_letter", "poem"]
TRAINED: tuple[Category, ...] = ("blog", "novel", "scenario", "news")
ASKED: tuple[Category, ...] = (*TRAINED, "cover_letter", "poem")
PEOPLE = ("지우", "민준", "서연", "도윤", "하은", "현우", "수아", "준서", "예린", "태호", "은채", "시우")
PLACES = (
    "제주", "강릉", "경주", "전주", "통영", "여수", "속초", "춘천", "목포", "군산", "안동", "부산", "공주", "남해",
    "태안", "정선",
)  # fmt: skip
SEASONS = ("봄", "여름", "가을", "겨울")
JOBS = ("편집자", "요리사", "간호사", "정원사", "사서", "번역가", "목수", "사진가", "약사", "교사")
EVENTS = (
    "책 축제", "등불 축제", "바다 수영 대회", "김치 담그기 행사", "자전거 대회", "연날리기 대회", "마을 음악회",
    "전통 시장 축제", "별 보기 행사", "종이배 대회",
)  # fmt: skip
STRENGTHS = (
    "맡은 일을 끝까지 해냅니다", "남의 말을 잘 듣습니다", "작은 실수도 놓치지 않습니다", "새로운 일을 빨리 배웁니다",
    "약속한 시간을 지킵니다", "어려운 글도 쉽게 풀어 씁니다",
)  # fmt: skip
_THINGS = (
    "수제 비누|향이 오래 갑니다|선물로 좋습니다",
    "유자차|목을 따뜻하게 해 줍니다|감기에 걸렸을 때 좋습니다",
    "나무 숟가락|손에 가볍게 잡힙니다|아이가 쓰기에 좋습니다",
    "등산 지팡이|길이를 쉽게 바꿀 수 있습니다|내리막에서 무릎을 지켜 줍니다",
    "낡은 라디오|소리가 부드럽습니다|밤에 듣기에 좋습니다",
    "유리 램프|빛이 은은합니다|책을 읽을 때 켜 두기 좋습니다",
    "대나무 바구니|물이 잘 빠집니다|과일을 담아 두기에 좋습니다",
    "손뜨개 목도리|바람을 잘 막아 줍니다|겨울 산책에 어울립니다",
    "조개 목걸이|하나하나 모양이 다릅니다|여행 기념품으로 좋습니다",
    "도자기 찻잔|차가 천천히 식습니다|손님을 맞을 때 쓰기 좋습니다",
    "귤 잼|설탕을 적게 넣었습니다|빵에 발라 먹기 좋습니다",
    "천 가방|접으면 주머니에 들어갑니다|장을 볼 때 쓰기 좋습니다",
    "은빛 열쇠|글씨가 새겨져 있습니다|오래된 상자를 열 수 있습니다",
    "작은 화분|물을 자주 주지 않아도 됩니다|창가에 두기 좋습니다",
    "종이 연|바람을 잘 탑니다|넓은 들에서 날리기 좋습니다",
    "오래된 지도|골목까지 그려져 있습니다|길을 찾을 때 도움이 됩니다",
    "국화차|맛이 순합니다|잠들기 전에 마시기 좋습니다",
    "돌 조각|무늬가 물결 같습니다|책상에 두고 보기 좋습니다",
)


class Thing(NamedTuple):
    """A thing, what is special about it, and what it is good for."""

    name: str
    trait: str
    use: str


THINGS = tuple(Thing(*row.split("|")) for row in _THINGS)


class Shape(NamedTuple):
    """How a category is asked for, which facts are given, and how the piece is written from them."""

    asked: tuple[str, ...]
    facts: str
    piece: str


SHAPES: Mapping[Category, Shape] = {
    "blog": Shape(
        ("다음 내용으로 블로그 글을 써 줘.", "아래 정보를 담아 블로그에 올릴 글을 쓰세요."),
        "주제: {thing}\n장소: {place}\n계절: {season}\n특징: {trait}\n쓰임: {use}",
        "{place}에서 만난 {thing}을(를) 소개합니다. {thing}은(는) {trait}. 그리고 {use}. "
        "{season}에 {place}에 간다면 {thing}을(를) 꼭 찾아보세요.",
    ),
    "novel": Shape(
        ("다음 요소로 소설의 한 장면을 써 줘.", "아래 인물과 물건이 나오는 소설의 첫머리를 쓰세요."),
        "인물: {person}\n장소: {place}\n물건: {thing}\n계절: {season}",
        "{season}, {place}의 골목은 조용했다. {person}은(는) 가방에서 {thing}을(를) 꺼냈다. 아무도 말이 없었다. "
        "{person}은(는) {thing}을(를) 바라보며 오래전의 약속을 떠올렸다.",
    ),
    "scenario": Shape(
        ("다음 두 사람이 나오는 시나리오를 써 줘.", "아래 내용으로 짧은 시나리오를 쓰세요."),
        "인물: {person}, {other}\n장소: {place}\n물건: {thing}\n계절: {season}",
        "장면: {place}, {season} 저녁.\n{person}: {thing}은(는) 어디에 있어?\n{other}: 여기 있어. 조심해서 들어.\n"
        "{person}: 고마워. 이제 {place}을(를) 떠나자.",
    ),
    "news": Shape(
        ("다음 사실로 짧은 기사를 써 줘.", "아래 내용을 신문 기사로 쓰세요."),
        "행사: {event}\n장소: {place}\n날짜: {date}\n참가: {count}명",
        "{date} {place}에서 {event}이(가) 열렸다. 시민 {count}명이 참가했다. "
        "주최 측은 내년에도 {place}에서 {event}을(를) 열겠다고 밝혔다.",
    ),
    "cover_letter": Shape(
        ("다음 내용으로 자기소개서를 써 줘.", "아래 정보를 담아 자기소개서를 쓰세요."),
        "이름: {person}\n지원: {job}\n경력: {years}년\n강점: {strength}",
        "안녕하세요, {job}에 지원하는 {person}입니다. 저는 {years}년 동안 일하며 배웠습니다. 저는 {strength}. "
        "{job}(으)로 함께 일할 기회를 기다리겠습니다.",
    ),
    "poem": Shape(
        ("다음 소재로 시를 써 줘.", "아래 소재가 들어가는 짧은 시를 쓰세요."),
        "소재: {thing}\n계절: {season}\n장소: {place}",
        "{season}이(가) 오면 {place}에는\n{thing} 하나가 남는다\n아무도 부르지 않아도\n"
        "{thing}은(는) {season}을(를) 기다린다",
    ),
}


class Piece(NamedTuple):
    """One task of writing with a good answer."""

    category: Category
    instruction: str
    facts: str
    text: str


def compose_piece(rng: np.random.Generator, category: Category) -> Piece:
    """Compose one piece; all that the facts name stands in its text, and the text names nothing else."""
    shape = SHAPES[category]
    thing = THINGS[int(rng.integers(len(THINGS)))]
    first, second = rng.choice(len(PEOPLE), size=2, replace=False)
    values = {
        "thing": thing.name,
        "trait": thing.trait,
        "use": thing.use,
        "person": PEOPLE[int(first)],
        "other": PEOPLE[int(second)],
        "place": _one(rng, PLACES),
        "season": _one(rng, SEASONS),
        "job": _one(rng, JOBS),
        "event": _one(rng, EVENTS),
        "strength": _one(rng, STRENGTHS),
        "date": f"{rng.integers(1, 13)}월 {rng.integers(1, 29)}일",
        "count": f"{rng.integers(3, 90) * 10}",
        "years": f"{rng.integers(1, 10)}",
    }
    asked = _one(rng, shape.asked)
    text = shape.piece.format(**values).replace("(으)로", "으로(로)")
    return Piece(category, asked, shape.facts.format(**values), with_particles(text))


def pieces(seed: int, corpus: str, part: str, categories: Sequence[Category]) -> Iterator[Piece]:
    """Yield pieces of the categories in turn, no two with the same facts."""
    rng = derive(seed, "sample", corpus, "writing", part)
    met: set[str] = set()
    while True:
        for category in categories:
            piece = compose_piece(rng, category)
            while piece.facts in met:
                piece = compose_piece(rng, category)
            met.add(piece.facts)
            yield piece


def _one(rng: np.random.Generator, table: tuple[str, ...]) -> str:
    return table[int(rng.integers(len(table)))]
