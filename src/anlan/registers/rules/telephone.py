"""Telephone numbers as people type them, and as they are kept.

Source: mobile numbers of mainland China: eleven digits, 1 then 3–9 (numbering plan of the
ministry of industry and information technology). What is kept of an office number is a House rule:
area code, number and extension, joined by hyphens.
Edge cases: an empty number stays empty; a number that a spreadsheet shortened (1.39E+10) is no
number and is not guessed.
"""

import re
import unicodedata

_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^(\d{3,4}-)?\d{3,8}(-\d{1,6})?$")
_JOINTS = re.compile(r"[\s\-—–_.·]+")
_EXTENSION = re.compile(r"(转|分机|ext\.?)", re.IGNORECASE)
_PREFIX = re.compile(r"^(\+|00)86")
MAX_CHARS = 30


def repaired_mobile(text: str) -> str:
    """A mobile number without blanks, hyphens, country code and full-width digits."""
    plain = unicodedata.normalize("NFKC", text).removesuffix(".0")
    return _PREFIX.sub("", _JOINTS.sub("", plain))


def is_mobile(number: str) -> bool:
    return bool(_MOBILE.match(number))


def repaired_landline(text: str) -> str:
    """An office number as area-number-extension."""
    plain = unicodedata.normalize("NFKC", text).removesuffix(".0").strip()
    plain = _EXTENSION.sub("-", plain.replace("(", "").replace(")", "-"))
    return _JOINTS.sub("-", _PREFIX.sub("", plain)).strip("-")


def is_landline(number: str) -> bool:
    return len(number) <= MAX_CHARS and bool(_LANDLINE.match(number))
