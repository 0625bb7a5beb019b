"""Warnings without sign-in: page, GeoJSON, CAP. Off until it is switched on.

Whatever world a browser looks at elsewhere: here it is the live one.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.views import View

from anlan.base import clock
from anlan.base.city_language import in_city_language
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.maps.online import HOST, key_of, online_map
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.current import LIVE, standing_in
from anlan.exchange.models import PublicRelease
from anlan.exchange.queries import public_release
from anlan.exchange.screens.public_map import public_map
from anlan.warning.queries.public import (
    PublicWarning,
    cap_of,
    last_change,
    outlines,
    public_message,
    public_warnings,
)

CAP_TYPE: Final = "application/cap+xml"
FRESH_S: Final = 60
"""House rule: a copy is asked for again after a minute."""


class Told:
    """What is told in one answer."""

    def __init__(self, setting: PublicRelease, now: dt.datetime) -> None:
        self.setting, self.now = setting, now
        self.warnings = public_warnings(now)
        self.online = online_map()

    def open_map_host(self, request: HttpRequest) -> None:
        """For the kept copy as well: its head is replaced when it is asked for again."""
        if self.setting.map_approval and key_of(self.online):
            request.map_host = HOST  # type: ignore[attr-defined]

    def tag(self, kind: str) -> str:
        """Changes whenever anything that is told changes."""
        parts = [
            kind,
            translation.get_language(),
            self.setting.version,
            self.online.version,
            *((each.key, each.versions, each.ended_at) for each in self.warnings),
        ]
        return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])


Answer = Callable[[HttpRequest, Told], HttpResponse]


def publicly(request: HttpRequest, kind: str, answer: Answer) -> HttpResponse:
    """The answer with its caching heads, in the live world; a page that says so when it is off."""
    with standing_in(LIVE):
        setting = public_release()
        if not setting.is_on:
            return switched_off(request)
        told = Told(setting, clock.now())
        if kind == "page":
            told.open_map_host(request)
        etag, changed = told.tag(kind), last_change(told.now, told.warnings)
        seconds = int(changed.timestamp())
        response = get_conditional_response(request, etag=etag, last_modified=seconds)
        if response is None or response.status_code == 412:
            response = answer(request, told)
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(seconds)
        patch_cache_control(response, public=True, max_age=FRESH_S)
        patch_vary_headers(response, ("Cookie",))
        return response


def switched_off(request: HttpRequest) -> HttpResponse:
    return render(request, "exchange/public_off.html", status=404)


class PublicPage(View):
    """In force first, each with its words, area, times and the files of it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return publicly(request, "page", self._page)

    def _page(self, request: HttpRequest, told: Told) -> HttpResponse:
        standing = [each for each in told.warnings if each.ended_at is None]
        is_mapped = bool(told.setting.map_approval)
        context = {
            "standing": standing,
            "ended": [each for each in told.warnings if each.ended_at is not None],
            "map": public_map(outlines(), standing) if is_mapped else None,
            "map_approval": told.setting.map_approval,
            "asked_at": told.now,
        }
        return render(request, "exchange/public.html", context)


class GeoJson(View):
    """The same as features. Outlines of divisions only where a base map is approved."""

    def get(self, request: HttpRequest) -> HttpResponse:
        with translation.override("zh-hans"):
            return publicly(request, "geojson", self._features)

    def _features(self, request: HttpRequest, told: Told) -> HttpResponse:
        held = (
            {each.code: each.geometry for each in outlines()} if told.setting.map_approval else {}
        )
        features = [
            _feature(request, each, area, held) for each in told.warnings for area in each.areas
        ]
        body: dict[str, Any] = {"type": "FeatureCollection", "features": features}
        if is_demonstration_now():
            body["demonstration"] = in_city_language(gettext_noop("Demonstration data, not real"))
        response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
        response.headers["Content-Type"] = "application/geo+json; charset=utf-8"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def _feature(
    request: HttpRequest, told: PublicWarning, area: Any, held: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{told.key}-{told.areas.index(area)}",
        "geometry": area.outline or held.get(area.code),
        "properties": {
            "warning": str(told.key),
            "issuer": told.issuer,
            "hazard": told.hazard,
            "hazard_word": told.hazard_word,
            "level": told.level,
            "level_word": told.level_word,
            "change": told.change,
            "issued_at": told.issued_at.isoformat(),
            "expires_at": told.expires_at.isoformat() if told.expires_at else None,
            "ended_at": told.ended_at.isoformat() if told.ended_at else None,
            "text": told.text,
            "receipt": told.receipt,
            "area": area.name,
            "code": area.code,
            "cap": request.build_absolute_uri(cap_url(told.key)),
        },
    }


def cap_url(key: uuid.UUID) -> str:
    return reverse("public-cap", args=[key])


class PublicCap(View):
    """One message as CAP: the owner's own file unchanged where it came as one."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return publicly(request, f"cap-{pk}", lambda asked, told: self._file(asked, pk))

    def _file(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        message = public_message(pk)
        if message is None:
            return render(request, "exchange/public_none.html", status=404)
        data, _is_own = cap_of(message)
        response = HttpResponse(data, content_type=f"{CAP_TYPE}; charset=utf-8")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
