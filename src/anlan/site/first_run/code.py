"""The one-time code of the first run: whoever reads the server's screen may claim the instance.

FirstRunRefused
├── WrongCode         the code is not the one that the server printed
└── TooManyTries      wrong codes or passwords came too fast
"""

import datetime as dt
import os
import secrets
from collections import defaultdict, deque
from pathlib import Path

from django.conf import settings

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, GROUP_LETTERS = 3, 4
TRIES = 5
TRIES_WITHIN = dt.timedelta(minutes=5)
"""House rule: 31 letters to the twelfth; five tries in five minutes are no way through."""

_failures: dict[str, deque[dt.datetime]] = defaultdict(deque)


class FirstRunRefused(Refused):
    code = "first-run-refused"
    status = 403


class WrongCode(FirstRunRefused):
    code = "wrong-code"
    message = gettext_noop(
        "This is not the code that the server printed when it started. Read it there again; "
        "it is also in the file keys/first-run.code of the instance."
    )


class TooManyTries(FirstRunRefused):
    code = "too-many-tries"
    status = 429
    message = gettext_noop("Too many wrong tries. Wait five minutes, then try again.")


def path() -> Path:
    return Path(settings.ANLAN_HOME) / "keys" / "first-run.code"


def current() -> str:
    """The code, made on first use and kept in a file that only the program's user reads."""
    file = path()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        groups = (
            "".join(secrets.choice(LETTERS) for _ in range(GROUP_LETTERS)) for _ in range(GROUPS)
        )
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write("-".join(groups))
    return file.read_text().strip()


def wipe() -> None:
    """The first run is over: no code opens anything any more."""
    path().unlink(missing_ok=True)


def check(given: str, *, who: str, now: dt.datetime) -> None:
    """Refuse a wrong code, and any code after too many wrong ones."""
    refuse_when_hasty(who, now)
    if not path().exists() or not secrets.compare_digest(_plain(given), _plain(current())):
        note_failure(who, now)
        raise WrongCode(field="code")


def refuse_when_hasty(who: str, now: dt.datetime) -> None:
    """Refuse somebody (an address) whose recent tries were wrong too often."""
    tries = _failures[who]
    while tries and now - tries[0] > TRIES_WITHIN:
        tries.popleft()
    if len(tries) >= TRIES:
        raise TooManyTries(field="code")


def note_failure(who: str, now: dt.datetime) -> None:
    _failures[who].append(now)


def forget_failures() -> None:
    """Forget all wrong tries (tests)."""
    _failures.clear()


def _plain(text: str) -> bytes:
    """Case, blanks and hyphens do not matter."""
    kept = (c for c in text.upper() if c.isalnum())
    return "".join(kept).encode()
