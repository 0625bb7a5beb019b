"""Incoming warnings, CAP files and receipts."""

from django.db.models import Q
from django.urls import reverse

from anlan.base.keeping.pointing import page, points
from anlan.base.parts import (
    Loader,
    NavigationItem,
    Parts,
    Reference,
    Search,
    Story,
)
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.warning.actions.demonstration import warning_scenes
from anlan.warning.actions.demonstration_cap import cap_scenes
from anlan.warning.actions.expiring import SWEEPS
from anlan.warning.actions.publishing import load_rights
from anlan.warning.choices import hazard_and_level
from anlan.warning.commands import COMMANDS
from anlan.warning.models import (
    CapDocument,
    CapSender,
    IssuedWarning,
    PublishingRight,
    WarningArea,
    WarningMessage,
)
from anlan.warning.parts.common import WARNING, Found, permitted
from anlan.warning.queries import (
    measures,
)
from anlan.warning.queries.received import warning_url


def find_warnings(scope: Scope, text: str, limit: int) -> Found:
    texts = WarningMessage.objects.filter(text__icontains=text).values("warning")
    rows = IssuedWarning.objects.visible_to(scope).filter(
        Q(issuer__icontains=text) | Q(pk__in=texts)
    )
    return [
        (
            f"{hazard_and_level(row.get_hazard_display(), row.get_level_display())}"
            f" · {row.issuer}",
            str(row._meta.verbose_name),
            warning_url(row.pk),
        )
        for row in rows.order_by("-issued_at")[:limit]
    ]


RECEIVED = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Incoming warnings"),
            url_name="warning-list",
            group=WARNING,
            order=250,
            permits=permitted,
        ),
    ),
    loaders=(Loader(name="rights to publish", order=14, load=load_rights),),
    stories=(Story(name="warnings", order=14, scenes=warning_scenes),),
    searches=(Search(name=gettext_noop("Incoming warnings"), find=find_warnings),),
    sweeps=SWEEPS,
    measures=measures.MEASURES,
    references=(
        Reference(
            subject="registers.body",
            model=IssuedWarning,
            field="issuer_body",
            label=gettext_noop("Warnings issued"),
            url=lambda row: warning_url(row.pk),
        ),
        Reference(
            subject="registers.reportingunit",
            model=IssuedWarning,
            field="unit",
            label=gettext_noop("Warnings carried on"),
            url=lambda row: warning_url(row.pk),
        ),
        Reference(
            subject="registers.region",
            model=WarningArea,
            field="region",
            label=gettext_noop("Warnings that held here"),
            url=lambda row: warning_url(row.message.warning_id),
            joins=("message__warning",),
        ),
        Reference(
            subject="registers.body",
            model=PublishingRight,
            field="body",
            label=gettext_noop("Rights to publish warnings"),
            url=lambda row: reverse("publishing-right", args=[row.pk]),
        ),
    ),
    actions=(
        ("warning.message.receive", gettext_noop("Warning received")),
        ("warning.message.correct", gettext_noop("Misread warning corrected")),
        ("warning.warning.expire", gettext_noop("Warning ran out")),
        ("warning.rights.load", gettext_noop("Rights to publish loaded")),
    ),
)

MESSAGES = Parts(
    stage="warning",
    commands=COMMANDS,
    stories=(Story(name="cap files", order=15, scenes=cap_scenes),),
    references=(
        points(
            CapDocument,
            "unit",
            gettext_noop("CAP files"),
            page("cap-document"),
        ),
        points(CapSender, "body", gettext_noop("Sender of CAP files"), page("cap-sender")),
    ),
    actions=(
        ("warning.capsender.end", gettext_noop("Sender of CAP files ended")),
        ("warning.cap.import", gettext_noop("CAP file received")),
        ("warning.cap.keep", gettext_noop("CAP file kept as a message")),
        ("warning.cap.key", gettext_noop("Key for signing CAP files made")),
        ("warning.receipt.record", gettext_noop("Receipt of a release recorded")),
        ("warning.cap.dismiss", gettext_noop("CAP file dismissed")),
    ),
)
