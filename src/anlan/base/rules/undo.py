"""What undoing an entry does to one record.

Source: House rule (design wall 4: an entry holds the images of what it wrote, so it can be taken
back; what somebody did later is never overwritten).
Units and valid range: images are plain JSON values by column; the version is no part of them.
Edge cases: a record that stands as it stood before the entry needs nothing; a value that the
journal does not hold (a secret, an erased person, a long text kept by its digest) is not restored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "undo-row"
UNCOUNTED: Final = frozenset({"version"})
Image = Mapping[str, Any]


class UndoStep(StrEnum):
    """What happens to the record; the last four are refusals."""

    RESTORE = "restore"
    REMOVE = "remove"
    ENTER_AGAIN = "enter-again"
    NOTHING = "nothing"
    CHANGED_SINCE = "changed-since"
    GONE_SINCE = "gone-since"
    REFERRED_SINCE = "referred-since"
    NOT_KEPT = "not-kept"

    @property
    def label(self) -> str:
        return STEP_LABELS[self]

    @property
    def writes(self) -> bool:
        return self in (UndoStep.RESTORE, UndoStep.REMOVE, UndoStep.ENTER_AGAIN)

    @property
    def is_refused(self) -> bool:
        return not self.writes and self is not UndoStep.NOTHING


STEP_LABELS: Final = {
    UndoStep.RESTORE: gettext_noop("gets its former values back"),
    UndoStep.REMOVE: gettext_noop("is removed again"),
    UndoStep.ENTER_AGAIN: gettext_noop("is entered again"),
    UndoStep.NOTHING: gettext_noop("stands as before already"),
    UndoStep.CHANGED_SINCE: gettext_noop("was changed since"),
    UndoStep.GONE_SINCE: gettext_noop("was removed since"),
    UndoStep.REFERRED_SINCE: gettext_noop("others refer to it"),
    UndoStep.NOT_KEPT: gettext_noop("its former value is not in the journal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowUndo:
    """`columns` are those that are written back, or those that stand against it."""

    step: UndoStep
    columns: tuple[str, ...] = ()


def undo_row(
    *,
    before: Image | None,
    after: Image | None,
    current: Image | None,
    not_kept: frozenset[str] = frozenset(),
    is_referred: bool = False,
) -> Verdict[RowUndo]:
    """Decide for one record. `before` None: the entry entered it; `after` None: it removed it;
    `current` None: there is no such record now; `is_referred`: records that stay point to it."""
    if _equal(current, before):
        return _decided(UndoStep.NOTHING)
    if not _equal(current, after):
        if current is None:
            return _decided(UndoStep.GONE_SINCE)
        return _decided(UndoStep.CHANGED_SINCE, _different(current, after))
    if before is None:
        return _decided(UndoStep.REFERRED_SINCE if is_referred else UndoStep.REMOVE)
    columns = _different(before, after)
    lost = tuple(name for name in columns if name in not_kept)
    if lost:
        return _decided(UndoStep.NOT_KEPT, lost)
    return _decided(UndoStep.ENTER_AGAIN if after is None else UndoStep.RESTORE, columns)


def _equal(one: Image | None, other: Image | None) -> bool:
    if one is None or other is None:
        return one is other
    return not _different(one, other)


def _different(one: Image | None, other: Image | None) -> tuple[str, ...]:
    """Columns whose values differ; a column that only one image knows differs."""
    first, second = one or {}, other or {}
    names = dict.fromkeys([*first, *second])
    missing = object()
    return tuple(
        name
        for name in names
        if name not in UNCOUNTED and first.get(name, missing) != second.get(name, missing)
    )


def _decided(step: UndoStep, columns: tuple[str, ...] = ()) -> Verdict[RowUndo]:
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(columns=columns),
        note=Message.of(STEP_LABELS[step]),
    )
    return Verdict(value=RowUndo(step=step, columns=columns), reasons=(reason,))
