"""What the pages of bulletins share: chips, words of all forms, the map to draw on."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anlan.base.screens.cells import Badge
from anlan.registers.models import RegionOutline
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.region_map import (
    MARGIN,
    Projection,
    bounds_of,
    label_point,
    projection_for,
)
from anlan.warning.choices import hazard_and_level
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import (
    Areas,
    areas_of,
    gaps,
    route_for,
)
from anlan.warning.queries.calling import today_of
from anlan.warning.rules.bulletin.approval import approval_of
from anlan.warning.rules.bulletin.content import PART_LABELS, law_of_content
from anlan.warning.rules.bulletin.life import STATE_LABELS, BulletinState
from anlan.warning.rules.bulletin.route import WAY_LABELS, BulletinWay
from anlan.warning.rules.signal import Level
from anlan.warning.screens.common import grounds_of

STATE_LOOKS = {
    BulletinState.DRAFT: ("grey", "edit"),
    BulletinState.SUBMITTED: ("yellow", "info"),
    BulletinState.SENT_BACK: ("orange", "warn"),
    BulletinState.APPROVED: ("blue", "check"),
    BulletinState.ISSUED: ("red", "warn"),
    BulletinState.LIFTING: ("green", "check"),
    BulletinState.UPDATED: ("grey", "right"),
    BulletinState.CANCELLED: ("green", "check"),
    BulletinState.EXPIRED: ("grey", "close"),
    BulletinState.PROPOSED: ("yellow", "info"),
    BulletinState.ADOPTED: ("green", "check"),
    BulletinState.DECLINED: ("grey", "close"),
    BulletinState.DISCARDED: ("grey", "close"),
}


def bulletin_badge(row: Bulletin) -> Badge:
    state = BulletinState(row.state)
    tone, icon = STATE_LOOKS[state]
    return Badge(text=_(STATE_LABELS[state]), tone=tone, icon=icon)


def way_badge(row: Bulletin) -> Badge:
    way = BulletinWay(row.way)
    tone = "blue" if way is BulletinWay.PUBLISH else "grey"
    return Badge(text=_(WAY_LABELS[way]), tone=tone, icon="info")


def title_of(row: Bulletin) -> str:
    """The headline, else what it is about in the reader's language."""
    both = hazard_and_level(row.get_hazard_display(), row.get_level_display())
    named = f"{both} · {row.get_change_display()}"
    return row.headline or named


def areas_text(row: Bulletin) -> str:
    regions, outlines = areas_of(row)
    drawn = [name or _("drawn area") for name, _outline in outlines]
    return "、".join([*(region.name for region in regions), *drawn])


def gap_names(row: Bulletin, now: dt.datetime, areas: Areas | None = None) -> list[str]:
    return [_(PART_LABELS[part]) for part in gaps(row, now, areas)]


def grounds(row: Bulletin, now: dt.datetime) -> dict[str, Any]:
    """Why it is an own warning or a proposal, who approves it, what it must say."""
    route = route_for(row.body, row.hazard, row.level, today_of(now))
    approval = approval_of(Level(row.level))
    return {
        "route_grounds": grounds_of(route.reasons),
        "approval_grounds": grounds_of(approval.reasons),
        "content_grounds": grounds_of((law_of_content(),)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingMap:
    """The counties, and how a point of the drawing becomes degrees. Empty without outlines."""

    counties: Sequence[County] = ()
    outline: str = ""
    width: float = 860.0
    height: float = 0.0
    margin: float = MARGIN
    projection: Projection | None = None


def drawing_map(scope: Scope) -> DrawingMap:
    if not scope.may(Capability.READ_INTERNAL):
        return DrawingMap()
    rows = list(RegionOutline.objects.visible_to(scope).select_related("region"))
    counties = [row for row in rows if row.region.level == "county"]
    if not counties:
        return DrawingMap()
    city = next((row for row in rows if row.region.level == "city"), None)
    edge = [city.geometry] if city is not None else [row.geometry for row in counties]
    projection, height = projection_for(bounds_of(edge))
    return DrawingMap(
        counties=tuple(_county(row, projection) for row in counties),
        outline=projection.path(city.geometry) if city is not None else "",
        height=height,
        projection=projection,
    )


def _county(row: Any, projection: Projection) -> County:
    x, y = label_point(row, projection)
    return County(name=row.region.name, path=projection.path(row.geometry), x=x, y=y)
