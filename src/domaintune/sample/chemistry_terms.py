"""Phrase tables of the chemistry papers, in both languages. Papers and samples are invented."""

from domaintune.sample.chemistry_facts import Term


def _terms(*rows: str) -> tuple[Term, ...]:
    return tuple(Term(*row.split("|")) for row in rows)


BACKBONES = _terms(
    "poly(arylene ether)|폴리아릴렌 에터", "poly(phenylene oxide)|폴리페닐렌 옥사이드", "polysulfone|폴리설폰",
    "polybenzimidazole|폴리벤즈이미다졸", "polyethylene|폴리에틸렌", "polystyrene|폴리스타이렌",
    "poly(vinyl alcohol)|폴리비닐 알코올", "poly(ether ketone)|폴리에터 케톤",
)  # fmt: skip
CATIONS = _terms(
    "quaternary ammonium|4차 암모늄", "imidazolium|이미다졸륨", "piperidinium|피페리디늄",
    "pyrrolidinium|피롤리디늄", "guanidinium|구아니디늄", "phosphonium|포스포늄",
)  # fmt: skip
CASTINGS = _terms(
    "crosslinking|가교", "radiation grafting|방사선 그래프팅", "solution casting|용액 캐스팅",
    "hot pressing|열압착", "electrospinning|전기방사", "spray coating|분무 코팅",
)  # fmt: skip
MEMBRANE_USES = _terms(
    "alkaline fuel cells|알칼리 연료전지", "alkaline water electrolysis|알칼리 수전해",
    "redox flow batteries|레독스 흐름 전지", "acid recovery|산 회수", "electrodialysis|전기투석",
)  # fmt: skip
BENEFITS = _terms(
    "make the membrane more stable|막을 더 안정하게 하였다", "open wider ion channels|이온 통로를 넓혔다",
    "slow down the loss of ions|이온의 손실을 늦추었다", "keep the film flexible|막을 유연하게 하였다",
)  # fmt: skip
CODES = ("QPA", "IMX", "PYR", "TMX", "BQN", "GPS", "AVM", "LKE", "DNP", "SRO")

CATALYSTS = _terms(
    "platinum|백금", "palladium|팔라듐", "nickel|니켈", "iridium oxide|산화 이리듐",
    "ruthenium oxide|산화 루테늄", "cobalt|코발트", "manganese oxide|산화 망가니즈", "copper|구리",
    "silver|은", "iron nitride|질화 철",
)  # fmt: skip
SUPPORTS = _terms(
    "carbon black|카본 블랙", "graphene oxide|산화 그래핀", "titanium dioxide|이산화 타이타늄",
    "alumina|알루미나", "carbon fiber|탄소 섬유", "cerium oxide|산화 세륨", "zeolite|제올라이트",
    "silica|실리카",
)  # fmt: skip
TREATMENTS = _terms(
    "acid washing|산 세척", "nitrogen doping|질소 도핑", "plasma treatment|플라스마 처리",
    "calcination|소성", "ball milling|볼 밀링", "ozone oxidation|오존 산화", "steam activation|수증기 활성화",
)  # fmt: skip
PURPOSES = _terms(
    "increase the surface area|표면적을 넓히기", "anchor the metal particles|금속 입자를 고정하기",
    "improve the electron transport|전자 이동을 돕기", "remove impurities|불순물을 없애기",
    "prevent sintering|소결을 막기", "create surface defects|표면 결함을 만들기",
)  # fmt: skip
REACTIONS = _terms(
    "propane dehydrogenation|프로페인 탈수소화", "carbon monoxide oxidation|일산화 탄소 산화",
    "carbon dioxide hydrogenation|이산화 탄소 수소화", "ammonia synthesis|암모니아 합성",
    "methane reforming|메테인 개질", "ammonia decomposition|암모니아 분해", "methanol oxidation|메탄올 산화",
    "toluene combustion|톨루엔 연소",
)  # fmt: skip
LOADINGS = _terms(
    "wet impregnation|습식 함침", "chemical vapor deposition|화학 기상 증착", "coprecipitation|공침",
    "electrodeposition|전기 도금", "hydrothermal synthesis|수열 합성",
)  # fmt: skip

MOLECULES = _terms(
    "2-chloro-4-nitroaniline|2-클로로-4-나이트로아닐린", "4-aminobenzoic acid|4-아미노벤조산",
    "1,3-dimethylimidazolium chloride|염화 1,3-다이메틸이미다졸륨",
    "N,N-dimethyl-4-nitroaniline|N,N-다이메틸-4-나이트로아닐린",
    "(2R,3R)-2,3-dihydroxybutanedioic acid|(2R,3R)-2,3-다이하이드록시뷰테인다이오산",
    "ethyl 4-aminobenzoate|4-아미노벤조산 에틸", "4,4'-bipyridine|4,4'-바이피리딘",
    "1,10-phenanthroline|1,10-페난트롤린", "dibenzo[b,d]furan|다이벤조[b,d]퓨란",
    "thieno[3,2-b]thiophene|싸이에노[3,2-b]싸이오펜",
)  # fmt: skip
"""Solids that organic solvents dissolve."""
MOLECULE_SOLVENTS = _terms(
    "ethanol|에탄올", "acetone|아세톤", "toluene|톨루엔", "acetonitrile|아세토나이트릴",
    "ethyl acetate|아세트산 에틸", "methanol|메탄올", "hexane|헥세인", "dichloromethane|다이클로로메테인",
)  # fmt: skip
MOLECULE_WASHINGS = _terms(
    "dilute H2SO4|묽은 H2SO4", "NaHCO3 solution|NaHCO3 용액", "NaCl solution|NaCl 용액",
    "dilute HCl|묽은 HCl", "NaOH solution|NaOH 용액", "Na2CO3 solution|Na2CO3 용액",
)  # fmt: skip
MOLECULE_METHODS = _terms(
    "recrystallization|재결정", "column chromatography|관 크로마토그래피", "vacuum sublimation|진공 승화",
    "freeze drying|동결 건조", "zone melting|띠 용융",
)  # fmt: skip
SALTS = _terms(
    "α-Fe2O3|α-Fe2O3", "K3[Fe(CN)6]|K3[Fe(CN)6]", "CuSO4·5H2O|CuSO4·5H2O", "Na2S2O3|Na2S2O3",
    "Li2CO3|Li2CO3", "BaSO4|BaSO4", "Al2(SO4)3|Al2(SO4)3", "TiO2|TiO2",
)  # fmt: skip
"""Solids that are named by their formula."""
SALT_SOLVENTS = _terms("ethanol|에탄올", "acetone|아세톤", "methanol|메탄올", "2-propanol|2-프로판올")
SALT_WASHINGS = _terms(
    "cold NaCl solution|찬 NaCl 용액", "cold K2SO4 solution|찬 K2SO4 용액", "cold H2O|찬 H2O"
)
SALT_METHODS = _terms(
    "slow crystallization|느린 결정화", "membrane filtration|막 여과", "freeze drying|동결 건조",
    "repeated centrifugation|반복 원심 분리",
)  # fmt: skip
COMPOUND_USES = _terms(
    "trace analysis|미량 분석", "battery research|전지 연구", "dye production|염료 생산",
    "corrosion tests|부식 시험", "drug screening|약물 탐색", "sensor coatings|센서 코팅",
)  # fmt: skip

LOOK_ALIKES = (
    "The cells ran at a relative humidity of {a}%.",
    "A single cell gave a power density of {b} mW/cm2.",
    "The coulombic efficiency was {a}% and the energy efficiency was {c}%.",
    "In diffusion dialysis, the acid recovery was {c}%.",
    "The mechanical strength of the dry film was {d} MPa.",
    "The desalination rate came to {c}% after one hour.",
    "The exchange rate of the electrolyte was {d} mL/min.",
)
"""Values that look like the wanted properties; a careful reader leaves them out."""
