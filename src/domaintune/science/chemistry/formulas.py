# ruff: noqa: SIM905 - a table of words reads better than one of quotation marks
"""Telling chemical formulas from words, codes and abbreviations that only look like one.

Sources: IUPAC Red Book 2005, IR-2 (grammar), IR-4 (formulae) and Table I (element symbols).
"""

import re
from functools import lru_cache

METALS = frozenset(
    "Li Na K Rb Cs Be Mg Ca Sr Ba Sc Y La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Ti Zr Hf V Nb Ta Cr Mo W "
    "Mn Tc Re Fe Ru Os Co Rh Ir Ni Pd Pt Cu Ag Au Zn Cd Hg Al Ga In Tl Si Ge Sn Pb Sb Bi Th U Pu".split()
)
"""Metals and the half-metals that stand in their place in a formula."""
OTHERS = frozenset("H D B C N O F P S Cl As Se Br Te I Xe".split())
"""He, Ne, Ar (also aryl), At, No and short-lived elements are left out: in texts they are words."""
LIGANDS = (
    "Me Et nPr iPr Pr nBu tBu iBu sBu Bu Ph Bn Bz Ac Ts Tf Ms Boc Cp py bpy phen acac en cod dba dppf dppe dppp "
    "terpy tpy ppy TFSI FSI salen dmf dmso thf"
).split()
"""Abbreviated groups as in Pd(OAc)2. Source: Red Book, Table VII."""
SIMPLE = frozenset("H2 D2 O2 O3 N2 F2 Cl2 Br2 I2 S8 P4 C60 C70".split())
CAPITALS = frozenset(
    "CO NO h-BN HCN KOH KI KF KCN KSCN WC BN HNCO HNO OCS NOx SOx COx WOx VOx KOCN HOCN".split()
)
"""Formulas of one-letter symbols without a digit that are rarely anything else."""
ABBREVIATED = frozenset(
    "MeOH EtOH iPrOH PrOH BuOH tBuOH MeCN AcOH EtOAc AcCl NaOMe NaOEt NaOAc KOAc KOtBu tBuOK NaOtBu LiOtBu "
    "AgOTf AgOAc CsOAc LiTFSI NaTFSI KTFSI LiFSI NaFSI LiOTf PhOH PhMe PhCl PhBr PhI PhH MeI TfOH MsOH TsOH "
    "NaOCl NaClO HOCl HOBr NOCl ICl IBr BrCl nBuLi BuLi tBuLi MeLi PhLi MeMgBr".split()
)
GROUPS = frozenset(
    "NH2 CH2 CH3 CF2 CF3 CHF2 CH2F CO2H COOH SO3H SO2H PO3H2 CHO C6H5 C6F5 OCH3 OCF3 SCF3 SF5 NO2H CONH2 "
    "SH2 SH3 OH2 NHCO SO2F CO2Me CO2Et CO2R NMe2 NEt2 CH2OH C2H5 N3S SiMe3 SnMe3 SnBu3 BPh2 PPh2 OMe OEt "
    "OAc OTf OTs NHBoc SN2 BP86 CoV2 CP2 PO4 SO4 NO3 CO3 PF6 BF4 ClO4 NHAc SiH SiOH CF2H NCF2H VB12 C2H2N".split()
)
"""Groups, ions without their charge and names of methods: written like formulas, no compounds."""
ANIONS = frozenset(
    "F- Cl- Br- I- I3- OH- HO- CN- SCN- NO3- NO2- HCO3- HCO2- H2PO4- HSO4- HSO3- BF4- PF6- ClO4- ClO2- IO3- "
    "MnO4- HS- BH4- Br3- N3- TFSI- FSI- OAc- AlCl4-".split()
)
_KNOWN = SIMPLE | CAPITALS | ABBREVIATED | ANIONS
_ALONE_PLUS = frozenset("H Li Na K Rb Cs Ag Cu Au Tl".split())
_TAIL = r"(?:O|S|Se|Te|F|Cl|Br|I|OH|OOH|CN|SCN|As|Sb)"
_SYMBOL = "|".join(sorted(METALS | OTHERS | set(LIGANDS), key=lambda symbol: (-len(symbol), symbol)))
_COUNT = r"(?:\d+(?:\.\d+)?(?:[-+±][xyzδ](?![a-z]))?|[xyzn](?![a-z])|δ)?"
_ATOM = rf"(?:(?:{_SYMBOL}){_COUNT})"
_GROUP1 = rf"(?:{_ATOM}|\({_ATOM}+\){_COUNT})"
_GROUP2 = rf"(?:{_GROUP1}|[(\[]{_GROUP1}+[)\]]{_COUNT})"
_FORMULA = re.compile(
    rf"(?:(?:[α-ωghctmo]'?|fac|mer|cis|trans)-)?(?P<atoms>{_GROUP2}+(?:·(?:\d*(?:\.\d+)?|[xn])?{_GROUP1}+)*)(?P<charge>\d?[+-])?"
)
_PARTS = re.compile(rf"({_SYMBOL})({_COUNT})")
_OXIDATION = re.compile(r"([A-Z][a-z]?)\((?:0|[IV]{1,4})(?:[/,][IV]{1,4})?\)")
_ALLOY = re.compile(rf"(?:{'|'.join(sorted(m for m in METALS if len(m) == 2))}){{2,4}}")
_METAL = "|".join(sorted(METALS, key=lambda symbol: (-len(symbol), symbol)))
_BINARY = re.compile(
    rf"(?:{_METAL}|H(?=Cl|Br))(?:{_METAL}|O(?=Cl|Br|I))*{_TAIL}"
    r"|(?:Si|Ti|Ta|Nb|Zr|Hf|Mo|Fe(?=$))C(?!.)|(?:Al|Ga|In|Ti|Ta|Nb|Zr|Hf|Cr)+N|(?:Co|Ni|Fe|In|Ga|Al|Mo)+P|(?:Li|Na|Pd)H"
    r"|(?:Na|Li|Cs)(?:NO|BH|PF|BF)?(?<=.)(?:H|OH)"
)
_CODE = re.compile(
    r"H\d+N\d+|[CI]C\d\d|COP\d\d|(?:Na|Ca|K)V\d\.\d|KCa\d\.\d|[A-Z]\d+[A-Z]|[A-Z]{2}\d{3,}|COX?\d{2,}"
    rf"|(?:{'|'.join(METALS)})(?:O\d)?N\d(?:C\d*)?|(?!Os|Ru)(?:{'|'.join(METALS)})O[46]|\[(?:(?:{'|'.join(METALS)})\d*)+\]"
)
_REAL_CODE_LIKE = frozenset("N2O D2O H2O H2S K2O H2F H2P B2O S2O P2S N2F C2N K2S C3N C2H C2F".split())


@lru_cache(maxsize=65536)
def is_formula(token: str) -> bool:
    """Tell whether a flattened token (`H2SO4`, `[Ru(bpy)3]2+`, `Cu(II)`) is a formula of a substance or an ion.

    An element symbol alone is none, nor is a functional group, a bond (`C-H`) or a code (`H5N1`, `IC50`, `P450`).
    """
    if token in _KNOWN:
        return True
    if oxidation := _OXIDATION.fullmatch(token):
        return oxidation[1] in METALS or oxidation[1] in ("As", "Se", "Te")
    found = _FORMULA.fullmatch(token)
    if not found or token in GROUPS or (_CODE.fullmatch(token) and token not in _REAL_CODE_LIKE):
        return False
    atoms = _PARTS.findall(found["atoms"])
    symbols = {symbol for symbol, _ in atoms}
    if found["charge"]:
        return _is_ion(token, symbols, found["charge"])
    if any(count[:1].isdigit() or count == "x" for _, count in atoms) or ")" in token:
        return len(symbols) > 1 and _counts_fit(atoms) and _order_fits(atoms)
    return not token.isupper() and bool(_BINARY.fullmatch(token) or _ALLOY.fullmatch(token))


def _is_ion(token: str, symbols: set[str], charge: str) -> bool:
    """Tell an ion from a symbol before a hyphen; `SO42-` and `Fe3+` write count and charge in one row."""
    core = token.rstrip("+-")
    if charge.endswith("-"):
        return (
            (core[-1].isdigit() and len(symbols) > 1) or token in ("S2-", "O2-", "Se2-") or core.endswith("]")
        )
    if len(symbols) > 1:
        return core[-1].isdigit() or core.endswith("]")
    (symbol,) = symbols
    return symbol in METALS if core[-1].isdigit() else core in _ALONE_PLUS


def _counts_fit(atoms: list[tuple[str, str]]) -> bool:
    """Refuse counts nobody writes: a single 1, a leading 0 without a point, dozens of a rare atom."""
    for symbol, count in atoms:
        if count == "1" or re.match(r"0\d", count):
            return False
        if count.isdigit() and int(count) > 20 and symbol not in ("C", "H", "O", "W", "Mo", "N"):
            return False
    return any(symbol == "H" for symbol, _ in atoms) or not any(
        symbol == "C" and count.isdigit() and int(count) > 20 for symbol, count in atoms
    )


def _order_fits(atoms: list[tuple[str, str]]) -> bool:
    """Refuse codes of capitals such as PI3K and H3K27: K, V, W, U, Y lead a formula of one-letter symbols."""
    symbols = [symbol for symbol, _ in atoms]
    if any(len(symbol) > 1 for symbol in symbols):
        return not (len(atoms) == 2 and symbols[0] in LIGANDS and symbols[1] in LIGANDS)
    lead = True
    for symbol in symbols:
        if symbol in "KVWUY" and not lead:
            return False
        lead = lead and symbol in "KVWUYH"
    return symbols[-1] not in "KVWUY" and not (symbols[0] == "C" and symbols[1] in "BPI")
