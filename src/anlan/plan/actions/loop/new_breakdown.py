"""What is asked of whom: the input of a break-down."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One assignee by record keys; `unit` alone, a `body`, or a `post` or `person` in a body."""

    unit: uuid.UUID | None = None
    body: uuid.UUID | None = None
    post: uuid.UUID | None = None
    person: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBreakdown:
    """What of an item is asked of whom. `above`: the assignment that is broken down, None: the
    item itself. `replaces`: the one that is assigned anew (then there is one target)."""

    item: uuid.UUID
    targets: tuple[Target, ...]
    asked: str
    measure: str = ""
    due_on: dt.date | None = None
    above: uuid.UUID | None = None
    replaces: uuid.UUID | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "item": str(self.item),
            "targets": [
                [str(t.unit), str(t.body), str(t.post), str(t.person)] for t in self.targets
            ],
            "asked": self.asked,
            "measure": self.measure,
            "due_on": str(self.due_on),
            "above": str(self.above),
            "replaces": str(self.replaces),
        }
