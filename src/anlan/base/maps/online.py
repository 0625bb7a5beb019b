"""The online base map 天地图: its setting, and the addresses of its tiles.

NoKey           it cannot be switched on without a key
NoApproval      it cannot be switched on without the approval number of the map
NotAKey         what was typed is no key of that platform
"""

import datetime as dt
import re
from typing import Any, Final

from anlan.base.actor import Actor, permitted
from anlan.base.errors import Conflict, Invalid
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import recording
from anlan.base.models import KEEP_INSTANCE, OnlineMap
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.tiles import Tile
from anlan.base.sealed import Unreadable, open_sealed, seal
from anlan.base.upkeep import validate

PURPOSE: Final = "online-map"
HOST: Final = "https://t0.tianditu.gov.cn"
LAYERS: Final = ("vec", "cva")
"""Drawn in this order: the vector base, then its Chinese names."""
KEY = re.compile(r"[0-9A-Za-z]{16,64}")


class NoKey(Invalid):
    code = "no-map-key"
    message = gettext_noop(
        "The online map needs a key. Apply for one at the national platform 天地图, type it in, "
        "or leave the switch off."
    )


class NotAKey(Invalid):
    code = "not-a-map-key"
    message = gettext_noop(
        "A key of 天地图 is 16 to 64 letters and digits without blanks. Copy it again."
    )


class NoApproval(Invalid):
    code = "no-map-approval"
    message = gettext_noop(
        "A map is shown with its approval number (审图号). It stands at the foot of 天地图: type "
        "it in, or leave the switch off."
    )


def online_map() -> OnlineMap:
    """The setting; off where nobody has set it."""
    found: OnlineMap | None = OnlineMap.objects.first()
    return found if found is not None else OnlineMap(version=0)


def key_of(row: OnlineMap) -> str:
    """The key, empty where the map is off or the key does not open (another world, another key
    file): the offline map is then what there is."""
    if not row.is_on:
        return ""
    try:
        return open_sealed(row.sealed_key, purpose=PURPOSE)
    except (Unreadable, ValueError):
        return ""


def tile_url(layer: str, tile: Tile, key: str) -> str:
    """Address of a tile of the geographic matrix (CGCS2000)."""
    return (
        f"{HOST}/{layer}_c/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
        f"&STYLE=default&TILEMATRIXSET=c&FORMAT=tiles&TILEMATRIX={tile.level}"
        f"&TILEROW={tile.row}&TILECOL={tile.column}&tk={key}"
    )


def set_online_map(
    *,
    is_on: bool,
    key: str,
    approval: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Show the online map, or stop. An empty `key` keeps the one that is there.
    `expected_version` 0 where it was never set. Neither journal nor log learns the key."""
    key, approval = key.strip(), approval.strip()
    payload = {"is_on": is_on, "approval": approval, "version": expected_version}
    with recording(
        action="base.onlinemap.set",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload | {"key": plain_digest(key.encode()) if key else ""},
    ) as rec:
        if rec.repeated:
            return rec.result
        permitted(actor, KEEP_INSTANCE)
        there = OnlineMap.objects.first()
        if there is None and expected_version:
            raise Conflict(expected=expected_version, current=0)
        row = (
            rec.lock(OnlineMap, there.pk, expected_version=expected_version)
            if there is not None
            else OnlineMap()
        )
        _refuse(key, is_on=is_on, approval=approval, has_key=bool(row.sealed_key))
        row.is_on, row.approval = is_on, approval
        if key:
            row.sealed_key = seal(key, purpose=PURPOSE)
        validate(row)
        (rec.save if there is not None else rec.add)(row)
        rec.result = {"id": str(row.pk), "is_on": row.is_on, "version": row.version}
    return rec.result


def _refuse(key: str, *, is_on: bool, approval: str, has_key: bool) -> None:
    if key and not KEY.fullmatch(key):
        raise NotAKey(field="key")
    if is_on and not (key or has_key):
        raise NoKey(field="key")
    if is_on and not approval:
        raise NoApproval(field="approval")
