"""Refusals in English and Korean: answers that cannot be trained on, and answers that name no option.

Rows that refuse, or in which a model speaks of itself, teach a model to refuse and to call itself another's product.
How often these phrases were right on real rows: docs/instruction-sets.md.
"""

import re
import unicodedata

START = 160
"""Characters of an answer in which a refusal stands."""
MODEL_EN = (
    r"(?:(?:ai|artificial intelligence)(?: language)?(?: model| assistant| chatbot| bot| system)?"
    r"|(?:large )?language model)(?=\s*[,.;]|\s+(?:I|and|with|trained|developed|created|designed)\b)"
)
"""Not `as an AI engineer`."""
CANNOT_EN = r"\b(?:can(?:no|')t|cannot|unable|not able|not possible|do(?:es)? not|don't|doesn't)\b"
ACTS_EN = (
    r"(?:help|assist|provide|answer|fulfil|comply|complete|generate|create|write|access|browse|open|view|see|"
    r"process|do)\b"
)
MODEL_KO = r"(?:AI|인공\s?지능)"
CANNOT_KO = r"(?:수(?:가|는)?\s*없|못\s*(?:하|합|해)|어렵|않(?:습니다|아요|네요))"
PHRASES = (
    # English, then Korean; all are tried on every answer
    ("speaks as a model", None, rf"\bas an? {MODEL_EN}"),
    ("speaks as a model", None, rf"\bI(?:'m| am) (?:just |only )?an? {MODEL_EN}"),
    ("speaks as a model", None, r"\bmy (?:training data|knowledge) (?:cut-?off|only goes|ends)\b"),
    (
        "speaks as a model",
        START,
        r"\bI (?:do not|don't) have (?:personal (?:opinions|beliefs|feelings|experiences|preferences)|access to)\b",
    ),
    ("names its maker", START, r"\b(?:trained|developed|created|made) by OpenAI\b"),
    (
        "refuses",
        START,
        r"^\W*(?:I(?:'m| am) )?(?:very |so )?sorry,? (?:but )?(?:I|this|the|there|it|we)\b"
        rf"[^.!?]{{0,40}}{CANNOT_EN}",
    ),
    (
        "refuses",
        START,
        rf"^\W*(?:unfortunately,? )?I (?:can(?:no|')t|cannot|(?:am|'m) (?:unable|not able) to) {ACTS_EN}",
    ),
    ("says that there is no answer", START, r"^\W*no ?output\W*$"),
    (
        "speaks as a model",
        None,
        rf"(?:{MODEL_KO}|언어\s*모델)\s*(?:언어\s*모델|챗봇|어시스턴트|비서)?\s*(?:으?로서|이?기\s*때문|이?므로|이?라서)",
    ),
    (
        "speaks as a model",
        None,
        rf"(?:저는|나는|제가)\s*(?:그저|단지)?\s*(?:{MODEL_KO}\s*)?(?:언어\s*)?(?:모델|챗봇|어시스턴트|{MODEL_KO})\s*"
        r"(?:입니다|이며|이고|이에요|예요|이지만|이라(?!는)|이기|으?로서|이므로)",
    ),
    ("names its maker", START, r"OpenAI(?:에서|가|에\s*의해)\s*(?:개발|훈련|만든|제작)"),
    ("refuses", START, rf"^\W*(?:정말\s*)?(?:죄송|미안|유감)[^!?\n]{{0,60}}{CANNOT_KO}"),
)
"""What a phrase shows, in how many first characters of an answer it is looked for (None: in all), its pattern."""
NO_CHOICE = re.compile(
    r"\bI(?:'m| am) (?:sorry|afraid)\b.{0,60}\b(?:can(?:no|')t|unable|not able)\b"
    r"|\bI (?:can(?:no|')t|am unable to|am not able to|won't|will not) (?:answer|help|assist|provide|choose|do that)\b"
    r"|\bas an AI(?: language)? model\b.{0,40}\b(?:can(?:no|')t|unable|not able|do not|don't)\b"
    r"|(?:답변|대답|도움|정답)\S{0,4}\s?(?:을|를)?\s?(?:드릴|해 드릴|할|제공할|말씀드릴|알려드릴)\s?수(?:가)? 없"
    r"|(?:답|대답|답변)(?:하지|할 수가?) (?:않겠|못하겠|없(?:습니다|어요|다))"
    r"|(?:죄송|미안)(?:합니다|하지만).{0,40}(?:수 없|어렵습니다|불가능)",
    re.IGNORECASE | re.DOTALL,
)
"""Only what cannot be anything else: of an exam's answer, a refusal that is missed is `unparsed`, no less true."""


def refusal_in(answer: str) -> str | None:
    """Say what in an answer to train on shows a refusal, or None."""
    for shows, end, pattern in PHRASES:
        if found := re.search(pattern, answer[:end], re.IGNORECASE):
            return f"{shows}: {found.group().strip()!r}"
    return None


def refuses_to_choose(text: str) -> bool:
    """Say whether an answer that names no option is a refusal to choose one."""
    return NO_CHOICE.search(unicodedata.normalize("NFC", text).replace("’", "'")) is not None
