"""A text with its parameters, kept apart until a screen puts it into the reader's language.

    RuleRefused          a rule cannot be evaluated as asked; the message says what to do next

Each module that refuses something defines its own small exceptions under `RuleRefused`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from anlan.base.rules.labels import gettext_noop

LIST_COMMA: Final = gettext_noop(", ")
"""Between the items of an enumeration; Chinese uses 、."""


def untranslated(msgid: str, /) -> str:
    return msgid


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`msgid` is English with `str.format` fields.

    A parameter may itself be a Message, or a tuple whose items are enumerated.
    """

    msgid: str
    params: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, msgid: str, /, **params: object) -> Self:
        return cls(msgid=msgid, params=tuple(params.items()))

    def text(self, translate: Callable[[str], str] = untranslated) -> str:
        """The sentence, through `translate` (gettext on screens, nothing elsewhere)."""
        if not self.params:
            return translate(self.msgid)
        fields = {name: _spoken(value, translate) for name, value in self.params}
        return translate(self.msgid).format(**fields)


def _spoken(value: object, translate: Callable[[str], str]) -> object:
    if isinstance(value, Message):
        return value.text(translate)
    if isinstance(value, tuple):
        return translate(LIST_COMMA).join(str(_spoken(item, translate)) for item in value)
    return value


class RuleRefused(Exception):
    """What was refused, which value, what to do next. `message` is translatable."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text())
        self.message = message
