"""Short ways to receive a message in the small city of the kept registers."""

import datetime as dt
from typing import Any

from anlan.registers.models import Region, ReportingUnit
from anlan.warning.actions.receiving import NewMessage, Told, receive_message
from anlan.warning.models import IssuedWarning, WarningMessage
from tests.registers.kept import said
from tests.registers.small_city import NOW

ISSUER = "演示·运城市气象台"
AT = NOW - dt.timedelta(hours=2)
MINUTE = dt.timedelta(minutes=1)
TEXT = "演示·运城市气象台2026年11月24日08时00分发布大雾橙色预警信号：请注意防范。"


def unit(code: str = "city") -> ReportingUnit:
    found: ReportingUnit = ReportingUnit.objects.get(code=code)
    return found


def region(code: str = "140800") -> Region:
    found: Region = Region.objects.get(code=code)
    return found


def told(**more: Any) -> Told:
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "hazard": "fog",
        "level": "orange",
        "change": "issue",
        "issued_at": AT,
        "regions": (region().pk,),
    }
    return Told(**values | more)


def message(*, where: str = "city", **more: Any) -> NewMessage:
    own = {name: more.pop(name) for name in ("text", "received_at", "identifier") if name in more}
    values: dict[str, Any] = {"text": TEXT, "received_at": NOW} | own
    return NewMessage(told=told(**more), unit=unit(where).pk, **values)


def receive(
    login: str = "bureau", *, now: dt.datetime = NOW, request_id: str = "", **more: Any
) -> dict[str, Any]:
    """A message received; what it changed is in the answer."""
    return receive_message(message(**more), **said(login, request_id, now=now))


def change(kind: str, level: str, minute: int, **more: Any) -> dict[str, Any]:
    """A further message of the same station on fog, some minutes after the first."""
    return receive(change=kind, level=level, issued_at=AT + minute * MINUTE, **more)


def warning(key: str) -> IssuedWarning:
    found: IssuedWarning = IssuedWarning.objects.get(pk=key)
    return found


def row(key: str) -> WarningMessage:
    found: WarningMessage = WarningMessage.objects.select_related("warning").get(pk=key)
    return found
