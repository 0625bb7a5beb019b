"""What a query of the standard is refused for.

    RuleRefused
    ├── BadQuery      it cannot be read, or asks for what is not there (400)
    ├── NotOffered    the standard has it, this program does not (501)
    └── NoSuchEntity  the address names nothing, or nothing in view (404)

Source: House rule: an option that is not understood is refused, never passed over, since a filter
that is passed over gives too much. Units and valid range: texts of the reader's query are cut to
`SHOWN_CHARS`. Edge cases: none.
"""

from typing import Final

from anlan.base.rules.message import Message, RuleRefused

SHOWN_CHARS: Final = 60


class BadQuery(RuleRefused):
    """The query as it stands cannot be answered; the message says what to write instead."""

    def __init__(self, msgid: str, /, **params: object) -> None:
        super().__init__(Message.of(msgid, **{name: _cut(v) for name, v in params.items()}))


class NotOffered(BadQuery):
    """Part of the standard that is not built here."""


class NoSuchEntity(BadQuery):
    """Nothing stands at this address."""


def _cut(value: object) -> object:
    if isinstance(value, str) and len(value) > SHOWN_CHARS:
        return f"{value[:SHOWN_CHARS]}…"
    return value
