"""Own warnings: desk and bulletins."""

from django.db.models import Q

from anlan.base.keeping.pointing import page, points
from anlan.base.parts import (
    EVERY_ACT,
    DueSubject,
    NavigationItem,
    Parts,
    Reference,
    Search,
    Story,
)
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.warning.actions.bulletins.terms import SUBJECT
from anlan.warning.actions.demonstration_bulletins import bulletin_scenes
from anlan.warning.models import (
    Bulletin,
    BulletinArea,
)
from anlan.warning.parts.common import WARNING, Found, permitted
from anlan.warning.queries import (
    bulletin_measures,
)
from anlan.warning.queries.bulletins import bulletin_url
from anlan.warning.screens.bulletin_common import title_of


def find_bulletins(scope: Scope, text: str, limit: int) -> Found:
    rows = Bulletin.objects.visible_to(scope).filter(
        Q(headline__icontains=text) | Q(text__icontains=text)
    )
    return [
        (title_of(row), str(row._meta.verbose_name), bulletin_url(row.pk))
        for row in rows.order_by("-drafted_at")[:limit]
    ]


def bulletin_url_if_there(key: str) -> str:
    return bulletin_url(key) if Bulletin.objects.filter(pk=key).exists() else ""


_BULLETIN = page("bulletin")
BULLETINS = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Warning desk"),
            url_name="warning-desk",
            covers=("bulletin-compose", "bulletin-list"),
            group=WARNING,
            order=248,
            permits=permitted,
        ),
    ),
    stories=(Story(name="bulletins", order=41, scenes=bulletin_scenes),),
    searches=(Search(name=gettext_noop("Bulletins"), find=find_bulletins),),
    measures=bulletin_measures.MEASURES,
    due_subjects=(
        DueSubject(
            model=SUBJECT,
            label=gettext_noop("bulletin"),
            url=bulletin_url_if_there,
            own_acts=EVERY_ACT,
        ),
    ),
    references=(
        points(Bulletin, "body", gettext_noop("Bulletins of this body"), _BULLETIN),
        points(Bulletin, "owner_body", gettext_noop("Bulletins proposed to this body"), _BULLETIN),
        points(Bulletin, "unit", gettext_noop("Bulletins of this unit"), _BULLETIN),
        Reference(
            subject="registers.region",
            model=BulletinArea,
            field="region",
            label=gettext_noop("Bulletins for this region"),
            url=lambda row: bulletin_url(row.bulletin_id),
            joins=("bulletin__body",),
        ),
    ),
    actions=(
        ("warning.bulletin.write", gettext_noop("Bulletin written")),
        ("warning.bulletin.rewrite", gettext_noop("Bulletin changed")),
        ("warning.bulletin.submit", gettext_noop("Bulletin submitted")),
        ("warning.bulletin.take-back", gettext_noop("Bulletin taken back")),
        ("warning.bulletin.discard", gettext_noop("Bulletin discarded")),
        ("warning.bulletin.approve", gettext_noop("Bulletin approved")),
        ("warning.bulletin.send-back", gettext_noop("Bulletin sent back")),
        ("warning.bulletin.issue", gettext_noop("Bulletin issued")),
        ("warning.bulletin.propose", gettext_noop("Bulletin proposed to its owner")),
        ("warning.bulletin.answer", gettext_noop("Answer of the owner recorded")),
        ("warning.bulletin.expire", gettext_noop("Bulletin ran out")),
    ),
)
