"""When a photograph was taken, from what the camera wrote into it.

Source: Exif 2.32 (CIPA DC-008): DateTimeOriginal "YYYY:MM:DD HH:MM:SS" without a zone,
OffsetTimeOriginal "±HH:MM" since edition 2.31. House rule: without an offset the camera is taken
to show the city's time, and that is said; a time after the photograph arrived, or before
`EARLIEST`, is a wrong clock and counts as unknown, with what the camera wrote kept beside it.
Units and valid range: aware instants. Edge cases: no time in the file → missing, and it is said;
at most `AHEAD` after the arrival → taken at the arrival's side of a clock that runs ahead: kept.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN, Reason, SourceStatus, Verdict, pairs

RULE: Final = "photo-time"
SOURCE: Final = "Exif 2.32 (CIPA DC-008-2019)"
AHEAD: Final = timedelta(minutes=10)
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OFFSET: Final = re.compile(r"^([+-])(\d{2}):(\d{2})$")
_MOST_OFFSET_HOURS: Final = 14


class TimeProof(StrEnum):
    """How far the time of a photograph is proven."""

    WITH_ZONE = "with-zone"
    CITY_ZONE = "city-zone"
    WRONG_CLOCK = "wrong-clock"
    MISSING = "missing"

    @property
    def label(self) -> str:
        return TIME_PROOF_LABELS[self]


TIME_PROOF_LABELS: Final = {
    TimeProof.WITH_ZONE: gettext_noop("time and zone of the camera"),
    TimeProof.CITY_ZONE: gettext_noop("time of the camera, taken as the city's"),
    TimeProof.WRONG_CLOCK: gettext_noop("the camera's clock is wrong"),
    TimeProof.MISSING: gettext_noop("the file says no time"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a file says: the text of the time and of the offset, as the camera wrote them."""

    text: str = ""
    offset: str = ""


def photo_time(
    taken: Taken, *, received_at: datetime, city: tzinfo
) -> tuple[Verdict[datetime], TimeProof]:
    """The instant and its proof; UNKNOWN when missing or wrong. Edge cases: see the module."""
    found, proof = _read(taken, city)
    if found is not None and not EARLIEST <= found <= received_at + AHEAD:
        found, proof = None, TimeProof.WRONG_CLOCK
    reason = Reason(
        rule=RULE,
        source=SOURCE,
        status=SourceStatus.FROM_MEMORY,
        inputs=pairs(text=taken.text, offset=taken.offset, received_at=received_at),
        note=Message.of(proof.label),
    )
    value = UNKNOWN if found is None else found
    return Verdict(value=value, reasons=(reason,)), proof


def _read(taken: Taken, city: tzinfo) -> tuple[datetime | None, TimeProof]:
    text = taken.text.strip().strip("\x00")
    try:
        naive = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone follows
    except ValueError:
        return None, TimeProof.MISSING if not text.strip(" :0") else TimeProof.WRONG_CLOCK
    zone = _zone(taken.offset.strip().strip("\x00"))
    if zone is None:
        return naive.replace(tzinfo=city), TimeProof.CITY_ZONE
    return naive.replace(tzinfo=zone), TimeProof.WITH_ZONE


def _zone(text: str) -> timezone | None:
    found = _OFFSET.match(text)
    if found is None:
        return None
    hours, minutes = int(found[2]), int(found[3])
    if hours > _MOST_OFFSET_HOURS or minutes > 59:
        return None
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if found[1] == "-" else span)
