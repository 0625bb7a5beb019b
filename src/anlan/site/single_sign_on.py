"""The settings of another provider of sign-ins, or a refusal to start that names the wrong one."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LABEL_CHARS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    label: str = ""


def single_sign_on() -> SingleSignOn:
    """Off without an issuer; then none of the others may be set, for somebody meant it."""
    names = {
        name: os.environ.get(f"ANLAN_OIDC_{name}", "").strip()
        for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET_FILE", "LABEL")
    }
    if not names["ISSUER"]:
        left = [f"ANLAN_OIDC_{name}" for name, value in names.items() if value]
        if left:
            raise ImproperlyConfigured(f"ANLAN_OIDC_ISSUER is missing, but {left[0]} is set")
        return SingleSignOn()
    _refuse_issuer(names["ISSUER"])
    if not names["CLIENT_ID"]:
        raise ImproperlyConfigured("ANLAN_OIDC_CLIENT_ID is missing")
    if len(names["LABEL"]) > LABEL_CHARS:
        raise ImproperlyConfigured(f"ANLAN_OIDC_LABEL is longer than {LABEL_CHARS} characters")
    return SingleSignOn(
        issuer=names["ISSUER"],
        client_id=names["CLIENT_ID"],
        client_secret=_secret(names["CLIENT_SECRET_FILE"]),
        label=names["LABEL"],
    )


def _refuse_issuer(issuer: str) -> None:
    """OpenID Connect Discovery 1.0, 3: https, without query or fragment. Loopback may be http."""
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
    except ValueError as error:
        raise ImproperlyConfigured(f"ANLAN_OIDC_ISSUER is no address: {issuer!r}") from error
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not is_safe or not host or parts.query or parts.fragment or parts.username:
        raise ImproperlyConfigured(
            "ANLAN_OIDC_ISSUER must be an address that begins with https://, without ? and #, "
            f"not {issuer!r}"
        )


def _secret(file: str) -> str:
    if not file:
        raise ImproperlyConfigured("ANLAN_OIDC_CLIENT_SECRET_FILE is missing")
    try:
        secret = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"ANLAN_OIDC_CLIENT_SECRET_FILE cannot be read: {file}"
        ) from error
    if not secret:
        raise ImproperlyConfigured(f"ANLAN_OIDC_CLIENT_SECRET_FILE is empty: {file}")
    return secret
