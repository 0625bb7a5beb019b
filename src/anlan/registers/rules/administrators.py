"""System, security and audit administrators are three people (三员分立).

Decides whether a person may hold one more post while others are held. Source: GB/T 22239-2019,
8.1.4.2 d (管理用户的权限分离) and 8.1.5.1 to 8.1.5.3 (系统管理、审计管理、安全管理), cited from
memory. Units: calendar dates, the end excluded. Edge cases: posts one after the other (the end of
one is the beginning of the next) do not overlap; an open end overlaps everything that follows;
two posts of the same task are no conflict.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.registers.rules.scope import ADMINISTRATORS, Role

RULE = "administrators-apart"
SOURCE = "GB/T 22239-2019"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTask:
    """A role held for a span; `until` is excluded, None is open."""

    role: Role
    since: dt.date
    until: dt.date | None = None

    def overlaps(self, other: "HeldTask") -> bool:
        begins_before_end = other.until is None or self.since < other.until
        return begins_before_end and (self.until is None or other.since < self.until)


def may_hold(wanted: HeldTask, held: Iterable[HeldTask]) -> Verdict[bool]:
    """True unless another administrator's task is held on a common day."""
    conflicts = [
        task
        for task in held
        if wanted.role in ADMINISTRATORS
        and task.role in ADMINISTRATORS
        and task.role is not wanted.role
        and wanted.overlaps(task)
    ]
    reason = Reason(
        rule=RULE,
        source=SOURCE,
        article="8.1.4.2 d, 8.1.5",
        edition="2019",
        status=SourceStatus.FROM_MEMORY,
        inputs=pairs(
            wanted=wanted.role.value, held=", ".join(sorted({t.role.value for t in conflicts}))
        ),
        note=Message.of(
            gettext_noop("System, security and audit administration are held by three people.")
        ),
    )
    return Verdict(value=not conflicts, reasons=(reason,))
