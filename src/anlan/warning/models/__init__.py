"""Tables of warning."""

from anlan.warning.models.bulletin import Bulletin, BulletinArea
from anlan.warning.models.calling import (
    CallAddressee,
    CallEvent,
    CallLadder,
    CallRound,
    CallUnit,
)
from anlan.warning.models.cap import CapDocument, CapSender, ReleaseReceipt
from anlan.warning.models.monitoring import (
    LateReadings,
    MonitoringCriterion,
    MonitoringNotice,
    MonitoringPlace,
    MonitoringRule,
    NoticeEvent,
)
from anlan.warning.models.publishing import PublishingRight
from anlan.warning.models.received import IssuedWarning, WarningArea, WarningMessage
from anlan.warning.models.replies import CallReply

__all__ = [
    "Bulletin",
    "BulletinArea",
    "CallAddressee",
    "CallEvent",
    "CallLadder",
    "CallReply",
    "CallRound",
    "CallUnit",
    "CapDocument",
    "CapSender",
    "IssuedWarning",
    "LateReadings",
    "MonitoringCriterion",
    "MonitoringNotice",
    "MonitoringPlace",
    "MonitoringRule",
    "NoticeEvent",
    "PublishingRight",
    "ReleaseReceipt",
    "WarningArea",
    "WarningMessage",
]
