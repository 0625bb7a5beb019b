"""Template tags of maps: what lies under them, and the words about it at their foot.

A map has `projection` (None without one), `width`, and `ground_height` or `height`; its named
shapes are `counties` or `shapes`. A page that draws tiles says so on its request: the head that
opens that host is set for such a page alone.
"""

from collections.abc import Iterator
from typing import Any

from django import template

from anlan.base.maps.ground import Room, drawn_rivers, drawn_towns, ground
from anlan.base.maps.online import HOST, LAYERS, key_of, online_map, tile_url
from anlan.base.rules.tiles import View, tiles_of

register = template.Library()
COUNT_DROP = 15.0
"""Where the count below a county's name stands."""


@register.inclusion_tag("base/map_tiles.html", takes_context=True)
def map_tiles(context: Any, drawn: Any) -> dict[str, Any]:
    """The tiles of the online map, lowest in a drawing; none while it is off."""
    request = context.get("request")
    if request is None or getattr(drawn, "projection", None) is None:
        return {"tiles": ()}
    setting = online_map()
    key = key_of(setting)
    if not key:
        return {"tiles": ()}
    request.map_host = HOST
    request.map_approval = setting.approval
    view = _view(drawn)
    found = [(tile, tile_url(layer, tile, key)) for layer in LAYERS for tile in tiles_of(view)]
    return {"tiles": found} | _ground(drawn)


@register.inclusion_tag("base/map_ground.html", takes_context=True)
def map_ground(context: Any, drawn: Any) -> dict[str, Any]:
    """Rivers and towns, above the counties and below their names. Where tiles are drawn they lie
    below those: seen when no tile arrives."""
    is_covered = bool(getattr(context.get("request"), "map_host", ""))
    if is_covered or getattr(drawn, "projection", None) is None:
        return {"rivers": (), "towns": ()}
    return _ground(drawn)


def _ground(drawn: Any) -> dict[str, Any]:
    projection = drawn.projection
    room = Room(drawn.width, _height(drawn), list(_named(drawn)))
    found = ground()
    return {
        "rivers": drawn_rivers(found, projection, room),
        "towns": drawn_towns(found, projection, room),
    }


@register.inclusion_tag("base/map_credit.html", takes_context=True)
def map_credit(context: Any) -> dict[str, Any]:
    """Where rivers, towns and the online map come from, and its approval number."""
    request = context.get("request")
    return {"sources": ground().sources, "approval": getattr(request, "map_approval", "")}


def _view(drawn: Any) -> View:
    projection = drawn.projection
    zero = projection.point(0.0, 0.0)
    across, down = projection.cos * projection.factor, projection.factor
    return View(
        west=-zero[0] / across,
        north=zero[1] / down,
        per_longitude=across,
        per_latitude=down,
        width=drawn.width,
        height=_height(drawn),
    )


def _height(drawn: Any) -> float:
    return float(getattr(drawn, "ground_height", 0.0) or drawn.height)


def _named(drawn: Any) -> Iterator[tuple[float, float]]:
    for shape in (*getattr(drawn, "counties", ()), *getattr(drawn, "shapes", ())):
        yield shape.x, shape.y
        yield shape.x, shape.y + COUNT_DROP
    for seat in getattr(drawn, "seats", ()):
        yield (seat[1], seat[2]) if isinstance(seat, tuple) else (seat.x, seat.y)
