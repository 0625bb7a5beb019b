"""What the public may be told: messages with a receipt, that are for everybody, and nothing else.

House rules: of a warning the newest message that has a receipt is told; a warning that was lifted
or ran out is told as ended for seven days; who recorded it, for which unit, and every internal
message stay inside. Read in the live world by whoever shows it.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from anlan.base.models import JournalEntry
from anlan.registers.models import RegionOutline
from anlan.registers.rules.scope import PROGRAM
from anlan.warning.models import IssuedWarning, WarningMessage
from anlan.warning.queries.cap import content_of
from anlan.warning.queries.release import alert_for, fit_for_xml, original_of, released, written
from anlan.warning.rules.signal import RANK, Level

ENDED_FOR: Final = dt.timedelta(days=7)
MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicArea:
    """`code` of a division, or the drawn `outline`."""

    name: str
    code: str
    outline: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWarning:
    """A warning as the public may know it. `ended_at` None: in force at the time it was asked."""

    key: uuid.UUID
    issuer: str
    hazard: str
    level: str
    change: str
    hazard_word: str
    level_word: str
    change_word: str
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    ended_at: dt.datetime | None
    text: str
    receipt: str
    areas: tuple[PublicArea, ...]
    versions: tuple[int, int, int]

    @property
    def updated_at(self) -> dt.datetime:
        return max(self.issued_at, self.ended_at or self.issued_at)


def public_warnings(now: dt.datetime) -> list[PublicWarning]:
    """In force first, the highest level first; then those that ended within seven days."""
    since = now - ENDED_FOR
    rows = (
        released()
        .filter(issued_at__lte=now)
        .exclude(warning__ended_at__lt=since)
        .select_related("warning", "receipt")
        .prefetch_related("areas__region")
        .order_by("-issued_at", "-id")
    )
    newest: dict[uuid.UUID, WarningMessage] = {}
    for row in rows[: 4 * MOST]:
        newest.setdefault(row.warning_id, row)
    found = [_told(row, now) for row in newest.values()]
    kept = [each for each in found if each.ended_at is None or each.ended_at >= since]
    kept.sort(key=lambda each: each.updated_at, reverse=True)
    kept.sort(key=lambda each: (each.ended_at is not None, -RANK[Level(each.level)]))
    return kept[:MOST]


def _told(row: WarningMessage, now: dt.datetime) -> PublicWarning:
    warning: IssuedWarning = row.warning
    return PublicWarning(
        key=row.pk,
        issuer=warning.issuer,
        hazard=warning.hazard,
        level=row.level,
        change=row.change,
        hazard_word=str(warning.get_hazard_display()),
        level_word=str(row.get_level_display()),
        change_word=str(row.get_change_display()),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        ended_at=_ended(row, now),
        text=fit_for_xml(row.text),
        receipt=row.receipt.number,
        areas=tuple(
            PublicArea(
                name=str(area),
                code=area.region.code if area.region is not None else "",
                outline=area.outline,
            )
            for area in row.areas.all()
        ),
        versions=(row.version, row.receipt.version, warning.version),
    )


def _ended(row: WarningMessage, now: dt.datetime) -> dt.datetime | None:
    """A warning that its owner lifted has ended for everybody, with or without a receipt."""
    ends = [row.warning.ended_at, row.expires_at]
    over = [end for end in ends if end is not None and end <= now]
    return min(over) if over else None


def public_message(key: uuid.UUID) -> WarningMessage | None:
    found: WarningMessage | None = released().filter(pk=key).select_related("warning").first()
    return found


def cap_of(message: WarningMessage) -> tuple[bytes, bool]:
    """The owner's own file where it came as one (True), else the message written as CAP."""
    document = original_of(message)
    if document is not None:
        return content_of(document), True
    return written(alert_for(message, among=released())), False


def last_change(now: dt.datetime, told: Sequence[PublicWarning]) -> dt.datetime:
    """When anything here last became known, or ended by itself."""
    newest = JournalEntry.objects.order_by("-known_at").values_list("known_at", flat=True).first()
    moments = [each.ended_at for each in told if each.ended_at is not None]
    known = [moment for moment in (*moments, newest) if moment is not None and moment <= now]
    return max(known, default=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyOutline:
    code: str
    name: str
    level: str
    geometry: dict[str, Any]
    label: tuple[float, float]


def outlines() -> list[CountyOutline]:
    """Outlines of the city and its counties: shown where a base map is approved."""
    rows = RegionOutline.objects.visible_to(PROGRAM).select_related("region")
    return [
        CountyOutline(
            code=row.region.code,
            name=row.region.name,
            level=row.region.level,
            geometry=row.geometry,
            label=(row.label_longitude_deg, row.label_latitude_deg),
        )
        for row in rows.filter(region__level__in=("city", "county")).order_by("region__code")
    ]
