"""Whether a body publishes a warning itself or proposes it to the owner (建议).

Decides the way of a bulletin, and the owner's name.

Source: the rows of the register of rights, each with its law (see `rules.publishing`); whoever is
not named proposes, and the owner decides. House rule: no row at all is no permission either.
Edge cases: without any row the owner is not known, the writer names the addressee; an exclusive
row names the owner before another; of several bodies the first by name; of the level asked for
before one for every level.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import UNKNOWN, Verdict
from anlan.warning.rules.publishing import KIND_OF, Kind, Right, may_publish
from anlan.warning.rules.signal import Hazard, Level

RULE: Final = "bulletin-route"


class BulletinWay(StrEnum):
    PUBLISH = "publish"
    PROPOSE = "propose"


WAY_LABELS: Final = {
    BulletinWay.PUBLISH: gettext_noop("own warning"),
    BulletinWay.PROPOSE: gettext_noop("proposal to the owner"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`owner` in words and, where the register names one body, its code; both are empty for what
    the body publishes itself, and where no row names anybody."""

    way: BulletinWay
    owner: str = ""
    owner_body: str = ""


def route_of(
    body: str, hazard: Hazard, level: Level, rights: Iterable[Right], *, on: dt.date
) -> Verdict[Route]:
    """The way of a bulletin of a body. See the module text."""
    if not body:
        raise ValueError("a bulletin has a body")
    held = tuple(rights)
    kind = KIND_OF.get(hazard, Kind.OTHER)
    verdict = may_publish(body, kind, level, held, on=on)
    if verdict.value is True:
        return Verdict(value=Route(way=BulletinWay.PUBLISH), reasons=verdict.reasons)
    if verdict.value is UNKNOWN:
        return Verdict(value=Route(way=BulletinWay.PROPOSE), reasons=verdict.reasons)
    rows = [r for r in held if r.kind is kind and r.level in (None, level) and r.holds_on(on)]
    owner = min(rows, key=lambda r: (not r.is_exclusive, not r.body, r.level is None, r.bodies))
    route = Route(way=BulletinWay.PROPOSE, owner=owner.bodies, owner_body=owner.body)
    return Verdict(value=route, reasons=verdict.reasons)
