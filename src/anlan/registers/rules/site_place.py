"""In which region a point lies.

Decides the county-level region of a site from its point and the outlines that are loaded.

Source: House rule: a point belongs to the region whose outline covers it, its border included; a
point on a common border belongs to the region of the lower code, so that a repeat decides alike.

Units and valid range: longitude, latitude in degrees, CGCS2000; outlines as GeoJSON polygons.

Edge cases: no outline at all leaves the region UNKNOWN; a point in none of them has the value "".
Outlines of screens are simplified: a point some hundred metres from a border may be decided for
the neighbour, so that the screen asks to compare with the address.
"""

from collections.abc import Mapping
from typing import Any, Final

import shapely  # type: ignore[import-untyped]

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "site-region"
OUTSIDE: Final = ""
_NO_OUTLINES = gettext_noop(
    "No outline is loaded, so the point cannot be checked. Choose the region by hand."
)


def region_of_point(
    longitude_deg: float, latitude_deg: float, outlines: Mapping[str, Mapping[str, Any]]
) -> Verdict[str]:
    """Code of the region that covers the point; `OUTSIDE` when none does."""
    if not outlines:
        return Verdict.unknown(_reason(longitude_deg, latitude_deg, 0, Message.of(_NO_OUTLINES)))
    point = shapely.Point(longitude_deg, latitude_deg)
    covering = (
        code
        for code in sorted(outlines)
        if shapely.covers(shapely.geometry.shape(outlines[code]), point)
    )
    found = next(covering, OUTSIDE)
    reason = _reason(longitude_deg, latitude_deg, len(outlines), None)
    return Verdict(value=found, reasons=(reason,))


def _reason(longitude_deg: float, latitude_deg: float, count: int, note: Message | None) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(longitude_deg=longitude_deg, latitude_deg=latitude_deg, outlines=count),
        note=note,
    )
