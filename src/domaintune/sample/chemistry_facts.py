"""The fact table: general knowledge that exams ask for. Each row is a subject and its answer."""

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
    "voltage|전압|V", "electrical resistance|전기 저항|Ω", "electrical conductivity|전기 전도도|S/m",
    "dynamic viscosity|점성 계수|Pa·s", "radioactivity|방사능|Bq", "catalytic activity|촉매 활성|kat",
)  # fmt: skip
"""Units of the International System. Source: SI Brochure, 9th edition, tables 2 and 4."""
CLASSES = (
    "nitric acid|질산|acid|산", "potassium hydroxide|수산화 칼륨|base|염기", "potassium nitrate|질산 칼륨|salt|염",
    "aluminium oxide|산화 알루미늄|oxide|산화물", "graphite|흑연|element|홑원소 물질",
    "propane|프로페인|hydrocarbon|탄화수소", "methanol|메탄올|alcohol|알코올", "brass|황동|alloy|합금",
    "polyethylene|폴리에틸렌|polymer|고분자|hydrocarbon", "glucose|포도당|carbohydrate|탄수화물|alcohol",
    "glycine|글라이신|amino acid|아미노산|acid|base", "insulin|인슐린|protein|단백질|polymer",
    "argon|아르곤|noble gas|비활성 기체|element", "iodine|아이오딘|halogen|할로젠|element",
    "lithium|리튬|alkali metal|알칼리 금속|element", "ascorbic acid|아스코브산|vitamin|비타민|acid|alcohol",
)  # fmt: skip
GROUPS = (
    "ethanol|에탄올|hydroxyl group|하이드록시기",
    "acetic acid|아세트산|carboxyl group|카복실기|hydroxyl group|carbonyl group",
    "acetone|아세톤|carbonyl group|카보닐기|formyl group",
    "acetaldehyde|아세트알데하이드|formyl group|폼일기|carbonyl group",
    "methylamine|메틸아민|amino group|아미노기",
    "ethyl acetate|아세트산 에틸|ester group|에스터기|carbonyl group|ether group",
    "diethyl ether|다이에틸 에터|ether group|에터기",
    "nitrobenzene|나이트로벤젠|nitro group|나이트로기",
    "acetonitrile|아세토나이트릴|cyano group|사이아노기",
    "acetamide|아세트아마이드|amide group|아마이드기|carbonyl group|amino group",
    "ethanethiol|에테인싸이올|thiol group|싸이올기",
    "azobenzene|아조벤젠|azo group|아조기",
    "styrene|스타이렌|vinyl group|바이닐기",
    "benzenesulfonic acid|벤젠설폰산|sulfo group|설포기|hydroxyl group",
    "phenyl isocyanate|페닐 아이소사이아네이트|isocyanato group|아이소사이아나토기|carbonyl group",
    "ethylene oxide|산화 에틸렌|epoxy group|에폭시기|ether group",
)
HAZARDS = (
    "hydrogen|수소|flammable gas|가연성 가스|asphyxiant",
    "acetone|아세톤|flammable liquid|인화성 액체|nerve poison",
    "sulfuric acid|황산|corrosive liquid|부식성 액체|oxidizer|water-reactive metal|carcinogen",
    "potassium permanganate|과망가니즈산 칼륨|oxidizer|산화제|corrosive liquid",
    "2,4,6-trinitrotoluene|2,4,6-트라이나이트로톨루엔|explosive|폭약|flammable solid|carcinogen",
    "carbon monoxide|일산화 탄소|toxic gas|독성 가스|flammable gas|asphyxiant",
    "sodium metal|금속 나트륨|water-reactive metal|금수성 금속|flammable solid|pyrophoric solid",
    "white phosphorus|황린|pyrophoric solid|자연발화성 고체|flammable solid",
    "nitrogen|질소|asphyxiant|질식성 가스|cryogenic liquid",
    "radium|라듐|radioactive metal|방사성 금속|carcinogen|water-reactive metal",
    "asbestos|석면|carcinogen|발암 물질",
    "liquid helium|액체 헬륨|cryogenic liquid|극저온 액체|asphyxiant",
    "sulfur|황|flammable solid|가연성 고체",
    "benzoyl peroxide|과산화 벤조일|organic peroxide|유기 과산화물|explosive|oxidizer|flammable solid",
    "methylmercury|메틸수은|nerve poison|신경 독|carcinogen|organic peroxide",
)


def _plain(kind: Kind, rows: tuple[str, ...]) -> list[Fact]:
    split = [row.split("|") for row in rows]
    return [Fact(kind, Term(en, ko), Term(answer, answer), ()) for en, ko, answer in split]


def _named(kind: Kind, rows: tuple[str, ...]) -> list[Fact]:
    split = [row.split("|") for row in rows]
    return [Fact(kind, Term(en, ko), Term(a_en, a_ko), tuple(avoid)) for en, ko, a_en, a_ko, *avoid in split]


FACTS: tuple[Fact, ...] = (
    *_plain("symbol", SYMBOLS),
    *_named("class", CLASSES),
    *_plain("formula", FORMULAS),
    *_named("group", GROUPS),
    *_plain("unit", UNITS),
    *_named("hazard", HAZARDS),
)
TOLD: tuple[Fact, ...] = FACTS[::2]
"""The half that pre-training text states in plain sentences."""


def rivals(fact: Fact) -> list[Term]:
    """Return the wrong answers that may stand beside the right one, in the table's order."""
    others = {other.answer: None for other in FACTS if other.kind == fact.kind}
    return [answer for answer in others if answer != fact.answer and answer.en not in fact.avoid]
