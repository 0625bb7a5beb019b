"""Where the brokers of readings are, or a refusal to start that names the wrong setting."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"mqtt": 1883, "mqtts": 8883, "nats": 4222, "tls": 4222}


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPlace:
    """An address with what proves us there. Without a host the way is off."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    is_encrypted: bool = False
    authority: str = ""


def broker(name: str, plain: str, encrypted: str) -> BrokerPlace:
    """`ANLAN_<name>_URL`, `…_PASSWORD_FILE`, `…_CA_FILE`; off without an address."""
    names = {part: f"ANLAN_{name}_{part}" for part in ("URL", "PASSWORD_FILE", "CA_FILE")}
    given = {part: os.environ.get(label, "").strip() for part, label in names.items()}
    if not given["URL"]:
        left = [names[part] for part, value in given.items() if value]
        if left:
            raise ImproperlyConfigured(f"{names['URL']} is missing, but {left[0]} is set")
        return BrokerPlace()
    try:
        parts = urlsplit(given["URL"])
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise ImproperlyConfigured(f"{names['URL']} is no address") from error
    if parts.scheme not in (plain, encrypted) or not host or parts.password:
        raise ImproperlyConfigured(
            f"{names['URL']} must be {encrypted}://user@host:port (or {plain}:// on a line of "
            f"your own), and its password stand in the file of {names['PASSWORD_FILE']}"
        )
    return BrokerPlace(
        host=host,
        port=port,
        user=unquote(parts.username or ""),
        password=_content(names["PASSWORD_FILE"], given["PASSWORD_FILE"]),
        is_encrypted=parts.scheme == encrypted,
        authority=given["CA_FILE"],
    )


def _content(name: str, path: str) -> str:
    if not path:
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{name}: the file {path!r} cannot be read") from error
