"""Invented CAP files of the demonstration, their sender, and receipts of two messages."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from anlan.base import clock
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.base.upkeep import create
from anlan.registers.actions.demonstration import acting, found
from anlan.registers.rules.invented import SOURCE
from anlan.warning.actions.receiving_cap import CapFile, import_cap
from anlan.warning.actions.releasing import Receipt, record_receipt
from anlan.warning.models import CapSender, WarningMessage

FILE: Final = "demonstration-cap.toml"


def cap_scenes(profile: Profile) -> Iterator[Scene]:
    table = profile.table(FILE)
    for row in table["sender"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_enter, row))
    for row in table["file"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_take, row))
    for row in table["receipt"]:
        yield Scene(key=row["key"], at=row["at"], play=partial(_receipt, row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "actor": acting(row.get("by", "bureau")),
        "now": clock.now(),
        "request_id": row["key"],
        "reason": SOURCE,
    }


def _enter(row: dict[str, Any]) -> None:
    sender = CapSender(sender=row["sender"], issuer=row["issuer"], source=SOURCE, mark="X")
    create(sender, **_told(row))


def _take(row: dict[str, Any]) -> None:
    data = row["text"].encode()
    import_cap(CapFile(name=row["name"], data=data, received_at=clock.now()), **_told(row))


def _receipt(row: dict[str, Any]) -> None:
    message = found(WarningMessage, warning__hazard=row["hazard"], issued_at=row["issued_at"])
    receipt = Receipt(number=row["number"], received_at=clock.now())
    record_receipt(message.pk, receipt, **_told(row))
