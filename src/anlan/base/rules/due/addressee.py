"""Whose work a due is: the one it names, or who stands in when the post is vacant.

Source: House rule (a duty of a body is never dropped because a person left): a vacant post or a
person who left passes to the plan contact of the body, and where there is none to the body itself.
Edge cases: no body named → the reporting unit; a body in which nobody holds a post → still the
body, said as such, so that the plan office sees it; nobody keeps people (`holding` is None) → the
named one, said as not checked.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "due-addressee"


class AddresseeMissing(RuleRefused):
    """Somebody has to answer."""

    def __init__(self) -> None:
        said = gettext_noop("A due names a body or a reporting unit that has to answer.")
        super().__init__(Message.of(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Codes and keys as text, empty where not named. At most one of post, person, account."""

    body: str = ""
    unit: str = ""
    post: str = ""
    person: str = ""
    account: str = ""

    def __post_init__(self) -> None:
        if not self.body and not self.unit:
            raise AddresseeMissing
        if sum(map(bool, (self.post, self.person, self.account))) > 1:
            raise ValueError("a due names a post, a person or an account, not several")

    @property
    def named(self) -> str:
        """The key of the one that is named inside the body; empty: the body as such."""
        for kind in ("account", "person", "post"):
            if value := getattr(self, kind):
                return f"{kind}:{value}"
        return ""

    @property
    def whole(self) -> str:
        return f"body:{self.body}" if self.body else f"unit:{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What the stage that keeps people knows on a day: is the named one there, who is the plan
    contact of the body (a person's key, or empty), does anybody hold a post in it."""

    is_held: bool
    contact: str = ""
    has_anybody: bool = True


class Reach(StrEnum):
    """How a due reached whom it reached."""

    NAMED = "named"
    CONTACT = "contact"
    BODY = "body"
    NOBODY = "nobody"

    @property
    def label(self) -> str:
        return REACH_LABELS[self]


REACH_LABELS: Final = {
    Reach.NAMED: gettext_noop("as addressed"),
    Reach.CONTACT: gettext_noop("vacant: passed to the plan contact of the body"),
    Reach.BODY: gettext_noop("vacant: passed to the body as such"),
    Reach.NOBODY: gettext_noop("nobody holds a post there: kept for the body, name somebody"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """`doer` is the key of "my work": `account:…`, `person:…`, `post:…`, `body:…`, `unit:…`."""

    reach: Reach
    doer: str


def reach_of(addressee: Addressee, holding: Holding | None) -> Verdict[Reached]:
    """Whom a due reaches today. Source and edge cases: see the module."""
    if holding is None:
        note = gettext_noop("Nobody told who holds the post: addressed as named, not checked.")
        doer = addressee.named or addressee.whole
        return _said(addressee, Reached(reach=Reach.NAMED, doer=doer), note)
    if not holding.has_anybody:
        return _said(addressee, Reached(reach=Reach.NOBODY, doer=addressee.whole))
    if not addressee.named:
        return _said(addressee, Reached(reach=Reach.NAMED, doer=addressee.whole))
    if holding.is_held:
        return _said(addressee, Reached(reach=Reach.NAMED, doer=addressee.named))
    if holding.contact:
        return _said(addressee, Reached(reach=Reach.CONTACT, doer=f"person:{holding.contact}"))
    return _said(addressee, Reached(reach=Reach.BODY, doer=addressee.whole))


def _said(addressee: Addressee, reached: Reached, note: str = "") -> Verdict[Reached]:
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(named=addressee.named, whole=addressee.whole, reach=reached.reach.value),
        note=Message.of(note or reached.reach.label),
    )
    return Verdict(value=reached, reasons=(reason,))
