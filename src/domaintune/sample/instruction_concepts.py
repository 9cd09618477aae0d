"""The concept table: what a concept means, an example, and what it is good for, in both languages."""

from typing import NamedTuple


class Told(NamedTuple):
    """A concept in one language."""

    name: str
    meaning: str
    example: str
    use: str


class Concept(NamedTuple):
    """A concept in both languages."""

    en: Told
    ko: Told


CONCEPT_WORDINGS = (
    ("explain what {s} means.", "{s}이(가) 무엇인지 설명하세요."),
    ("describe the idea of {s}.", "{s}의 개념을 설명해 줘."),
    ("tell me about {s}.", "{s}에 대해 알려 줘."),
)
AUDIENCES = (
    ("In simple words, ", "쉬운 말로 "), ("For a school lesson, ", "학교 수업에 쓰도록 "),
    ("In two sentences, ", "두 문장으로 "), ("To a new colleague, ", "새로 온 동료에게 "),
)  # fmt: skip
"""Stand before a wording."""
_ROWS = (
    "a catalyst|A catalyst makes a reaction faster and is not used up.|"
    "Platinum does this in the exhaust of a car.|It saves heat in a factory.",
    "촉매|촉매는 반응을 빠르게 하지만 소모되지 않는다.|"
    "자동차 배기관의 백금이 그 예이다.|공장에서 열을 아끼게 해 준다.",
    "osmosis|Osmosis is the flow of water through a membrane towards the saltier side.|"
    "A raisin swells in water.|Desalination plants run it backwards.",
    "삼투|삼투는 물이 막을 지나 더 짠 쪽으로 흐르는 현상이다.|"
    "건포도는 물에서 부푼다.|담수화 공장은 이것을 거꾸로 일으킨다.",
    "half-life|A half-life is the time after which half of the atoms have decayed.|"
    "Iodine-131 needs eight days.|It dates old wood.",
    "반감기|반감기는 원자의 절반이 붕괴할 때까지 걸리는 시간이다.|"
    "아이오딘-131은 8일이다.|오래된 나무의 나이를 알 수 있다.",
    "refraction|Refraction is the bending of light where it enters another material.|"
    "A straw in a glass looks broken.|Lenses depend on it.",
    "굴절|굴절은 빛이 다른 물질로 들어갈 때 꺾이는 현상이다.|"
    "컵 속의 빨대가 꺾여 보인다.|렌즈는 이것을 이용한다.",
    "photosynthesis|Photosynthesis turns light, water and carbon dioxide into sugar and oxygen.|"
    "Every green leaf does it.|It feeds almost all life.",
    "광합성|광합성은 빛과 물과 이산화 탄소로 당과 산소를 만드는 과정이다.|"
    "모든 푸른 잎에서 일어난다.|거의 모든 생명을 먹여 살린다.",
    "the pH value|The pH value tells how acidic a solution is, and 7 is neutral.|"
    "Lemon juice has about 2.|Farmers check the soil with it.",
    "pH 값|pH 값은 용액이 얼마나 산성인지 나타내며 7은 중성이다.|"
    "레몬즙은 약 2이다.|농부는 이것으로 흙을 살핀다.",
    "oxidation|Oxidation is the loss of electrons.|"
    "Iron does this when it rusts.|A battery makes current from it.",
    "산화|산화는 전자를 잃는 반응이다.|"
    "철이 녹슬 때 일어난다.|전지는 이것으로 전류를 만든다.",
    "superconductivity|Superconductivity is the state in which a current flows without resistance.|"
    "Mercury shows it below 4.2 K.|It makes strong magnets possible.",
    "초전도|초전도는 전류가 저항 없이 흐르는 상태이다.|"
    "수은은 4.2 K 아래에서 나타낸다.|강한 자석을 만들 수 있게 한다.",
    "diffusion|Diffusion is the mixing of particles by their random motion.|"
    "Ink spreads in still water.|Doping of silicon relies on it.",
    "확산|확산은 입자가 무작위 운동으로 섞이는 현상이다.|"
    "잉크는 고인 물에서 퍼진다.|실리콘의 도핑에 쓰인다.",
    "a buffer solution|A buffer solution keeps its acidity when a little acid or base is added.|"
    "Blood is one.|Enzymes are studied in it.",
    "완충 용액|완충 용액은 산이나 염기를 조금 넣어도 산성도가 유지된다.|"
    "혈액이 그 예이다.|효소를 연구할 때 쓴다.",
    "an isotope|An isotope is an atom with the same protons and another number of neutrons.|"
    "Carbon-14 is one of carbon.|It labels molecules in medicine.",
    "동위 원소|동위 원소는 양성자 수는 같고 중성자 수가 다른 원자이다.|"
    "탄소-14는 탄소의 동위 원소이다.|의학에서 분자에 표시를 한다.",
    "resonance|Resonance is a strong swing at a body's own frequency.|"
    "A swing rises when it is pushed in time.|Radio receivers select a station with it.",
    "공명|공명은 물체가 고유 진동수에서 크게 흔들리는 현상이다.|"
    "그네는 때맞춰 밀면 높이 오른다.|라디오는 이것으로 방송을 고른다.",
    "viscosity|Viscosity is the resistance of a liquid to flow.|"
    "Honey has more of it than water.|Engine oil is chosen by it.",
    "점성|점성은 액체가 흐름에 저항하는 성질이다.|"
    "꿀은 물보다 점성이 크다.|엔진 오일은 이것으로 고른다.",
    "albedo|Albedo is the share of light that a surface sends back.|"
    "Fresh snow reaches 0.8.|Climate models need it.",
    "반사율|반사율은 표면이 되돌려 보내는 빛의 비율이다.|"
    "새로 내린 눈은 0.8에 이른다.|기후 모형에 필요하다.",
    "electrolysis|Electrolysis splits a substance with an electric current.|"
    "Water gives hydrogen and oxygen.|Aluminium is made by it.",
    "전기 분해|전기 분해는 전류로 물질을 나누는 과정이다.|"
    "물은 수소와 산소가 된다.|알루미늄을 이렇게 만든다.",
    "entropy|Entropy measures in how many ways a state can be arranged.|"
    "It grows when a gas expands.|It limits every heat engine.",
    "엔트로피|엔트로피는 상태를 이루는 방법의 수를 나타낸다.|"
    "기체가 퍼지면 커진다.|모든 열기관의 한계를 정한다.",
    "a control group|A control group gets no treatment, so that the effect of the treatment can be seen.|"
    "Half of the plants get no fertilizer.|Drug trials need one.",
    "대조군|대조군은 처리를 받지 않아 처리의 효과를 볼 수 있게 한다.|"
    "식물의 절반에는 비료를 주지 않는다.|약물 시험에 필요하다.",
    "a polymer|A polymer is a long molecule of many equal units.|"
    "Polyethylene consists of ethylene units.|Films and fibers are made of it.",
    "고분자|고분자는 같은 단위가 많이 이어진 긴 분자이다.|"
    "폴리에틸렌은 에틸렌 단위로 되어 있다.|필름과 섬유를 만든다.",
    "a gene|A gene is a part of the DNA that tells how a protein is built.|"
    "One of them makes insulin.|Breeders select plants by it.",
    "유전자|유전자는 단백질을 만드는 방법이 담긴 DNA의 한 부분이다.|"
    "그 가운데 하나는 인슐린을 만든다.|육종가는 이것으로 식물을 고른다.",
    "calibration|Calibration compares an instrument with a known standard.|"
    "A scale is checked with a 100 g weight.|Without it, measured values cannot be compared.",
    "교정|교정은 기기를 알려진 표준과 견주는 일이다.|"
    "저울은 100 g 추로 확인한다.|이것이 없으면 측정값을 견줄 수 없다.",
)  # fmt: skip
CONCEPTS: tuple[Concept, ...] = tuple(
    Concept(Told(*en.split("|")), Told(*ko.split("|")))
    for en, ko in zip(_ROWS[::2], _ROWS[1::2], strict=True)
)
