"""Which edition of a source applies on a day.

Only editions whose numbers are held are listed. Where a newer text exists whose numbers were not
seen, the older edition stays the default and says by what it was superseded.
"""

from dataclasses import dataclass
from datetime import date

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """`in_force_until` is the first day on which it no longer holds; no start means always."""

    name: str
    in_force_from: date | None = None
    in_force_until: date | None = None
    superseded_by: str = ""

    def __post_init__(self) -> None:
        start, end = self.in_force_from, self.in_force_until
        if start is not None and end is not None and start >= end:
            raise ValueError(f"edition {self.name} ends before it begins")
        if self.superseded_by and end is None:
            raise ValueError(f"edition {self.name} is superseded but has no end")


def edition_in_force(editions: tuple[Edition, ...], on: date) -> Edition | None:
    """The newest held edition that had begun on the day, or None when none had."""
    begun = [each for each in editions if (each.in_force_from or date.min) <= on]
    return max(begun, key=lambda each: each.in_force_from or date.min, default=None)


def superseded_reason(rule: str, source: str, edition: Edition, on: date) -> Reason | None:
    """A reason to show when the day lies past the edition's end and its successor is unseen."""
    if not edition.superseded_by or edition.in_force_until is None or on < edition.in_force_until:
        return None
    return Reason(
        rule=rule,
        source=source,
        edition=edition.name,
        status=SourceStatus.FROM_MEMORY,
        inputs=pairs(on=on),
        note=Message.of(
            gettext_noop("Superseded by {newer}, whose numbers were not seen. Check by hand."),
            newer=edition.superseded_by,
        ),
        details=pairs(superseded=True),
        valid_from=edition.in_force_from,
        valid_until=edition.in_force_until,
    )
