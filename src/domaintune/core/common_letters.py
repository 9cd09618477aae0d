"""The commonest letters of Korean, Chinese and Japanese: text read in the wrong encoding has hardly any of them."""

import re

SYLLABLES = frozenset(
    "이다의는을가에하고로지기은를도한사인리어나자서시대정아그수일해보부과있스제상전게장주구들동원여공용성안조비라면만"
    "계선적으관소연무방물유결할치각화경생문세며된되와트체산단재개였했입니때중모분식질높력"
)
HANZI = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好"
    "都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但高意进把法此实"
    "回二理点月明其种声全工性体度电水气料结构热量温反应与及数等化合机型设计系统研究测试结果第变次"
)
KANA = re.compile("[ぁ-んァ-ヶー、。]")
"""Of full width only: bytes of other encodings often decode to half-width kana."""
WESTERN = re.compile(
    "(?<![^\x00-\x7f])[À-ÖØ-öø-ÿ‘’“”–—°±µ§©®™²³½¼€£«»¿¡](?![^\x00-\x7f])"
    "|(?<=[A-Za-z])[À-ÖØ-öø-ÿ]{2}(?=[A-Za-z])"
)
"""Signs and letters with accents stand alone among ASCII, or in pairs within a word (`ação`)."""


def common_share(text: str, encoding: str) -> float:
    """Return which share of the characters beyond ASCII are common in the languages written in an encoding, 0 to 1."""
    beyond = [letter for letter in text if letter > "\x7f"]
    if encoding in PATTERNS:
        common = sum(map(len, PATTERNS[encoding].findall(text)))
    else:
        common = sum(letter in LETTERS[encoding] for letter in beyond)
    return common / max(1, len(beyond))


LETTERS = {"cp949": SYLLABLES, "gb18030": HANZI}
PATTERNS = {"shift_jis": KANA, "windows-1252": WESTERN}
ENCODINGS = (*LETTERS, *PATTERNS)
"""Those a source can be read in, UTF-8 and UTF-16 apart."""
