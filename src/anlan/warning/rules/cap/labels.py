"""Words of CAP as people read them. The words of the file itself are never translated.

Source: OASIS CAP 1.2 §3.2.1.
"""

from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.warning.rules.cap.values import MessageType, Scope, Status

STATUS_LABELS: Final = {
    Status.ACTUAL: gettext_noop("actual"),
    Status.EXERCISE: gettext_noop("exercise"),
    Status.SYSTEM: gettext_noop("system message"),
    Status.TEST: gettext_noop("test"),
    Status.DRAFT: gettext_noop("draft"),
}
KIND_OF_MESSAGE_LABELS: Final = {
    MessageType.ALERT: gettext_noop("first alert"),
    MessageType.UPDATE: gettext_noop("update"),
    MessageType.CANCEL: gettext_noop("cancellation"),
    MessageType.ACK: gettext_noop("acknowledgement"),
    MessageType.ERROR: gettext_noop("error report"),
}
SCOPE_LABELS: Final = {
    Scope.PUBLIC: gettext_noop("for the public"),
    Scope.RESTRICTED: gettext_noop("restricted"),
    Scope.PRIVATE: gettext_noop("to named addressees"),
}
