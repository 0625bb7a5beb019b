"""Messages as they leave: as CAP, in the draft form of the national network, as text.

What came as restricted to some, and what came private, is never passed on.
"""

import datetime as dt
import re
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Q, QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.worlds.current import ACTUAL, current
from anlan.warning.choices import CapState
from anlan.warning.models import Bulletin, CapDocument, ReleaseReceipt, WarningMessage
from anlan.warning.queries.bulletins import alert_of as bulletin_alert
from anlan.warning.rules.cap.exporting import Facts, Place, alert_of
from anlan.warning.rules.cap.signing import sign_cap
from anlan.warning.rules.cap.values import Alert, Reference, Scope, Status
from anlan.warning.rules.cap.writing import write_cap
from anlan.warning.rules.signal import Change, Hazard, Level

INVENTED_NOTE: Final = "演示数据·非真实"
KEY_NAME: Final = "cap-signing.key"
BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_UNFIT: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit_for_xml(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _UNFIT.sub("", text)


def key_file() -> Path:
    """Key and certificate of this instance, outside the database."""
    return Path(settings.ANLAN_HOME) / "keys" / KEY_NAME


def own_certificate() -> str:
    """The certificate to give to others; empty where this instance has no key."""
    path = key_file()
    if not path.is_file():
        return ""
    return BEGIN + path.read_text("ascii").partition(BEGIN)[2]


def written(alert: Alert) -> bytes:
    """The message as CAP, signed where this instance has a key."""
    certificate = own_certificate()
    if not certificate:
        return write_cap(alert)
    return sign_cap(write_cap(alert), key_pem=key_file().read_bytes(), certificate_pem=certificate)


def receipt_of(message: WarningMessage) -> ReleaseReceipt | None:
    try:
        found: ReleaseReceipt = message.receipt
    except ReleaseReceipt.DoesNotExist:
        return None
    return found


def restriction_of(message: WarningMessage) -> str | None:
    """For whom a message is, where it came as one that is not for the public; None: for all."""
    rows = [row for row in message.cap_documents.all() if row.scope != Scope.PUBLIC.value]
    return rows[0].restriction or str(rows[0].get_scope_display()) if rows else None


def released(rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Messages with a receipt that are for the public."""
    found: QuerySet[Any] = WarningMessage.objects.all() if rows is None else rows
    hidden = CapDocument.objects.exclude(scope=Scope.PUBLIC.value).filter(message__isnull=False)
    return found.filter(receipt__isnull=False).exclude(pk__in=hidden.values("message"))


def original_of(message: WarningMessage) -> CapDocument | None:
    """The owner's own CAP file of a message, where it came as one."""
    rows = CapDocument.objects.filter(message=message, state=CapState.KEPT, form="cap")
    return rows.order_by("received_at", "id").first()


def sender_here() -> str:
    return f"anlan.{settings.ANLAN_CENTRE}"


def identifier_of(message: WarningMessage) -> str:
    return f"anlan-{message.pk.hex}"


def reference_to(message: WarningMessage) -> Reference:
    """How a later message refers to this one: by the owner's words where there is a file."""
    document, own = original_of(message), own_bulletin(message)
    if document is not None:
        return Reference(
            sender=document.sender, identifier=document.identifier, sent=_whole(document.sent)
        )
    if own is not None:
        sent = _whole(own.sent_at or message.issued_at)
        return Reference(sender=own.sender, identifier=own.identifier, sent=sent)
    return Reference(
        sender=sender_here(), identifier=identifier_of(message), sent=_whole(message.issued_at)
    )


def alert_for(message: WarningMessage, *, among: QuerySet[Any] | None = None) -> Alert:
    """The message as CAP; `among` says which earlier messages may be referred to (None: all). One
    of our own is its bulletin, under the name under which it left: a warning has one."""
    own = own_bulletin(message)
    if own is not None:
        return bulletin_alert(own, message.issued_at)
    warning = message.warning
    earlier = (WarningMessage.objects.all() if among is None else among).filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=message.issued_at),
        warning=warning,
        issued_at__lt=message.issued_at,
    )
    return alert_of(
        Facts(
            identifier=identifier_of(message),
            sender=sender_here(),
            issuer=warning.issuer,
            hazard=Hazard(warning.hazard),
            level=Level(message.level),
            change=Change(message.change),
            sent=_whole(message.issued_at),
            expires=_whole(message.expires_at) if message.expires_at else None,
            text=fit_for_xml(message.text),
            places=tuple(_places(message)),
            status=_status(),
            scope=Scope.PUBLIC,
            note=INVENTED_NOTE if is_demonstration_now() else None,
            earlier=tuple(reference_to(each) for each in earlier.order_by("issued_at", "id")),
        )
    )


def own_bulletin(message: WarningMessage) -> Bulletin | None:
    """The bulletin that a message of our own is."""
    return Bulletin.objects.filter(message=message).select_related("body", "unit").first()


def _status() -> Status:
    """House rule: a demonstration is a test and never actual."""
    if current().mode != ACTUAL:
        return Status.EXERCISE
    return Status.TEST if is_demonstration_now() else Status.ACTUAL


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(CITY_ZONE).replace(microsecond=0)


def _places(message: WarningMessage) -> list[Place]:
    return [
        Place(
            name=str(area),
            code=area.region.code if area.region is not None else "",
            outline=area.outline,
        )
        for area in message.areas.select_related("region").order_by("region__code", "id")
    ]
