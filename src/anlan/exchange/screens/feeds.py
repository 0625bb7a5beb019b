"""Feeds of released warnings, written by the syndication framework: Atom and RSS."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.sheets import demonstration_mark
from anlan.exchange.screens.public import CAP_TYPE, Told, cap_url, publicly
from anlan.warning.queries.public import PublicWarning

FEED_TITLE = gettext_noop("Warnings released by their owners")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is told, and the address under which it was asked."""

    told: Told
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    told: PublicWarning
    base: str


class WarningFeed(Feed):  # type: ignore[type-arg]
    """Atom, in the language of the city; each entry links the message as CAP."""

    feed_type: type[Atom1Feed] | type[Rss201rev2Feed] = Atom1Feed
    kind = "atom"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("zh-hans"):
            return publicly(request, self.kind, self._written)

    def _written(self, request: HttpRequest, told: Told) -> HttpResponse:
        response: HttpResponse = super().__call__(request, told=told)
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Asked:
        return Asked(told=kwargs["told"], base=request.build_absolute_uri("/")[:-1])

    def title(self) -> str:
        mark = demonstration_mark()
        return f"{_(FEED_TITLE)}（{mark}）" if mark else _(FEED_TITLE)

    def description(self) -> str:
        return _("Only what its owner released through the national system and got a number for.")

    subtitle = description

    def link(self) -> str:
        return reverse("public-warnings")

    def feed_guid(self) -> str:
        return "urn:anlan:warnings"

    def items(self, obj: Asked) -> list[Entry]:
        return [Entry(told=each, base=obj.base) for each in obj.told.warnings]

    def item_title(self, item: Entry) -> str:
        words = f"{item.told.issuer} {item.told.hazard_word}{item.told.level_word}"
        state = (
            _("no longer in force") if item.told.ended_at is not None else item.told.change_word
        )
        return f"{words} · {state}"

    def item_description(self, item: Entry) -> str:
        """As HTML, which readers take it for: “<200米” is no tag."""
        areas = "、".join(area.name for area in item.told.areas)
        lines = (*item.told.text.splitlines(), areas, item.told.receipt)
        return "<br>".join(escape(line) for line in lines)

    def item_link(self, item: Entry) -> str:
        return cap_url(item.told.key)

    def item_guid(self, item: Entry) -> str:
        return f"urn:uuid:{item.told.key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Entry) -> dt.datetime:
        return item.told.issued_at

    def item_updateddate(self, item: Entry) -> dt.datetime:
        return item.told.updated_at

    def item_author_name(self, item: Entry) -> str:
        return str(item.told.issuer)

    def item_categories(self, item: Entry) -> tuple[str, ...]:
        return (
            item.told.hazard,
            item.told.level,
            "ended" if item.told.ended_at is not None else "in-force",
        )

    def item_enclosures(self, item: Entry) -> list[Enclosure]:
        url = f"{item.base}{cap_url(item.told.key)}"
        return [Enclosure(url=url, length="0", mime_type=CAP_TYPE)]


class RssFeed(WarningFeed):
    feed_type = Rss201rev2Feed
    kind = "rss"
