"""A reader who follows every link and presses every button of a signed-in sign-in."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from anlan.site.middleware import LANGUAGE_COOKIE

SAMPLES = 6
"""Pages looked at per route: lists of thousands of villages are one route."""
SAMPLES_OF_KEY = 2
"""Further pages looked at per key of the query: each filter, sort and page link is pressed."""
CODES = re.compile(r"[A-Za-z0-9]+(?:[-.:/_][A-Za-z0-9]+)+|\b[A-Z]{3,}\b")
"""Codes of records, file names and pinyin initials: the same in every language."""
SILENT = {"script", "style", "kbd", "code", "option", "title", "svg", "textarea"}
LATIN = re.compile(r"[A-Za-z][A-Za-z_]{2,}")
ALLOWED = re.compile(
    r"""
    ^(?:API|JSON|OpenAPI|CSV|XLSX|GeoJSON|PDF|SVG|UTF|HMAC|UUID|UUIDv7|TOTP|GDP|CGCS2000|CGCS|
    GCJ|WGS|SM3|SM4|Anlan|English|Ctrl|Esc|Enter|Shift|docx|txt|pdf|csv|xlsx|toml|Excel|Word|WPS|
    GB18030|Apache|Python|chinesecalendar|via|cnmaps|data|MIT|km|Mt|
    CAP|XML|xml|RSS|Atom|Natural|Earth|GeoNames)$
    """,
    re.VERBOSE,
)


class _Page(HTMLParser):
    """Links, forms and readable Latin words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[dict] = []
        self.words: list[str] = []
        self.text: list[str] = []
        self.foreign: list[str] = []
        self._silent = 0
        self._exempt: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("src", "href", "action"):
            if urlsplit(given.get(name, "")).netloc:
                self.foreign.append(given[name])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self.forms.append(
                {
                    "action": given.get("action", ""),
                    "method": given.get("method", "get").lower(),
                    "fields": [],
                    "upload": "multipart" in given.get("enctype", ""),
                }
            )
        if tag in ("input", "select", "textarea", "button") and self.forms and given.get("name"):
            self._add_field(tag, given)
        if tag == "option" and self.forms and self.forms[-1]["fields"] and "selected" in given:
            name, _ = self.forms[-1]["fields"][-1]
            self.forms[-1]["fields"][-1] = (name, given.get("value", ""))
        if tag in SILENT:
            self._silent += 1
        for name in ("title", "placeholder", "aria-label", "alt"):
            self._collect(given.get(name, ""))
        self._open(tag, given)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag not in ("br", "img", "input", "meta", "link", "hr", "source", "wbr", "col"):
            outer = self._exempt[-1] if self._exempt else False
            classes = given.get("class", "").split()
            exempt = given.get("lang", "zh").startswith("en") or "code" in classes
            self._exempt.append(outer or exempt)

    def _add_field(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "")
        if kind in ("file",) or (kind in ("checkbox", "radio") and "checked" not in given):
            return
        self.forms[-1]["fields"].append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT and self._silent:
            self._silent -= 1
        if self._exempt and tag not in ("br", "img", "input"):
            self._exempt.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())
        if not self._silent and not (self._exempt and self._exempt[-1]):
            self._collect(data)

    def _collect(self, text: str) -> None:
        words = LATIN.findall(CODES.sub(" ", text))
        self.words += [word for word in words if not ALLOWED.match(word)]


@dataclass
class Findings:
    """What a crawl found wrong, and how much it looked at."""

    pages: int = 0
    buttons: int = 0
    broken: list[str] = field(default_factory=list)
    english: Counter = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    routes: Counter = field(default_factory=Counter)


class Crawler:
    """Breadth first from `/`, at most `SAMPLES` pages a route and kind of query."""

    def __init__(self, client: Client, names: frozenset[str] = frozenset()) -> None:
        self.client = client
        self.names = names
        self.found = Findings()
        self._seen: set[str] = set()
        self._queue: deque[tuple[str, str]] = deque()
        self._pressed: Counter = Counter()

    def crawl(self, start: str = "/") -> Findings:
        self._queue.append((start, ""))
        while self._queue:
            path, origin = self._queue.popleft()
            self._look(path, origin)
        return self.found

    def _look(self, path: str, origin: str) -> None:
        response = self.client.get(path, follow=True)
        where = f"{path} (from {origin})"
        if response.status_code >= 400:
            self.found.broken.append(f"{response.status_code} {where}")
            return
        self.found.pages += 1
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        here = response.redirect_chain[-1][0] if response.redirect_chain else path
        page = _Page()
        page.feed(response.content.decode())
        self._judge(page, path)
        for link in page.links:
            self._follow(urljoin(here, link), path)
        for form in page.forms:
            self._press(form, here)

    def _judge(self, page: _Page, path: str) -> None:
        for word in page.words:
            if word in self.names:
                continue
            self.found.english[f"{word} ({resolve(urlsplit(path).path).route})"] += 1
        if not page.links and not page.forms:
            self.found.empty.append(path)
        self.found.foreign += page.foreign

    def _follow(self, link: str, origin: str) -> None:
        parts = urlsplit(link)
        if parts.scheme == "tel":  # a telephone dials it, no address is opened
            return
        if parts.scheme not in ("", "http", "https") or parts.netloc not in ("", "testserver"):
            self.found.foreign.append(link)
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if not path.startswith("/") or path in self._seen:
            return
        self._seen.add(path)
        try:
            route = resolve(parts.path).route
        except Resolver404:
            self.found.broken.append(f"no route {path} (from {origin})")
            return
        keys = tuple(sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}))
        wanted = not keys and self.found.routes[route] < SAMPLES
        for key in keys:
            self.found.routes[route, key] += 1
            wanted = wanted or self.found.routes[route, key] <= SAMPLES_OF_KEY
        if wanted:
            self.found.routes[route] += 1
            self._queue.append((path, origin))

    def _press(self, form: dict, here: str) -> None:
        target = urlsplit(urljoin(here, form["action"] or here))
        if form["method"] == "get":
            query = urlencode([(name, value) for name, value in form["fields"] if name])
            self._follow(f"{target.path}?{query}", here)
            return
        if target.path.rstrip("/").endswith(("sign-out", "logout")):
            return
        try:
            route = resolve(target.path).route
        except Resolver404:
            self.found.broken.append(f"form to no route {target.path} (on {here})")
            return
        names = tuple(sorted({name for name, _ in form["fields"]}))
        self._pressed[route, names] += 1
        if self._pressed[route, names] > 2:
            return
        self.found.buttons += 1
        with transaction.atomic():
            path = target.path + (f"?{target.query}" if target.query else "")
            response = self.client.post(path, dict(form["fields"]))
            if response.status_code == 404 or response.status_code >= 500:
                self.found.broken.append(f"{response.status_code} POST {path} (on {here})")
            transaction.set_rollback(True)
        self.client.cookies.pop(LANGUAGE_COOKIE, None)  # go on in Chinese


MOST_CLICKS = 3
MOST_READ = 400
"""Pages read a depth: enough for every list of the menu, an end for a walk that fails."""
LIKELY = (
    re.compile(r"^/(?:my-work/list|dues|plan/[a-z]+)/\?.*per=2000"),
    re.compile(r"overdue|late=|lamp=|/owed/|/my-work/|^/plan/$|by=counties"),
)
"""Addresses read first among equals, so that a walk which succeeds ends early."""


def _likely(path: str) -> list[bool]:
    return ["sort=" in path, *(not pattern.search(path) for pattern in LIKELY)]


def out_of_reach(
    client: Client, wanted: list[frozenset[str]], start: str = "/"
) -> list[frozenset[str]]:
    """What of `wanted` (a thing by the paths of its pages) needs more than `MOST_CLICKS` clicks.

    Breadth first over the links that a reader sees: no typing, no form. A link that leads on (a
    redirect) counts as the page where it ends.
    """
    reached: set[str] = set()
    seen, level = {start}, [start]

    def missing() -> list[frozenset[str]]:
        return [thing for thing in wanted if not thing & reached]

    for clicks in range(MOST_CLICKS):
        following: list[str] = []
        for path in sorted(level, key=_likely)[:MOST_READ]:
            here, links = _links_of(client, path)
            reached |= {_plain(path), _plain(here)}
            new = [link for link in links if link not in seen]
            seen |= set(new)
            following += new
            reached |= {_plain(link) for link in new}
            if clicks + 1 == MOST_CLICKS:
                reached |= {_landing(client, link) for link in new if LEADS_ON.search(link)}
            if not missing():
                return []
        level = following
    return missing()


def _plain(path: str) -> str:
    return path.partition("?")[0]


LEADS_ON = re.compile(r"^/dues/[0-9a-f-]+/subject/$")
"""Links that are pages of others."""


def _landing(client: Client, path: str) -> str:
    return _plain(client.get(path).headers.get("Location", path))


def _links_of(client: Client, path: str) -> tuple[str, list[str]]:
    """Where an address ends, and the links of its page."""
    response = client.get(path, follow=True)
    here = response.redirect_chain[-1][0] if response.redirect_chain else path
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.status_code != 200 or not is_page:
        return here, []
    page = _Page()
    page.feed(response.content.decode())
    found = [urlsplit(urljoin(here, link)) for link in page.links]
    return here, [
        parts.path + (f"?{parts.query}" if parts.query else "")
        for parts in found
        if parts.path.startswith("/") and parts.netloc in ("", "testserver")
    ]
