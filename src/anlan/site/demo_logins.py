"""Sign-ins of a demonstration instance, read from its profile; none in a real instance."""

from functools import lru_cache
from typing import Any

from anlan.site.preparing import profile


@lru_cache(maxsize=1)
def _story() -> dict[str, Any]:
    return profile().table("demonstration.toml")


def demo_logins() -> list[dict[str, str]]:
    """Rows with `login`, `label`, `person`, `title`, `role`."""
    rows: list[dict[str, str]] = _story()["sign_in"]
    return rows


def demo_password() -> str:
    return str(_story()["password"])
