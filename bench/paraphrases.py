"""Composed questions in two wordings of two languages, for `semantic_planted.py`: the same, and others of their template."""

import random
from typing import NamedTuple

SUBSTANCES = (
    ("sodium chloride", "염화나트륨"), ("potassium nitrate", "질산칼륨"), ("acetone", "아세톤"), ("ethanol", "에탄올"),
    ("benzene", "벤젠"), ("ammonia", "암모니아"), ("sulfuric acid", "황산"), ("copper", "구리"), ("zinc", "아연"),
    ("titanium dioxide", "이산화타이타늄"), ("graphene", "그래핀"), ("glucose", "포도당"), ("methane", "메테인"),
    ("hydrogen peroxide", "과산화수소"), ("calcium carbonate", "탄산칼슘"), ("lithium", "리튬"),
)  # fmt: skip
TEMPLATES = (
    ("What is the boiling point of {a} at a pressure of {n} atm?", "At which temperature does {a} begin to boil when the pressure is {n} atm?",
     "압력이 {n}기압일 때 {a}의 끓는점은 얼마인가?", "{n}기압에서 {a}의 끓음이 시작되는 온도를 구하시오."),
    ("How many moles are there in {n} g of {a}?", "Calculate the amount of substance that {n} grams of {a} contain.",
     "{a} {n} g에는 몇 몰이 들어 있는가?", "질량이 {n}그램인 {a}의 물질량을 계산하시오."),
    ("Which container is suitable for storing {a} over several months?", "In what kind of vessel should {a} be kept for a long time?",
     "여러 달 동안 {a}의 보관에 알맞은 용기는 무엇인가?", "{a}의 장기 저장에 쓸 수 있는 그릇을 고르시오."),
    ("How should a fire of {a} be put out?", "Name the right way to extinguish burning {a}.",
     "{a}에 불이 붙었을 때 어떻게 꺼야 하는가?", "타고 있는 {a}의 올바른 소화 방법을 쓰시오."),
    ("Why does {a} dissolve better in hot water than in cold water?", "Explain why the solubility of {a} in water rises with temperature.",
     "{a}의 용해가 찬물보다 더운물에서 잘 되는 까닭은 무엇인가?", "온도가 높아질수록 물에 대한 {a}의 용해도가 커지는 이유를 설명하시오."),
    ("Which reagent shows that a solution contains {a}?", "How can one prove the presence of {a} in a liquid sample?",
     "용액에 {a}의 존재를 알려 주는 시약은 무엇인가?", "액체 시료 속 {a}의 검출 방법을 쓰시오."),
    ("What should be done first when {a} gets into the eyes?", "Describe the first aid after a splash of {a} in the eye.",
     "눈에 {a}의 접촉이 있을 때 가장 먼저 할 일은 무엇인가?", "{a}의 방울이 눈에 튄 뒤의 응급 처치를 설명하시오."),
    ("By which process is {a} produced on an industrial scale?", "How do factories make large amounts of {a}?",
     "{a}의 공업적 생산에 쓰는 공정은 무엇인가?", "공장에서 {a}의 대량 제조는 어떻게 이루어지는가?"),
    ("How much heat is needed to warm {n} kg of {a} by a degree?", "State the energy that raises the temperature of {n} kilograms of {a} by a degree.",
     "{a} {n} kg의 온도를 한 도 높이는 데 필요한 열은 얼마인가?", "{n}킬로그램의 {a}의 온도가 한 도 올라가는 데 드는 에너지를 쓰시오."),
    ("What happens when {a} leaks from a pipe into a closed room?", "Describe the danger of {a} escaping from a line indoors.",
     "닫힌 방에서 배관의 {a} 누출이 일어나면 어떻게 되는가?", "실내 배관에서 새어 나온 {a}의 위험을 설명하시오."),
    ("Why does a trace of {a} lower the activity of the catalyst?", "For what reason does the catalyst work worse after contact with a little {a}?",
     "미량의 {a}에 촉매의 활성이 떨어지는 까닭은 무엇인가?", "소량의 {a}에 닿은 뒤 촉매가 덜 작용하는 이유를 말하시오."),
    ("How does {a} change the conductivity of the membrane?", "What effect has {a} on how well ions move through the membrane?",
     "{a}에 의해 막의 전도도는 어떻게 바뀌는가?", "막을 지나는 이온의 이동에 {a}의 영향은 무엇인가?"),
    ("Which crystal structure does solid {a} have at {n} K?", "How are the particles of {a} arranged in the solid at {n} K?",
     "{n} K에서 고체 {a}의 결정 구조는 무엇인가?", "{n} K의 고체 속 {a}의 입자 배열은 어떠한가?"),
    ("How is waste that contains {a} disposed of?", "Where must a laboratory put residues with {a}?",
     "{a}의 폐기물은 어떻게 처리하는가?", "실험실에서 {a}의 잔류물을 버려야 하는 곳은 어디인가?"),
    ("Which wavelength is used to measure {a} in a photometer?", "At what wavelength is the absorbance of {a} read?",
     "광도계로 {a}의 농도를 잴 때 쓰는 파장은 얼마인가?", "{a}의 흡광도를 읽는 파장을 고르시오."),
    ("How can the purity of {a} be raised above {n} %?", "Name a way to obtain {a} that is more than {n} percent pure.",
     "{a}의 순도를 {n}% 이상으로 높이는 방법은 무엇인가?", "순도가 {n} 퍼센트를 넘는 {a}의 제조법을 쓰시오."),
)  # fmt: skip
OPTIONS = {
    "en": ("a dry powder", "cold water", "a glass bottle", "none of these"),
    "ko": ("마른 가루", "찬물", "유리병", "해당 사항 없음"),
}
"""Shared by all, so that they tell nothing; a row that shows them in another language is a translation, too."""


class Question(NamedTuple):
    """A template, a substance and a number: what is asked; its wordings are two of each language."""

    template: int
    substance: int
    number: int

    def say(self, language: str, wording: int = 0, *, options: bool = False) -> str:
        """Return the question in words."""
        text = TEMPLATES[self.template][2 * (language == "ko") + wording]
        said = text.format(a=SUBSTANCES[self.substance][language == "ko"], n=self.number)
        return "\n".join((said, *OPTIONS[language])) if options else said

    @property
    def numbered(self) -> bool:
        """Say whether the number stands in the question."""
        return "{n}" in TEMPLATES[self.template][0]


def questions(substances: int) -> list[Question]:
    """Return each template with so many substances, each with its own number."""
    rng = random.Random(7)
    chosen = range(min(substances, len(SUBSTANCES)))
    return [Question(one, other, rng.randint(2, 90)) for one in range(len(TEMPLATES)) for other in chosen]
