"""How a carrier wants to be called: method, headers, query, body, all from the settings.

Decides what is sent for one message. China's carriers differ in everything: a form or JSON that
nests, XML, a query; GBK; a digest over some of the fields and the secret; a body in base64. None
of them stands here.

Source: House rule: the shape of the settings is ours.
Units and valid range: placeholders are `PLACEHOLDERS` and the names of `made`, each of which may
use those before it; times are those of China (UTC+8). A digest is over UTF-8.
Edge cases: what a value contains is never read as a placeholder; in XML a value is escaped. A
character that GBK has not is sent as a question mark. In JSON a field that is no text stays what
it is.
"""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives import hashes, hmac

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.exchange.rules.carrier import PLACEHOLDERS, BadMap

METHODS: Final = frozenset({"POST", "GET"})
FORMATS: Final = frozenset({"json", "form", "xml"})
CHARSETS: Final = frozenset({"utf-8", "gbk", "gb18030"})
DIGESTS: Final[Mapping[str, Callable[[], hashes.HashAlgorithm]]] = {
    "md5": hashes.MD5,  # carriers ask for it; nothing of ours rests on it
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sm3": hashes.SM3,
}
OUTPUTS: Final = frozenset({"hex", "HEX", "base64"})
ENCODES: Final = frozenset({"", "base64"})
TIME_NAMES: Final = frozenset({"seconds", "milliseconds"})
_PLACE: Final = re.compile(r"\{(\w*)\}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
_OURS: Final = frozenset({"content-type", "content-length", "host", "idempotency-key"})
_TYPES: Final = {
    "json": "application/json; charset={charset}",
    "form": "application/x-www-form-urlencoded; charset={charset}",
    "xml": "text/xml; charset={charset}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A placeholder that is made for each call. One of `time` (a form of strftime, `seconds`,
    `milliseconds`), `digest` (over `of`, with a `key` as HMAC) and `document` (as JSON text)."""

    name: str
    time: str = ""
    digest: str = ""
    of: str = ""
    key: str = ""
    output: str = "hex"
    document: Any = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name in PLACEHOLDERS:
            raise BadMap(self.name)
        given = (bool(self.time), bool(self.digest), self.document is not None)
        if sum(given) != 1 or bool(self.digest) != bool(self.of):
            raise BadMap(self.name)
        if (self.digest and self.digest not in DIGESTS) or self.output not in OUTPUTS:
            raise BadMap(self.name)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Request:
    """The form of a call. XML has a `body`, the others `fields`; a GET puts its fields into the
    query. Without a `repr`: settings may hold secrets."""

    method: str = "POST"
    format: str = "json"
    charset: str = "utf-8"
    encode: str = ""
    content_type: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    made: tuple[Made, ...] = ()

    def __post_init__(self) -> None:
        _one_of(self.method, METHODS, "method")
        _one_of(self.format, FORMATS, "format")
        _one_of(self.charset, CHARSETS, "charset")
        _one_of(self.encode, ENCODES, "encode")
        self._refuse_shape()
        known = set(PLACEHOLDERS)
        for one in self.made:
            check_places((one.of, one.key, one.document), known)
            known.add(one.name)
        check_places((self.fields, self.body, self.query, self.headers), known)

    def _refuse_shape(self) -> None:
        if self.format == "xml" and (self.fields or not self.body or self.method == "GET"):
            raise BadMap("body")
        if self.format != "xml" and (self.body or not self.fields):
            raise BadMap("fields")
        if self.method == "GET" and (self.format != "form" or self.encode):
            raise BadMap("method")
        if self.format == "form" and not _is_flat(self.fields):
            raise BadMap("fields")
        if self.format == "json" and self.charset != "utf-8":
            raise BadMap("charset")
        for name in self.headers:
            if not _HEADER.fullmatch(name) or name.lower() in _OURS:
                raise BadMap(name)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Rendered:
    """What is sent. `query` and `form` are yet to be written in the `charset`; a call has a
    `form`, a `body` or neither. `encode`: what is done with the body before it leaves."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    form: Mapping[str, Any] | None = None
    body: bytes | None = None
    charset: str = "utf-8"
    encode: str = ""


def rendered(request: Request, values: Mapping[str, str], now: dt.datetime) -> Rendered:
    """The call for one message. See the module text."""
    known = dict(values)
    for one in request.made:
        known[one.name] = _made(one, known, now)
    query = {name: _filled(text, known) for name, text in request.query.items()}
    headers = {name: _one_line(_filled(text, known)) for name, text in request.headers.items()}
    if request.method == "GET":
        query |= _fill_all(request.fields, known)
        return Rendered(method="GET", query=query, headers=headers, charset=request.charset)
    kind = request.content_type or _TYPES[request.format].format(charset=request.charset)
    is_form = request.format == "form"
    return Rendered(
        method="POST",
        query=query,
        form=_fill_all(request.fields, known) if is_form else None,
        body=None if is_form else _body(request, known),
        headers={**headers, "Content-Type": kind},
        charset=request.charset,
        encode=request.encode,
    )


def check_places(given: Any, known: set[str]) -> None:
    """Every placeholder is known, every leaf is a text, a number or a truth. Raises BadMap."""
    if isinstance(given, str):
        for name in _PLACE.findall(given):
            if name not in known:
                raise BadMap(name)
    elif isinstance(given, Mapping):
        check_places(tuple(given.values()), known)
    elif isinstance(given, list | tuple):
        for one in given:
            check_places(one, known)
    elif given is not None and not isinstance(given, bool | int | float):
        raise BadMap(str(given))


def _body(request: Request, known: Mapping[str, str]) -> bytes:
    if request.format == "xml":
        text = _filled(request.body, known, escape)
        return text.encode(request.charset, errors="xmlcharrefreplace")
    return json.dumps(_fill_all(request.fields, known), ensure_ascii=False).encode()


def _made(one: Made, known: Mapping[str, str], now: dt.datetime) -> str:
    if one.time:
        return _time(one.time, now)
    if one.document is not None:
        return json.dumps(_fill_all(one.document, known), ensure_ascii=False)
    found = _digest(one, _filled(one.of, known).encode(), _filled(one.key, known).encode())
    if one.output == "base64":
        return base64.b64encode(found).decode("ascii")
    return found.hex().upper() if one.output == "HEX" else found.hex()


def _digest(one: Made, data: bytes, key: bytes) -> bytes:
    algorithm = DIGESTS[one.digest]()
    made = hmac.HMAC(key, algorithm) if one.key else hashes.Hash(algorithm)
    made.update(data)
    return made.finalize()


def _time(form: str, now: dt.datetime) -> str:
    if form in TIME_NAMES:
        return str(int(now.timestamp() * (1000 if form == "milliseconds" else 1)))
    return now.astimezone(CHINA_STANDARD_TIME).strftime(form)


def _fill_all(given: Any, known: Mapping[str, str]) -> Any:
    if isinstance(given, str):
        return _filled(given, known)
    if isinstance(given, Mapping):
        return {name: _fill_all(value, known) for name, value in given.items()}
    if isinstance(given, list | tuple):
        return [_fill_all(value, known) for value in given]
    return given


def _filled(template: str, known: Mapping[str, str], shown: Callable[[str], str] = str) -> str:
    return _PLACE.sub(lambda found: shown(known[found.group(1)]), template)


def _one_line(text: str) -> str:
    """A value cannot begin a header of its own."""
    return " ".join(text.split())


def _is_flat(fields: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str | int | float) for value in fields.values())


def _one_of(value: str, allowed: frozenset[str], part: str) -> None:
    if value not in allowed:
        raise BadMap(part)
