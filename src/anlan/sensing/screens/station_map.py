"""The live map of stations, drawn on the server, and the list beside it: one row a symbol."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.screens.as_of import PARAMETER, past_day
from anlan.base.screens.cells import Badge, shown
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.models import RegionOutline
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.common import unit_choices
from anlan.registers.screens.region_map import (
    MARGIN,
    WIDTH,
    Projection,
    bounds_of,
    label_point,
    projection_for,
    scale_bar,
)
from anlan.sensing.choices import PROPERTY_CHOICES, StationKind
from anlan.sensing.queries.station_map import Narrowing, Placed, Reached, Seen, placed_stations
from anlan.sensing.rules.station_state import SHOWN_LABELS, Shown
from anlan.sensing.screens.common import station_url, with_unit
from anlan.sensing.screens.live import Value, value_of

MOST = 800
"""House rule: a page with more symbols than this is neither read nor drawn in time."""
TRAY_STEP, TRAY_RISE = 30.0, 34.0
LEAST_DEG = 0.2
APART = 20.0
NAMES = ("state", "observed", "body", "unit", "kind")
TONES = {
    Shown.OVER: ("red", "warn"),
    Shown.SILENT: ("red", "close"),
    Shown.NEVER: ("grey", "info"),
    Shown.LATE: ("yellow", "warn"),
    Shown.CALIBRATION: ("orange", "edit"),
    Shown.NORMAL: ("green", "check"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A station on the map. Its place in the tray says that its point is not known."""

    key: str
    url: str
    x: float
    y: float
    state: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The same station in the list."""

    key: str
    name: str
    url: str
    owner: str
    unit: str
    state: str
    badges: tuple[Badge, ...]
    reasons: tuple[str, ...]
    values: tuple[Value, ...]
    time: str
    has_point: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StationMap:
    width: float = WIDTH
    height: float = 0.0
    counties: tuple[County, ...] = ()
    seats: tuple[tuple[str, float, float], ...] = ()
    symbols: tuple[Symbol, ...] = ()
    tray: float = 0.0
    scale_km: int = 0
    scale_px: float = 0.0
    has_outlines: bool = False
    projection: Projection | None = None
    ground_height: float = 0.0


def station_map(rows: Sequence[Placed], scope: Scope) -> StationMap:
    """Every row as one symbol: at its point, or in the tray below the map."""
    outlines = RegionOutline.objects.visible_to(scope).filter(region__level="county")
    held = list(outlines.select_related("region"))
    projection, height = projection_for(_bounds(held, rows))
    without = [row for row in rows if row.point is None]
    points = spread([projection.point(*row.point) for row in rows if row.point])
    placed = zip((row for row in rows if row.point), points, strict=True)
    symbols = [_symbol(row, x, y) for row, (x, y) in placed]
    tray = height + TRAY_RISE if without else 0.0
    across = int((WIDTH - 2 * MARGIN) / TRAY_STEP)
    for place, row in enumerate(without):
        x, y = MARGIN + place % across * TRAY_STEP, tray + place // across * TRAY_STEP
        symbols.append(_symbol(row, x, y))
    km, length = scale_bar(projection.factor)
    return StationMap(
        height=max([height, *(symbol.y + MARGIN for symbol in symbols)]),
        counties=tuple(_county(row, projection) for row in held),
        seats=tuple(_seats(held, projection)),
        symbols=tuple(reversed(symbols)),  # the most urgent is drawn last, over the others
        tray=tray,
        scale_km=km,
        scale_px=length,
        has_outlines=bool(held),
        projection=projection,
        ground_height=height,
    )


def spread(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points apart, so that every symbol can be seen and chosen: one that would cover another
    steps aside to the nearest free place of a grid about it."""
    taken: set[tuple[int, int]] = set()
    found = []
    for x, y in points:
        here = round(x / APART), round(y / APART)
        if here not in taken:
            taken.add(here)
            found.append((x, y))
            continue
        place = next(cell for cell in _cells_about(here) if cell not in taken)
        taken.add(place)
        found.append((round(place[0] * APART, 1), round(place[1] * APART, 1)))
    return found


def _cells_about(here: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Cells in rings outwards, without end."""
    for ring in count(1):
        side = range(-ring, ring + 1)
        cells = [(a, b) for a in side for b in side if max(abs(a), abs(b)) == ring]
        cells.sort(key=lambda cell: cell[0] ** 2 + cell[1] ** 2)
        yield from ((here[0] + a, here[1] + b) for a, b in cells)


def _bounds(held: Sequence[Any], rows: Sequence[Placed]) -> tuple[float, float, float, float]:
    """Outlines and points together, so that nothing falls off; the middle of China without."""
    boxes = [bounds_of([row.geometry]) for row in held]
    boxes += [(*row.point, *row.point) for row in rows if row.point]
    if not boxes:
        return 110.0, 34.0, 112.0, 36.0
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    more_x, more_y = max(0.0, LEAST_DEG - east + west) / 2, max(0.0, LEAST_DEG - north + south) / 2
    return west - more_x, south - more_y, east + more_x, north + more_y


def _symbol(row: Placed, x: float, y: float) -> Symbol:
    values = "；".join(f"{value.label} {value.text}" for value in _values(row) if value.text)
    text = f"{row.station.name}：{'、'.join(_(SHOWN_LABELS[state]) for state in row.states)}"
    return Symbol(
        key=str(row.station.pk),
        url=station_url(row.station),
        x=x,
        y=y,
        state=row.shown.value,
        text=f"{text}。{values}" if values else text,
    )


def _county(row: Any, projection: Any) -> County:
    x, y = label_point(row, projection)
    return County(name=row.region.name, path=projection.path(row.geometry), x=x, y=y)


def _seats(held: Sequence[Any], projection: Any) -> Any:
    for row in held:
        if row.region.longitude_deg is not None and row.region.latitude_deg is not None:
            x, y = projection.point(row.region.longitude_deg, row.region.latitude_deg)
            yield row.region.name, x, y


def _values(row: Placed) -> tuple[Value, ...]:
    return tuple(value_of(live) for live in row.streams)


def line_of(row: Placed) -> Line:
    return Line(
        key=str(row.station.pk),
        name=row.station.name,
        url=station_url(row.station),
        owner=row.station.body.short_name,
        unit=row.station.unit.short_name,
        state=row.shown.value,
        badges=tuple(state_badge(state) for state in row.states),
        reasons=tuple(_reason(each) for each in row.reached) + _overdue(row),
        values=_values(row),
        time=shown(row.last_at) if row.last_at else "",
        has_point=row.point is not None,
    )


def state_badge(state: Shown) -> Badge:
    tone, icon = TONES[state]
    return Badge(text=_(SHOWN_LABELS[state]), tone=tone, icon=icon)


def _reason(each: Reached) -> str:
    stream, limit = each.live.stream, each.limit
    words = _("{observed} {value}: {limit} {number}").format(
        observed=stream.get_observed_display(),
        value=with_unit(stream, each.value),
        limit=limit.get_kind_display(),
        number=with_unit(stream, limit.value),
    )
    if not limit.window_min:
        return words
    window = _("{minutes} minutes").format(minutes=limit.window_min)
    return f"{words}（{window} · {limit.get_soil_display()}）"


def _overdue(row: Placed) -> tuple[str, ...]:
    return tuple(
        _("{observed}: calibration was due on {day}").format(
            observed=live.stream.get_observed_display(), day=live.stream.calibration_due_on
        )
        for live in row.overdue
    )


def narrowing_of(given: Any) -> Narrowing:
    """What an address asks for; an unknown code finds nothing, and says so."""
    return Narrowing(**{name: given.get(name, "").strip() for name in NAMES})


class StationMapPage(SignedIn, View):
    """`?state=` `?observed=` `?body=` `?unit=` `?kind=` narrow map and list alike."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope = scope_of(request)
        chosen = {name: request.GET.get(name, "").strip() for name in NAMES}
        seen = placed_stations(scope, clock.now(), narrowing_of(chosen))
        rows = seen.rows[:MOST]
        context = {
            "map": station_map(rows, scope),
            "lines": [line_of(row) for row in rows],
            "figures": _figures(seen, chosen),
            "legend": [(state.value, _(SHOWN_LABELS[state])) for state in Shown],
            "total": seen.total,
            "cut": len(seen.rows) - len(rows),
            "is_narrowed": any(chosen.values()),
            "boxes": _boxes(scope, chosen, seen),
            "live_models": "sensing",
            "as_of": request.GET.get(PARAMETER, "") if past_day() else "",
            "updated": shown(clock.now()),
        }
        return render(request, "sensing/station_map.html", context)


def _figures(seen: Seen, chosen: dict[str, str]) -> list[tuple[str, str, int, str]]:
    more = {PARAMETER: str(past_day())} if past_day() else {}
    return [
        (
            state.value,
            _(SHOWN_LABELS[state]),
            seen.counts[state],
            "?"
            + urlencode({k: v for k, v in {**chosen, "state": state.value, **more}.items() if v}),
        )
        for state in Shown
    ]


def _boxes(scope: Any, chosen: dict[str, str], seen: Seen) -> list[dict[str, Any]]:
    states = [(state.value, _(SHOWN_LABELS[state])) for state in Shown]
    offered = (
        ("state", _("state"), states),
        ("observed", _("observed property"), PROPERTY_CHOICES),
        ("body", _("owner"), sorted(seen.owners.items(), key=lambda pair: pair[1])),
        ("unit", _("reporting unit"), unit_choices(scope)),
        ("kind", _("kind"), list(StationKind.choices)),
    )
    return [
        {"name": name, "label": label, "choices": choices, "chosen": chosen[name]}
        for name, label, choices in offered
    ]
