"""The fact table: general knowledge that exams ask for. Each row is a subject and its answer."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Kind = Literal["symbol", "class", "formula", "group", "unit", "hazard"]
Level = Literal["high school", "college", "professional"]
LEVELS: dict[Kind, Level] = {
    "symbol": "high school",
    "class": "high school",
    "formula": "college",
    "group": "college",
    "unit": "professional",
    "hazard": "professional",
}


class Term(NamedTuple):
    """The same thing in both languages."""

    en: str
    ko: str


class Fact(NamedTuple):
    """One true statement: what is asked about, the answer, and answers that would be true as well."""

    kind: Kind
    subject: Term
    answer: Term
    avoid: tuple[str, ...]
    """English answers that must not stand beside the right one, because they hold too."""

    @property
    def level(self) -> Level:
        """Say how hard exams rate it."""
        return LEVELS[self.kind]


SYMBOLS = (
    "sodium|나트륨|Na", "potassium|칼륨|K", "iron|철|Fe", "copper|구리|Cu", "silver|은|Ag", "gold|금|Au",
    "lead|납|Pb", "tin|주석|Sn", "tungsten|텅스텐|W", "mercury|수은|Hg", "magnesium|마그네슘|Mg",
    "manganese|망가니즈|Mn", "chlorine|염소|Cl", "zinc|아연|Zn", "nickel|니켈|Ni", "helium|헬륨|He",
)  # fmt: skip
FORMULAS = (
    "water|물|H2O", "carbon dioxide|이산화 탄소|CO2", "ammonia|암모니아|NH3", "methane|메테인|CH4",
    "sulfuric acid|황산|H2SO4", "nitric acid|질산|HNO3", "hydrogen chloride|염화 수소|HCl",
    "sodium hydroxide|수산화 나트륨|NaOH", "sodium chloride|염화 나트륨|NaCl",
    "calcium carbonate|탄산 칼슘|CaCO3", "calcium hydroxide|수산화 칼슘|Ca(OH)2",
    "hydrogen peroxide|과산화 수소|H2O2", "glucose|포도당|C6H12O6", "ethanol|에탄올|C2H5OH",
    "acetic acid|아세트산|CH3COOH", "potassium permanganate|과망가니즈산 칼륨|KMnO4", "benzene|벤젠|C6H6",
    "iron(III) oxide|산화 철(III)|Fe2O3",
)  # fmt: skip
UNITS = (
    "force|힘|N", "pressure|압력|Pa", "energy|에너지|J", "power|일률|W", "electric current|전류|A",
    "amount of substance|물질량|mol", "temperature|온도|K", "frequency|진동수|Hz", "electric charge|전하량|C",
    "voltage|전압|V", "electric resistance|전기 저항|Ω", "electric conductivity|전기 전도도|S/m",
    "dynamic viscosity|점성 계수|Pa·s", "radioactivity|방사능|Bq", "catalytic activity|촉매 활성|kat",
)  # fmt: skip
"""Units of the International System. Source: SI Brochure, 9th edition, tables 2 and 4."""
CLASSES = {
    Term("acid", "산"): ("hydrochloric acid|염산", "nitric acid|질산"),
    Term("base", "염기"): ("sodium hydroxide|수산화 나트륨", "potassium hydroxide|수산화 칼륨"),
    Term("salt", "염"): ("sodium chloride|염화 나트륨", "potassium nitrate|질산 칼륨"),
    Term("oxide", "산화물"): ("carbon dioxide|이산화 탄소", "aluminium oxide|산화 알루미늄"),
    Term("element", "홑원소 물질"): ("graphite|흑연", "ozone|오존"),
    Term("hydrocarbon", "탄화수소"): ("propane|프로페인", "benzene|벤젠"),
    Term("alcohol", "알코올"): ("methanol|메탄올", "glycerol|글리세롤"),
    Term("alloy", "합금"): ("brass|황동", "bronze|청동"),
}
GROUPS = {
    Term("hydroxyl group", "하이드록시기"): ("ethanol|에탄올",),
    Term("carboxyl group", "카복실기"): ("acetic acid|아세트산|hydroxyl group|carbonyl group",),
    Term("carbonyl group", "카보닐기"): ("acetone|아세톤|formyl group",),
    Term("formyl group", "폼일기"): ("acetaldehyde|아세트알데하이드|carbonyl group",),
    Term("amino group", "아미노기"): ("methylamine|메틸아민",),
    Term("ester group", "에스터기"): ("ethyl acetate|아세트산 에틸|carbonyl group|ether group",),
    Term("ether group", "에터기"): ("diethyl ether|다이에틸 에터",),
    Term("nitro group", "나이트로기"): ("nitrobenzene|나이트로벤젠",),
    Term("cyano group", "사이아노기"): ("acetonitrile|아세토나이트릴",),
    Term("amide group", "아마이드기"): ("acetamide|아세트아마이드|carbonyl group|amino group",),
}
HAZARDS = {
    Term("flammable gas", "가연성 가스"): ("hydrogen|수소", "acetylene|아세틸렌|explosive"),
    Term("flammable liquid", "인화성 액체"): ("acetone|아세톤", "diethyl ether|다이에틸 에터|explosive"),
    Term("corrosive substance", "부식성 물질"): (
        "sulfuric acid|황산|oxidizer|water-reactive substance",
        "sodium hydroxide|수산화 나트륨|water-reactive substance",
    ),
    Term("oxidizer", "산화제"): (
        "potassium permanganate|과망가니즈산 칼륨|corrosive substance",
        "potassium chlorate|염소산 칼륨|explosive",
    ),
    Term("explosive", "폭발성 물질"): (
        "2,4,6-trinitrotoluene|2,4,6-트라이나이트로톨루엔",
        "nitroglycerin|나이트로글리세린|flammable liquid",
    ),
    Term("toxic gas", "독성 가스"): (
        "carbon monoxide|일산화 탄소|flammable gas",
        "chlorine|염소|oxidizer|corrosive substance",
    ),
    Term("water-reactive substance", "금수성 물질"): (
        "sodium metal|금속 나트륨|corrosive substance|pyrophoric substance",
        "calcium carbide|탄화 칼슘|flammable gas",
    ),
    Term("pyrophoric substance", "자연발화성 물질"): (
        "white phosphorus|황린",
        "triethylaluminium|트라이에틸알루미늄|water-reactive substance|flammable liquid",
    ),
}


def _plain(kind: Kind, rows: tuple[str, ...]) -> list[Fact]:
    split = [row.split("|") for row in rows]
    return [Fact(kind, Term(en, ko), Term(answer, answer), ()) for en, ko, answer in split]


def _sorted_under(kind: Kind, table: Mapping[Term, tuple[str, ...]]) -> list[Fact]:
    split = [(answer, row.split("|")) for answer, rows in table.items() for row in rows]
    return [Fact(kind, Term(en, ko), answer, tuple(avoid)) for answer, (en, ko, *avoid) in split]


FACTS: tuple[Fact, ...] = (
    *_plain("symbol", SYMBOLS),
    *_sorted_under("class", CLASSES),
    *_plain("formula", FORMULAS),
    *_sorted_under("group", GROUPS),
    *_plain("unit", UNITS),
    *_sorted_under("hazard", HAZARDS),
)
TOLD: tuple[Fact, ...] = FACTS[::2]
"""The half that pre-training text states in plain sentences."""


def rivals(fact: Fact) -> list[Term]:
    """Return the wrong answers that may stand beside the right one, in the table's order."""
    others = {other.answer: None for other in FACTS if other.kind == fact.kind}
    return [answer for answer in others if answer != fact.answer and answer.en not in fact.avoid]
