"""Run by `test_processes.py` in processes of its own: `separate_process.py VERB:ARGUMENT… …`.

The instance is the one that ANLAN_HOME names. Prints the last answer as JSON. What reaches the
gateway is a line of `heard.txt` beside the database: it stays when the process is killed.
"""

import datetime as dt
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.site.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from anlan.base.dispatch import guard
from anlan.base.dispatch.guard import Gateways, Outbound, Receipt
from anlan.base.journal import keys, sealing, verification
from anlan.base.models.dispatch import Dispatch, DispatchOutcome
from anlan.base.rules.dispatch import Outcome
from anlan.exchange import sweep as sweeping
from anlan.exchange.claiming import claim
from tests.exchange.outgoing import NOW
from tests.exchange.outgoing import stamp as stamped
from tests.exchange.outgoing import write as written
from tests.processes import run

sweeping.ROWS_AT_ONCE = 20


class Heard:
    """A real gateway that sends a key once: a line a row, and nothing for a key it knows."""

    name = "real"
    is_real = True
    channels = frozenset({"loopback"})

    def __init__(self, path: Path, *, dies: bool = False) -> None:
        self.path, self.dies = path, dies

    def send(self, rows: Sequence[Outbound], now: dt.datetime) -> list[Receipt]:
        known = set(self.path.read_text().split()) if self.path.exists() else set()
        with self.path.open("a") as file:
            for row in rows:
                if row.key.hex not in known:
                    file.write(f"{row.key.hex}\n")
            file.flush()
            os.fsync(file.fileno())
        if self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return [Receipt(key=r.key, outcome=Outcome.DELIVERED, gateway="real") for r in rows]


def gateways(*, dies: bool = False) -> Gateways:
    heard = Heard(settings.ANLAN_HOME / "heard.txt", dies=dies)
    return Gateways(loopback=None, real=(heard,))  # type: ignore[arg-type]


def make() -> str:
    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0)
    stamped(is_demonstration=False)
    return "made"


def write(count: str) -> str:
    written(int(count))
    return "written"


def write_and_die(count: str) -> str:
    """Between commit and send."""
    written(int(count))
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def die_inside_write(count: str) -> str:
    """Before the commit."""
    from anlan.base.dispatch import writing

    append = writing.bulk.append

    def die(*arguments: object) -> None:
        append(*arguments)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)

    writing.bulk.append = die  # type: ignore[assignment]
    written(int(count))
    return ""


def claim_and_die(count: str) -> str:
    """Between claim and send."""
    claim(NOW, "dies", int(count))
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def send_and_die() -> str:
    """Between send and record."""
    sweeping.sweep(NOW, gateways=gateways(dies=True))
    return ""


def die_while_recording() -> str:
    """The outcomes are written, the transaction is not committed."""
    apply = sweeping.apply_outcomes

    def die(*arguments: object, **named: object) -> int:
        apply(*arguments, **named)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    sweeping.apply_outcomes = die  # type: ignore[assignment]
    sweeping.sweep(NOW, gateways=gateways())
    return ""


def sweep(after_s: str = "0") -> int:
    return sweeping.sweep(NOW + dt.timedelta(seconds=int(after_s)), gateways=gateways())


def sweep_on(rounds: str) -> int:
    """Sweep as long as others may still write."""
    return sum(sweep() for _ in range(int(rounds)))


def found() -> dict[str, object]:
    """States, outcomes and what the gateway heard."""
    path = settings.ANLAN_HOME / "heard.txt"
    heard = path.read_text().split() if path.exists() else []
    sealing.seal(NOW)
    return {
        "states": dict(Counter(Dispatch.objects.values_list("state", flat=True))),
        "outcomes": dict(Counter(DispatchOutcome.objects.values_list("outcome", flat=True))),
        "heard": len(heard),
        "twice": len(heard) - len(set(heard)),
        "attempts": sum(Dispatch.objects.values_list("attempts", flat=True)),
        "journal": verification.verify().ok,
    }


if __name__ == "__main__":
    assert guard  # the real one: nothing here stands in for it
    print(json.dumps(run(globals(), sys.argv[1:])))
