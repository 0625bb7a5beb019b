"""CAP files of the small city, and short ways to take them in."""

import datetime as dt
from dataclasses import replace
from typing import Any

from anlan.warning.actions.receiving_cap import CapFile, import_cap
from anlan.warning.models import CapDocument
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MessageType,
    Named,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
)
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.kept import said
from tests.registers.small_city import NOW

BEIJING = dt.timezone(dt.timedelta(hours=8))
SENT = (NOW - dt.timedelta(hours=1)).astimezone(BEIJING)
SENDER = "14080041600000"
ISSUER = "演示·运城市气象台"
XINJIANG = Area(description="新绛县", geocodes=(Named(name="GB/T 2260", value="140825"),))
INFO = Info(
    language="zh-CN",
    categories=(Category.MET,),
    event="暴雨",
    urgency=Urgency.IMMEDIATE,
    severity=Severity.SEVERE,
    certainty=Certainty.LIKELY,
    event_codes=(Named(name="GB/T 35561", value="11B03"),),
    expires=SENT + dt.timedelta(hours=6),
    sender_name=ISSUER,
    headline="暴雨预警",
    description="预计未来6小时有暴雨。",
    areas=(XINJIANG,),
)


def alert(minute: int = 0, **more: Any) -> Alert:
    """An orange rainstorm alert for 新绛县; keywords of its info go into the info."""
    of_info = {name: more.pop(name) for name in list(more) if name in Info.__slots__}
    values: dict[str, Any] = {
        "identifier": f"{SENDER}_{minute:02d}",
        "sender": SENDER,
        "sent": SENT + dt.timedelta(minutes=minute),
        "status": Status.ACTUAL,
        "message_type": MessageType.ALERT,
        "scope": Scope.PUBLIC,
        "infos": (replace(INFO, **of_info),),
    }
    return Alert(**values | more)


def refers(*minutes: int) -> tuple[Reference, ...]:
    return tuple(alert(minute).as_reference() for minute in minutes)


def update(minute: int, *earlier: int, **more: Any) -> Alert:
    return alert(
        minute, message_type=MessageType.UPDATE, references=refers(*(earlier or (0,))), **more
    )


def cancel(minute: int, *earlier: int, **more: Any) -> Alert:
    values: dict[str, Any] = {"infos": (), "note": "雨已停，解除。"} | more
    return alert(
        minute, message_type=MessageType.CANCEL, references=refers(*(earlier or (0,))), **values
    )


def take(
    given: Alert | bytes, login: str = "bureau", *, name: str = "演示.xml", **more: Any
) -> dict[str, Any]:
    data = given if isinstance(given, bytes) else write_cap(given)
    now = more.pop("now", NOW)
    file = CapFile(name=name, data=data, received_at=now, unit=more.pop("unit", None))
    return import_cap(file, **said(login, more.pop("request_id", ""), now=now))


def document(key: str) -> CapDocument:
    found: CapDocument = CapDocument.objects.select_related("message__warning").get(pk=key)
    return found
