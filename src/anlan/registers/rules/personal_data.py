"""Why the registers hold a personal field, on which basis, and for how long.

Source: 个人信息保护法（2021） 第六条, 第十三条, 第十七条, 第十九条: a purpose, a legal basis and
the shortest necessary time, told to the person. Articles from memory. Periods are House rules
until the city decides otherwise.
"""

from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalField:
    """One personal column of a table."""

    table: str
    column: str
    purpose: str
    basis: str
    retention: str


_DUTY: Final = gettext_noop("statutory duties of the body (personal information law, article 13)")
_POST: Final = gettext_noop("until three years after the last post ended, then the key is erased")

PERSONAL_FIELDS: Final[tuple[PersonalField, ...]] = (
    PersonalField(
        table="person",
        column="name",
        purpose=gettext_noop("to know who holds a post and who answers for a duty"),
        basis=_DUTY,
        retention=_POST,
    ),
    PersonalField(
        table="person",
        column="mobile",
        purpose=gettext_noop("to call the holder of a post in duty and emergency"),
        basis=_DUTY,
        retention=_POST,
    ),
    PersonalField(
        table="person",
        column="landline",
        purpose=gettext_noop("to call the holder of a post in duty and emergency"),
        basis=_DUTY,
        retention=_POST,
    ),
    PersonalField(
        table="person",
        column="initials",
        purpose=gettext_noop("to find a person by pinyin initials"),
        basis=_DUTY,
        retention=_POST,
    ),
    PersonalField(
        table="contactproof",
        column="number",
        purpose=gettext_noop("to know which number was answered when a number changes"),
        basis=_DUTY,
        retention=_POST,
    ),
    PersonalField(
        table="linkedidentity",
        column="subject",
        purpose=gettext_noop(
            "to let a person sign in through the city's own provider of sign-ins"
        ),
        basis=_DUTY,
        retention=_POST,
    ),
)
