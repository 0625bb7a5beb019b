"""The readings of one datastream: picture with limits and flags, table, file."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import shown
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.sensing.choices import NOT_OF_THE_VALUE
from anlan.sensing.models import Datastream, Threshold
from anlan.sensing.queries.exporting import Lines, arrow_parts, csv_lines
from anlan.sensing.queries.live import known_until, lives, readings
from anlan.sensing.rules.decoding.arrow_stream import MEDIA_TYPE
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.screens.common import unit_of, with_unit
from anlan.sensing.screens.live import doubts_of
from anlan.sensing.screens.picture import Limit, picture_of

SPANS = (1, 7, 30)
LISTED = 20
MOST_DRAWN = 60_000


def readings_context(request: HttpRequest, row: Datastream) -> dict[str, Any]:
    """What the page of a datastream shows of its readings: the last days, or days until a time
    that the address names (`?days=7&until=2026-11-24T08:00:00Z`)."""
    days, until = _asked(request)
    now = clock.now()
    end = until or now + dt.timedelta(seconds=1)
    start = end - dt.timedelta(days=days)
    found = readings(row.pk, start, end, most=MOST_DRAWN, known_at=known_until())
    limits = [
        Limit(value=each.value, name=str(each.get_kind_display())) for each in _limits(row, end)
    ]
    as_bars = row.observed == ObservedProperty.RAIN
    picture = picture_of(
        found, start, end, interval_s=row.interval_s, limits=limits, as_bars=as_bars
    )
    more = "" if until is None else f"&until={_stamp(until)}"
    return {
        "picture": picture,
        "sentence": _("{count} readings in {unit}, {start} to {end}.").format(
            count=len(found), unit=unit_of(row), start=shown(start), end=shown(end)
        ),
        "tables": [(label, rows) for label, rows in _tables(row, found) if rows],
        "spans": [(n, f"?days={n}{more}", n == days) for n in SPANS],
        "last_url": "" if found else _last_url(row, now, days),
        "csv_url": f"{reverse('datastream-readings', args=[row.pk])}?days={days}{more}",
        "arrow_url": f"{reverse('datastream-arrow', args=[row.pk])}?days={days}{more}",
    }


def _tables(row: Datastream, found: Any) -> list[tuple[str, list[Any]]]:
    """The newest readings, and before them the newest that a test doubts."""
    doubted = [reading for reading in found if reading.flags][-LISTED:]
    return [
        (_("Doubted in this span"), [_row(row, reading) for reading in reversed(doubted)]),
        (_("Newest in this span"), [_row(row, reading) for reading in reversed(found[-LISTED:])]),
    ]


def _last_url(row: Datastream, now: dt.datetime, days: int) -> str:
    """Where the newest reading is, when the span shows none."""
    last = lives([row], now)[0].last
    if last is None:
        return ""
    return f"?days={days}&until={_stamp(last.at + dt.timedelta(seconds=1))}"


def _stamp(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _asked(request: HttpRequest) -> tuple[int, dt.datetime | None]:
    """Days and end of the span; what cannot be read asks for nothing special."""
    text = request.GET.get("days", "")
    days = int(text) if text in {str(n) for n in SPANS} else SPANS[1]
    try:
        until = dt.datetime.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        return days, None
    zoned = until if until.tzinfo else until.replace(tzinfo=clock.CITY_ZONE)
    return days, zoned if 1990 < zoned.year < 2200 else None


def _limits(row: Datastream, end: dt.datetime) -> list[Threshold]:
    """Limits on the value itself that hold at the end of the span."""
    day = end.astimezone(clock.CITY_ZONE).date()
    rows = Threshold.objects.filter(datastream=row, window_min=0, valid_from__lte=day)
    rows = rows.exclude(kind__in=NOT_OF_THE_VALUE)
    return [each for each in rows if each.valid_until is None or day < each.valid_until]


def _row(row: Datastream, reading: Any) -> tuple[str, str | None, str, str, bool]:
    value = with_unit(row, reading.value)
    doubts, received = doubts_of(reading.flags), shown(reading.received_at)
    return shown(reading.at), value, doubts, received, reading.revision > 0


class ReadingsFile(SignedIn, View):
    """The readings of a span as a file that the intake takes back; streamed page by page."""

    capability = Capability.READ_INTERNAL
    lines: Lines = staticmethod(csv_lines)
    suffix = "csv"
    media_type = "text/csv; charset=utf-8"

    def get(self, request: HttpRequest, pk: Any) -> StreamingHttpResponse:
        rows = Datastream.objects.visible_to(scope_of(request)).select_related("station")
        row = rows.filter(pk=pk).first()
        if row is None:
            raise NotFound
        days, until = _asked(request)
        end = until or clock.now() + dt.timedelta(seconds=1)
        lines = self.lines(row, end - dt.timedelta(days=days), end)
        name = f"{row.code.replace(':', '-')}-{_stamp(end)[:10]}.{self.suffix}"
        response = StreamingHttpResponse(lines, content_type=self.media_type)
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
        return response


class ReadingsArrow(ReadingsFile):
    lines = staticmethod(arrow_parts)
    suffix = "arrows"
    media_type = MEDIA_TYPE
