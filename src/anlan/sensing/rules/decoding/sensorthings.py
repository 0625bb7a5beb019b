"""Observations as SensorThings 1.1 sends them: one, or arrays of data (CreateObservations).

Source: OGC 18-088, clauses 10.2 and 14 (from memory). Units and valid range: see `decoded`; the
result is in the unit in which the datastream is kept. A datastream is named by its id alone, so
whoever asks must say what each id is called (`known`). Edge cases: without phenomenonTime it is
the moment of receipt, as the standard says; resultTime is read past, since the time of receipt is
kept instead; what else the standard allows and cannot be kept is refused, not dropped. A name
that stands twice in an object or among the components refuses the whole: no row of it is sure.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.decoding.decoded import (
    Decoded,
    Reading,
    Rejected,
    Why,
    cut,
    gathered,
    instant_of,
    reading_of,
)
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered

FORM: Final = "sta"
_TAKEN: Final = frozenset({"phenomenonTime", "result", "resultTime"})
_FEATURE: Final = "FeatureOfInterest"
_FEATURE_ID: Final = ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id")
_ID: Final = "@iot.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What messages call a datastream, and the id of its station."""

    station: str
    key: str
    feature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One observation as sent. `line` counts from 1."""

    line: int
    datastream: str
    at: object
    value: object
    feature: str | None
    text: str


def items_of_one(content: bytes, datastream: str | None) -> tuple[Item, ...]:
    """One entity; `datastream` is that of the address, where it names one."""
    row = _document(content)
    if not isinstance(row, dict):
        raise BadQuery(gettext_noop("An observation is one JSON object."))
    given = _linked(row, "Datastream") if "Datastream" in row else None
    if datastream is not None and given not in (None, datastream):
        raise BadQuery(gettext_noop("The address and the body name two datastreams."))
    key = datastream or given
    if key is None:
        raise BadQuery(gettext_noop('Name the datastream: "Datastream": {"@iot.id": "…"}.'))
    _refuse_others(set(row) - {"Datastream", _FEATURE, _ID}, row)
    feature = _linked(row, _FEATURE) if row.get(_FEATURE) is not None else None
    return (_item(1, key, row, feature),)


def items_of_arrays(content: bytes) -> tuple[Item, ...]:
    """Groups of `Datastream`, `components`, `dataArray`."""
    groups = _document(content)
    if not isinstance(groups, list):
        raise BadQuery(gettext_noop("CreateObservations takes a list of groups."))
    found: list[Item] = []
    for group in groups:
        found += _of_group(group, len(found))
    return tuple(found)


def readings_of(items: Sequence[Item], known: Mapping[str, Named], now: datetime) -> Decoded:
    """Readings, and each observation that is none with its reason."""
    return gathered(_readings(items, known, now))


def instant_in(item: Item, now: datetime) -> datetime | None:
    """When an observation was made: as sent, or the moment of receipt."""
    return now if item.at is None else instant_of(item.at)


def _readings(
    items: Sequence[Item], known: Mapping[str, Named], now: datetime
) -> Iterator[Reading | Rejected]:
    for item in items:
        named = known.get(item.datastream)
        if named is None:
            yield Rejected(item.line, Why.UNKNOWN_PROPERTY, item.text)
        elif item.feature not in (None, named.feature):
            yield Rejected(item.line, Why.OTHER_FEATURE, item.text)
        else:
            at = now.isoformat() if item.at is None else item.at
            fields = (named.station, named.key, at, item.value)
            yield reading_of(item.line, fields, "", item.text)


def _document(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise BadQuery(gettext_noop("The body is not valid JSON.")) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _twice([name for name, _ in pairs])
    return found


def _twice(names: Sequence[str]) -> BadQuery:
    said = next(name for name in names if names.count(name) > 1)
    return BadQuery(
        gettext_noop("{name} stands twice, and one of its values would be lost. Send it once."),
        name=said,
    )


def _linked(row: Mapping[str, Any], name: str) -> str:
    """The id of an entity that is there already."""
    target = row[name]
    key = target.get(_ID, target.get("id")) if isinstance(target, dict) else None
    if isinstance(target, dict) and set(target) - {_ID, "id"}:
        raise NotOffered(
            gettext_noop("{name} cannot be entered with an observation; name it by its id."),
            name=name,
        )
    if isinstance(target, dict) and target.get("id", key) != key:
        raise _twice([_ID, _ID])
    if not isinstance(key, str):
        raise BadQuery(gettext_noop('{name} is named as {{"@iot.id": "…"}}.'), name=name)
    return key.lower()


def _refuse_others(given: set[str], row: Mapping[str, Any]) -> None:
    """What would be lost is refused; what is empty loses nothing."""
    lost = sorted(name for name in given - _TAKEN if row.get(name) not in (None, {}, [], ""))
    if lost:
        raise NotOffered(
            gettext_noop("This cannot be kept with an observation; leave it out: {names}."),
            names=tuple(lost),
        )


def _of_group(group: Any, before: int) -> Iterator[Item]:
    if not isinstance(group, dict) or "Datastream" not in group:
        raise BadQuery(
            gettext_noop("Each group has Datastream, components and dataArray."),
        )
    datastream = _linked(group, "Datastream")
    names, rows = group.get("components"), group.get("dataArray")
    if not isinstance(names, list) or not isinstance(rows, list) or "result" not in names:
        raise BadQuery(
            gettext_noop("Each group has Datastream, components and dataArray."),
        )
    names = [_FEATURE_ID[0] if name in _FEATURE_ID else str(name) for name in names]
    if len(set(names)) != len(names):
        raise _twice(names)
    for place, cells in enumerate(rows, start=before + 1):
        if not isinstance(cells, list) or len(cells) != len(names):
            yield Item(
                line=place, datastream=datastream, at="", value=None, feature=None, text=cut(cells)
            )
            continue
        row = dict(zip(names, cells, strict=True))
        feature = row.pop(_FEATURE_ID[0], None)
        _refuse_others(set(row) - {"id", _ID}, row)
        yield _item(place, datastream, row, None if feature is None else str(feature).lower())


def _item(line: int, datastream: str, row: Mapping[str, Any], feature: str | None) -> Item:
    return Item(
        line=line,
        datastream=datastream,
        at=row.get("phenomenonTime"),
        value=row.get("result"),
        feature=feature,
        text=cut(json.dumps(row, ensure_ascii=False)),
    )
