"""Entities as JSON of the standard: ids, links, properties, what is expanded, arrays of data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from anlan.sensing.queries.sensorthings.holdings import Entity, Holdings, many_of, written
from anlan.sensing.queries.sensorthings.observed import Page, in_order, page_of
from anlan.sensing.rules.sensorthings import vocabulary as names
from anlan.sensing.rules.sensorthings.options import DEFAULT_TOP, Options

COMPONENTS = ("id", "phenomenonTime", "result", "resultTime", "resultQuality", "parameters")


class Rendering:
    """Writes entities for one request; `root` is the absolute address of the service."""

    def __init__(self, holdings: Holdings, root: str) -> None:
        self.holdings, self.root = holdings, root

    def link(self, entity: Entity) -> str:
        key = quote(entity.key.replace("'", "''"), safe="")
        return f"{self.root}/{entity.kind}('{key}')"

    def entity(self, entity: Entity, options: Options) -> dict[str, Any]:
        """One entity: what is selected, or all of it, and what is expanded."""
        self.holdings.spend(1)
        kind, chosen = names.KINDS[entity.kind], options.select
        found: dict[str, Any] = {}
        if not chosen or names.ID in chosen:
            found["@iot.id"] = entity.key
        if not chosen or "selfLink" in chosen:
            found["@iot.selfLink"] = self.link(entity)
        for name in kind.properties:
            if not chosen or name in chosen:
                found[name] = shown(self.holdings.value(entity, name))
        expanded = dict(options.expand)
        for name in kind.ways:
            if name in expanded:
                found |= self.expanded(entity, name, expanded[name])
            elif not chosen or name in chosen:
                found[f"{name}@iot.navigationLink"] = f"{self.link(entity)}/{name}"
        return found

    def expanded(self, entity: Entity, name: str, options: Options) -> dict[str, Any]:
        way = names.KINDS[entity.kind].ways[name]
        if not way.is_many:
            (one,) = self.holdings.related(entity, name)
            return {name: self.entity(one, options)}
        page = self.page(way.kind, entity, name, options)
        found: dict[str, Any] = {}
        if page.count is not None:
            found[f"{name}@iot.count"] = page.count
        found[name] = [self.entity(each, options) for each in page.entities]
        following = next_query(page, options)
        if following:
            found[f"{name}@iot.nextLink"] = f"{self.link(entity)}/{name}?{following}"
        return found

    def page(self, kind: str, source: Entity | None, name: str, options: Options) -> Page:
        """A page of a set: all of a kind, or what a navigation property of `source` leads to."""
        holdings = self.holdings
        if kind == names.OBSERVATIONS:
            streams = (
                list(holdings.streams.values())
                if source is None
                else holdings.streams_behind(source)
            )
            return page_of(holdings, streams, options)
        rows = holdings.every(kind) if source is None else holdings.related(source, name)
        return self.narrowed(rows, options)

    def narrowed(self, rows: Sequence[Entity], options: Options) -> Page:
        holdings, tree = self.holdings, options.filter
        if tree is not None:
            many = many_of(rows[0].kind, tree) if rows else ()
            rows = [row for row in rows if holdings.is_meant(tree, row, many)]
        ordered = in_order(holdings, rows, options)
        end = options.skip + options.top
        has_more = end < len(ordered) and options.top > 0
        return Page(
            entities=ordered[options.skip : end],
            skip=end if has_more else 0,
            count=len(ordered) if options.count else None,
        )

    def collection(self, page: Page, options: Options, address: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if page.count is not None:
            found["@iot.count"] = page.count
        following = next_query(page, options)
        if following:
            found["@iot.nextLink"] = f"{address}?{following}"
        if options.is_data_array:
            found["value"] = self.arrays(page, options)
        else:
            found["value"] = [self.entity(each, options) for each in page.entities]
        return found

    def references(self, page: Page, options: Options, address: str) -> dict[str, Any]:
        """`$ref`: the links alone."""
        found = self.collection(replace(page, entities=[]), options, address)
        return found | {"value": [{"@iot.selfLink": self.link(e)} for e in page.entities]}

    def arrays(self, page: Page, options: Options) -> list[dict[str, Any]]:
        """Observations as arrays, one group a datastream."""
        components = [name for name in COMPONENTS if name in (options.select or COMPONENTS)]
        groups: dict[str, list[Entity]] = {}
        for each in page.entities:
            groups.setdefault(str(each.row.stream.pk), []).append(each)
        self.holdings.spend(len(page.entities))
        return [
            {
                "Datastream@iot.navigationLink": f"{self.root}/{names.DATASTREAMS}('{key}')",
                "components": components,
                "dataArray@iot.count": len(rows),
                "dataArray": [
                    [shown(self.holdings.value(row, name)) for name in components] for row in rows
                ],
            }
            for key, rows in groups.items()
        ]


def shown(value: Any) -> Any:
    return written(value) if isinstance(value, dt.datetime) else value


def next_query(page: Page, options: Options) -> str:
    """The options of the next page; empty at the end."""
    if not page.token and not page.skip:
        return ""
    changed = {"$skip", "$skiptoken"}
    pairs = [(name, text) for name, text in options.raw if name not in changed]
    if not any(name == "$top" for name, _ in pairs) and options.top != DEFAULT_TOP:
        pairs.append(("$top", str(options.top)))
    pairs += [("$skip", str(page.skip))] if page.skip else []
    pairs += [("$skiptoken", page.token)] if page.token else []
    return urlencode(pairs, quote_via=quote, safe="$'(),/:")
