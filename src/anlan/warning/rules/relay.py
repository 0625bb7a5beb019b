"""The text to be passed on: the issuer's words unchanged, with issuer and time.

`relay_text` makes the full text and the one that fits one short message.

Source: House rule: whoever relays changes nothing (气象灾害防御条例 Art.30 lets only stations say
it); where the words themselves name no issuer or time, both stand before them. One short message
holds 70 characters (usual form of the field).
Edge cases: what does not fit ends at the last whole clause, with the sign … for what is left out;
a first clause that is too long is cut.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from anlan.warning.rules.reading.moment import CITY_TIME
from anlan.warning.rules.reading.reading import read_warning
from anlan.warning.rules.short_text import units

ONE_MESSAGE_CHARS: Final = 70
LEFT_OUT: Final = "…"
_CLAUSE_END: Final = re.compile(r"[，。；！：,;!:\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """`short` has at most 70 characters; `is_cut`: it is not the whole text."""

    full: str
    short: str
    is_cut: bool


def relay_text(text: str, issuer: str, issued_at: dt.datetime) -> Relay:
    """The text as it is passed on. See the module text."""
    words = text.strip()
    reading = read_warning(words, received_at=issued_at).known()
    names_issuer = issuer in words or reading.issuer.is_read
    names_time = reading.issued_at.value == issued_at
    when = issued_at.astimezone(CITY_TIME).strftime("%Y年%m月%d日%H时%M分")
    before = ("" if names_issuer else issuer) + ("" if names_time else when)
    full = f"{before}：{words}" if before else words
    short = fitted(full, ONE_MESSAGE_CHARS)
    return Relay(full=full, short=short, is_cut=short != full)


def fitted(full: str, most: int) -> str:
    """At most so many characters, as a telephone network counts them."""
    if units(full) <= most:
        return full
    room = most - units(LEFT_OUT)
    ends = [each.end() for each in _CLAUSE_END.finditer(full) if units(full[: each.end()]) <= room]
    end = ends[-1] if ends else min(room, len(full))
    while units(full[:end]) > room:
        end -= 1
    return full[:end].rstrip() + LEFT_OUT
