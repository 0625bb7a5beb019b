"""Tables of `base`. One file a family; the framework looks for all of them here."""

from anlan.base.models.about import Attachment, ColumnMapping, Comment, Merger, SavedFilter
from anlan.base.models.dispatch import Dispatch, DispatchOutcome, OutgoingMessage
from anlan.base.models.due import (
    INVENTED_NAME,
    IS_OPEN,
    READ_INTERNAL,
    READ_PUBLISHED,
    Due,
    DuePause,
    HolidayYear,
    doer_keys,
)
from anlan.base.models.journal import (
    InstanceStamp,
    JournalEntry,
    JournalHead,
    JournalSubject,
    PersonKey,
)
from anlan.base.models.online_map import KEEP_INSTANCE, OnlineMap
from anlan.base.models.world import FollowerPlace, WorldCheckpoint, WorldFork

__all__ = [
    "INVENTED_NAME",
    "IS_OPEN",
    "KEEP_INSTANCE",
    "READ_INTERNAL",
    "READ_PUBLISHED",
    "Attachment",
    "ColumnMapping",
    "Comment",
    "Dispatch",
    "DispatchOutcome",
    "Due",
    "DuePause",
    "FollowerPlace",
    "HolidayYear",
    "InstanceStamp",
    "JournalEntry",
    "JournalHead",
    "JournalSubject",
    "Merger",
    "OnlineMap",
    "OutgoingMessage",
    "PersonKey",
    "SavedFilter",
    "WorldCheckpoint",
    "WorldFork",
    "doer_keys",
]
