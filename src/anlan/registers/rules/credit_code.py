"""Check a unified social credit code 统一社会信用代码.

Decides whether a code of 18 characters can be one: its characters and its check character.

Source: GB 32100-2015 《法人和其他组织统一社会信用代码编码规则》: 18 characters of the 31 digits
and capital letters without I, O, S, V and Z; weights 3^(i-1) mod 31; check value
31 - (sum mod 31), where 31 counts as 0. From memory, not checked against the published text; the
printed example 91350100M000100Y43 agrees.

Units and valid range: text; blanks around and between are dropped, full-width and lower-case
letters read as capitals.

Edge cases: an empty code is unknown, never wrong. The region inside the code (characters 3–8) must
be digits; whether such a region exists is not asked: codes outlive divisions.
"""

import unicodedata
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs

RULE: Final = "credit-code"
SOURCE: Final = "GB 32100-2015 法人和其他组织统一社会信用代码编码规则"
CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LENGTH: Final = 18
MODULUS: Final = 31
REGION: Final = slice(2, 8)

_UNKNOWN = gettext_noop("No code is entered: it stays unknown. Enter it from the licence.")
_LENGTH = gettext_noop(
    "The code has {length} characters, not 18. Copy it again from the business licence."
)
_CHARACTER = gettext_noop(
    "“{character}” cannot stand in the code: it has digits and capital letters without I, O, S, "
    "V, Z. Compare with the licence; 0 and O, 1 and I are easily mixed up."
)
_REGION = gettext_noop(
    "Characters 3 to 8 of the code are a division code and have digits only. "
    "Compare with the licence."
)
_CHECK = gettext_noop(
    "The check character should be {expected}, not {given}: a character is wrong or two are "
    "exchanged. Compare all 18 with the licence, or leave the code empty until it is known."
)


def repaired_credit_code(text: str) -> str:
    """The code as it is kept: capitals, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def check_character(first: str) -> str:
    """The 18th character that belongs to the first 17."""
    total = sum(
        CHARACTERS.index(character) * weight
        for character, weight in zip(first, WEIGHTS, strict=True)
    )
    return CHARACTERS[(MODULUS - total % MODULUS) % MODULUS]


def check_credit_code(text: str) -> Verdict[bool]:
    """True when the code can be one, False with the reason, UNKNOWN when there is none."""
    code = repaired_credit_code(text)
    if not code:
        return Verdict.unknown(_reason(code, Message.of(_UNKNOWN)))
    fault = _fault(code)
    return Verdict(value=fault is None, reasons=(_reason(code, fault),))


def _fault(code: str) -> Message | None:
    if len(code) != LENGTH:
        return Message.of(_LENGTH, length=len(code))
    strange = next((character for character in code if character not in CHARACTERS), None)
    if strange is not None:
        return Message.of(_CHARACTER, character=strange)
    if not code[REGION].isdigit():
        return Message.of(_REGION)
    expected = check_character(code[:-1])
    if code[-1] != expected:
        return Message.of(_CHECK, expected=expected, given=code[-1])
    return None


def _reason(code: str, note: Message | None) -> Reason:
    return Reason(
        rule=RULE,
        source=SOURCE,
        status=SourceStatus.FROM_MEMORY,
        edition="2015",
        inputs=pairs(code=code),
        note=note,
    )
