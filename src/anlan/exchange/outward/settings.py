"""The settings of the real gateways: a file beside the instance, off when it is absent.

The file holds secrets or names their files, so nobody but its owner may read it. A gateway whose
settings are wrong is left out and the screen of the channels says why; the others work on.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from anlan.base.rules.dispatch import INSIDE, Channel
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.exchange.rules.carrier import Accepted, BadMap, ReceiptMap, ReplyMap, code_text
from anlan.exchange.rules.request import Made, Request

WEBHOOK, CARRIER, APPRISE = "webhook", "carrier", "apprise"
KIND_LABELS: Final = {
    WEBHOOK: gettext_noop("signed call of another system"),
    CARRIER: gettext_noop("gateway of a carrier"),
    APPRISE: gettext_noop("e-mail and group robots"),
}
_OFFERED: Final = {
    WEBHOOK: frozenset({Channel.WEBHOOK, Channel.SMS, Channel.VOICE}),
    CARRIER: frozenset({Channel.SMS, Channel.VOICE}),
    APPRISE: frozenset({Channel.EMAIL, Channel.WECOM, Channel.DINGTALK, Channel.FEISHU}),
}
SECRET_LEAST: Final = 16
NAME_CHARS: Final = 30
LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "::1")
MOST_A_CHANNEL: Final = 2
"""The one that sends, and the one that steps in. Both in turn end before the lease of a row."""
_LISTS: Final = ("delivered", "failed", "unanswered", "confirmed")
_REQUEST_TEXTS: Final = ("method", "format", "charset", "encode", "content_type", "body")
_REQUEST_PARTS: Final = frozenset({*_REQUEST_TEXTS, "fields", "query", "headers", "made"})
_MADE_PARTS: Final = frozenset({"time", "digest", "of", "key", "output", "document"})
_REPLY_PATHS: Final = ("number", "text", "reference", "at", "many")
_PATHS: Final = ("key", "reference", "report", "state", "pressed", "many")


class Wrong(ValueError):
    """Settings that cannot be used. `message` is for the administrator and shows no secret."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.msgid)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GatewaySettings:
    """One gateway. Without a `repr`: it may hold secrets."""

    name: str
    kind: str
    channels: frozenset[str]
    url: str = ""
    secret: str = ""
    timeout_s: float = 5.0
    at_once: int = 8
    request: Request | None = None
    accepted: Accepted = field(default_factory=Accepted)
    receipt: ReceiptMap | None = None
    receipt_token: str = ""
    receipt_answer: str = ""
    reply: ReplyMap | None = None
    reply_token: str = ""
    reply_answer: str = ""
    addressees: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What the file says: gateways that can be used, and what is wrong with the others."""

    gateways: tuple[GatewaySettings, ...] = ()
    problems: tuple[Message, ...] = ()
    is_there: bool = False


def read(path: Path) -> Configured:
    """The settings of the file; nothing when there is none."""
    if not path.is_file():
        return Configured()
    if path.stat().st_mode & 0o077:
        return _unusable(
            gettext_noop(
                "Others can read the settings file. Take their rights away (chmod 600) and start "
                "the program again."
            )
        )
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return _unusable(gettext_noop("The settings file cannot be read: it is no valid TOML."))
    rows = document.get("gateway", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return _unusable(gettext_noop("The settings file has no list of gateways."))
    return _read_all(rows, path.parent)


def _read_all(rows: Iterable[dict[str, Any]], folder: Path) -> Configured:
    found: list[GatewaySettings] = []
    problems: list[Message] = []
    for number, row in enumerate(rows, start=1):
        try:
            one = _gateway(row, folder)
            _refuse_twice(one, found)
        except Wrong as wrong:
            problems.append(wrong.message)
        except (BadMap, ValueError, TypeError, KeyError, AttributeError):
            problems.append(_wrong(gettext_noop("Gateway {number} is not complete."), number))
        else:
            found.append(one)
    return Configured(gateways=tuple(found), problems=tuple(problems), is_there=True)


def _unusable(template: str) -> Configured:
    return Configured(problems=(Message.of(template),), is_there=True)


def _wrong(template: str, number: int) -> Message:
    return Message.of(template, number=number)


def _refuse_twice(one: GatewaySettings, others: Iterable[GatewaySettings]) -> None:
    """A name once; a channel at most twice. The order of the file is the order of use."""
    held = list(others)
    if any(one.name == other.name for other in held):
        template = gettext_noop("Gateway “{name}” repeats the name of another.")
        raise Wrong(Message.of(template, name=one.name))
    for channel in one.channels:
        if sum(channel in other.channels for other in held) >= MOST_A_CHANNEL:
            template = gettext_noop(
                "Gateway “{name}” is one too many: a channel has at most {most} gateways, one "
                "that sends and one that steps in."
            )
            raise Wrong(Message.of(template, name=one.name, most=MOST_A_CHANNEL))


def _gateway(row: dict[str, Any], folder: Path) -> GatewaySettings:
    name, kind = str(row["name"]), str(row["kind"])
    channels = frozenset(Channel(one) for one in row["channels"])
    is_named = name.replace("-", "").isalnum() and name.isascii() and len(name) <= NAME_CHARS
    if not is_named or kind not in KIND_LABELS:
        raise ValueError(kind)
    if not channels or not channels <= _OFFERED[kind] or channels & INSIDE:
        template = gettext_noop("Gateway “{name}” cannot serve the channels that it names.")
        raise Wrong(Message.of(template, name=name))
    values: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "channels": frozenset(channel.value for channel in channels),
        "timeout_s": _between(row.get("timeout_s", 5), 0.1, 15),
        "at_once": int(_between(row.get("at_once", 8), 1, 32)),
    }
    if kind == APPRISE:
        return GatewaySettings(**values, addressees=_addressees(row["addressees"]))
    secret = _secret(row, "secret", folder)
    values |= {"url": _address(str(row["url"]), name), "secret": secret}
    if kind == WEBHOOK:
        _long_enough(secret, name)
        return GatewaySettings(**values)
    return GatewaySettings(**values, **_carrier(row, folder, name))


def _carrier(row: dict[str, Any], folder: Path, name: str) -> dict[str, Any]:
    said = row.get("accepted", {})
    values: dict[str, Any] = {
        "request": _request(row["request"], name),
        "accepted": Accepted(
            field=str(said.get("field", "")),
            values=_codes(said.get("values", ())),
            pattern=str(said.get("pattern", "")),
            again=_codes(said.get("again", ())),
            reference=str(said.get("reference", "")),
        ),
    }
    values |= _receipts(row["receipt"], folder, name) if "receipt" in row else {}
    return values | (_replies(row["reply"], folder, name) if "reply" in row else {})


def _request(row: dict[str, Any], name: str) -> Request:
    """How the carrier is called. The part that cannot be used is named: it holds no secret."""
    unknown = sorted(set(row) - _REQUEST_PARTS)
    try:
        if unknown:
            raise BadMap(unknown[0])
        plain = {part: str(row[part]) for part in _REQUEST_TEXTS if part in row}
        made = tuple(_made(key, value) for key, value in row.get("made", {}).items())
        return Request(
            **plain,
            fields=row.get("fields", {}),
            query=_texts(row.get("query", {})),
            headers=_texts(row.get("headers", {})),
            made=made,
        )
    except BadMap as error:
        template = gettext_noop(
            "The call of gateway “{name}” cannot be made: look at “{part}” in its section request."
        )
        raise Wrong(Message.of(template, name=name, part=str(error)[:NAME_CHARS])) from error


def _made(name: str, row: dict[str, Any]) -> Made:
    if not set(row) <= _MADE_PARTS:
        raise BadMap(name)
    texts = {part: str(value) for part, value in row.items() if part != "document"}
    return Made(name=name, **texts, document=row.get("document"))


def _receipts(row: dict[str, Any], folder: Path, name: str) -> dict[str, Any]:
    token = _secret(row, "token", folder)
    _long_enough(token, name)
    paths = {part: str(row.get(part, "")) for part in _PATHS}
    codes = {part: _codes(row.get(part, ())) for part in _LISTS}
    return {
        "receipt": ReceiptMap(**paths, **codes),  # type: ignore[arg-type]
        "receipt_token": token,
        "receipt_answer": str(row.get("answer", "")),
    }


def _replies(row: dict[str, Any], folder: Path, name: str) -> dict[str, Any]:
    token = _secret(row, "token", folder)
    _long_enough(token, name)
    paths = {part: str(row.get(part, "")) for part in _REPLY_PATHS}
    return {
        "reply": ReplyMap(**paths),
        "reply_token": token,
        "reply_answer": str(row.get("answer", "")),
    }


def _secret(row: dict[str, Any], name: str, folder: Path) -> str:
    """From the file that the settings name, or from them."""
    given = row.get(f"{name}_file")
    if given is None:
        return str(row.get(name, ""))
    try:
        return (folder / str(given)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(
            Message.of(
                gettext_noop("The file of a secret of gateway “{name}” cannot be read."),
                name=str(row.get("name", "")) or name,
            )
        ) from error


def _long_enough(secret: str, name: str) -> None:
    if len(secret) < SECRET_LEAST:
        template = gettext_noop(
            "The secret of gateway “{name}” is missing or shorter than {least} characters."
        )
        raise Wrong(Message.of(template, name=name, least=SECRET_LEAST))


def _address(url: str, name: str) -> str:
    """https, or http on this machine: what is sent names people and numbers."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    )
    if not is_safe or not parts.hostname or parts.username:
        template = gettext_noop("The address of gateway “{name}” must begin with https://.")
        raise Wrong(Message.of(template, name=name))
    return url


def _addressees(row: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {
        str(key): tuple(urls if isinstance(urls, list) else [str(urls)])
        for key, urls in row.items()
    }
    if not found:
        raise ValueError("addressees")
    return found


def _codes(given: Iterable[Any]) -> tuple[str, ...]:
    return tuple(code_text(code) for code in given)


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in row.items()}


def _between(value: Any, least: float, most: float) -> float:
    number = float(value)
    if not least <= number <= most:
        raise ValueError(value)
    return number
