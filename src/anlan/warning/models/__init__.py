"""Tables of warning."""

from anlan.warning.models.calling import (
    CallAddressee,
    CallEvent,
    CallLadder,
    CallRound,
    CallUnit,
)
from anlan.warning.models.cap import CapDocument, CapSender, ReleaseReceipt
from anlan.warning.models.publishing import PublishingRight
from anlan.warning.models.received import IssuedWarning, WarningArea, WarningMessage

__all__ = [
    "CallAddressee",
    "CallEvent",
    "CallLadder",
    "CallRound",
    "CallUnit",
    "CapDocument",
    "CapSender",
    "IssuedWarning",
    "PublishingRight",
    "ReleaseReceipt",
    "WarningArea",
    "WarningMessage",
]
