"""What losses offer: menu, search, panels, sectors of the profile, invented life, clocks."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from anlan.base.parts import (
    Beside,
    DueSubject,
    Follower,
    Loader,
    Merge,
    NavigationItem,
    Panel,
    Parts,
    Search,
    Story,
)
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.signed_in import scope_of
from anlan.losses.actions.demonstration import loss_scenes
from anlan.losses.actions.investigated import reply_after_investigation
from anlan.losses.actions.keeping import (
    absorb_accident,
    follow_accident,
    follow_nothing,
    prepare_accident,
    prepare_disaster,
    prepare_figure,
)
from anlan.losses.actions.sectors import load_sectors
from anlan.losses.models import Accident, Disaster
from anlan.losses.queries.measures import MEASURES
from anlan.losses.references import REFERENCES
from anlan.losses.screens.common import accident_url, disaster_url
from anlan.registers.rules.scope import Capability, Scope

Found = list[tuple[str, str, str]]
GROUP = gettext_noop("Losses")
MOST_SHOWN = 10


def permitted(capability: Capability) -> Callable[[Any], bool]:
    return lambda scope: isinstance(scope, Scope) and scope.may(capability)


def _entry(label: str, url_name: str, order: int) -> NavigationItem:
    return NavigationItem(
        label=label,
        url_name=url_name,
        group=GROUP,
        order=order,
        permits=permitted(Capability.READ_INTERNAL),
    )


def find_accidents(scope: Scope, text: str, limit: int) -> Found:
    word = Q(title__icontains=text) | Q(address__icontains=text)
    rows = Accident.objects.visible_to(scope).filter(word).select_related("unit")[:limit]
    return [
        (row.title, f"{row.unit.short_name} · {row.occurred_on}", accident_url(row))
        for row in rows
    ]


def find_disasters(scope: Scope, text: str, limit: int) -> Found:
    word = Q(title__icontains=text) | Q(code__istartswith=text)
    rows = Disaster.objects.visible_to(scope).filter(word)[:limit]
    return [(row.title, str(row.get_hazard_display()), disaster_url(row)) for row in rows]


def accident_page(key: str) -> str:
    """The page of a due's accident; empty when the key is none."""
    try:
        is_known = Accident.objects.filter(pk=uuid.UUID(key)).exists()
    except ValueError:
        return ""
    return reverse("accident", args=[key]) if is_known else ""


def disaster_page(key: str) -> str:
    try:
        is_known = Disaster.objects.filter(pk=uuid.UUID(key)).exists()
    except ValueError:
        return ""
    return reverse("disaster", args=[key]) if is_known else ""


def _panel(request: Any, rows: QuerySet[Any], address: str) -> str | None:
    seen = rows.select_related("unit", "sector").order_by("-occurred_at", "pk")
    shown, count = list(seen[:MOST_SHOWN]), seen.count()
    if not count:
        return None
    context = {"rows": shown, "count": count, "more": count > len(shown), "address": address}
    return render_to_string("losses/panel.html", context, request=request)


def enterprise_panel(request: Any, row: Any) -> str | None:
    seen = Accident.objects.visible_to(scope_of(request)).filter(enterprise=row)
    return _panel(request, seen, f"{reverse('accident-list')}?q={row.name}")


def unit_panel(request: Any, row: Any) -> str | None:
    seen = Accident.objects.visible_to(scope_of(request)).filter(unit=row)
    return _panel(request, seen, f"{reverse('accident-list')}?unit={row.code}")


PARTS = Parts(
    stage="losses",
    navigation=(
        _entry(gettext_noop("Accidents"), "accident-list", 200),
        _entry(gettext_noop("Natural disasters"), "disaster-list", 210),
    ),
    searches=(
        Search(name=gettext_noop("Accidents"), find=find_accidents),
        Search(name=gettext_noop("Natural disasters"), find=find_disasters),
    ),
    panels=(
        Panel(
            subject="registers.enterprise",
            order=20,
            label=gettext_noop("Accidents"),
            render=enterprise_panel,
        ),
        Panel(
            subject="registers.unit",
            order=20,
            label=gettext_noop("Accidents"),
            render=unit_panel,
        ),
    ),
    loaders=(Loader(name="sectors", order=13, load=load_sectors),),
    stories=(Story(name="losses", order=13, scenes=loss_scenes),),
    measures=MEASURES,
    followers=(
        Follower(
            name="investigation-replies",
            actions=frozenset({"base.due.answer"}),
            handle=reply_after_investigation,
        ),
    ),
    due_subjects=(
        DueSubject(model="losses.accident", label=gettext_noop("accident"), url=accident_page),
        DueSubject(model="losses.disaster", label=gettext_noop("disaster"), url=disaster_page),
    ),
    references=REFERENCES,
    merges=(Merge(subject="losses.accident", absorb=absorb_accident),),
    besides=(
        Beside(subject="losses.accident", prepare=prepare_accident, follow=follow_accident),
        Beside(subject="losses.disaster", prepare=prepare_disaster, follow=follow_nothing),
        Beside(subject="losses.disasterfigure", prepare=prepare_figure, follow=follow_nothing),
    ),
    actions=(
        ("losses.accident.add", gettext_noop("Accident entered")),
        ("losses.accident.report", gettext_noop("Figures of the accident reported")),
        ("losses.accident.change", gettext_noop("Accident corrected")),
        ("losses.accident.count", gettext_noop("Counting of the accident decided")),
        ("losses.accident.investigated", gettext_noop("Investigation report handed in")),
        ("losses.disaster.open", gettext_noop("Disaster process opened")),
        ("losses.disaster.change", gettext_noop("Disaster process corrected")),
        ("losses.disaster.report", gettext_noop("Figures of the disaster reported")),
        ("losses.sectors.load", gettext_noop("Sectors of accidents loaded")),
    ),
)
