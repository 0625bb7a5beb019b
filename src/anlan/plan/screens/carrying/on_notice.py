"""What the page of a notice says of its place among others, and what may be done about it."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.screens.cells import Badge
from anlan.base.screens.register_list import Action
from anlan.plan.models import CarryOver, Notice
from anlan.plan.queries.in_force import with_place
from anlan.plan.queries.items import editions_of
from anlan.plan.rules.carry_over.succession import Place
from anlan.plan.screens.common import with_query


def place_badge(row: Notice) -> Badge:
    """Whether overview, lamps and measures concern this notice."""
    if row.is_draft:
        return Badge(text=_("draft, not in force"), tone="grey", icon="info")
    place = Place(with_place(Notice.objects.filter(pk=row.pk)).get().place)
    if place is Place.WAITING:
        return Badge(text=_("successor, its carry-over is open"), tone="yellow", icon="info")
    if place is Place.FOLLOWED:
        return Badge(text=_("carried over to its successor"), tone="grey", icon="check")
    return Badge(text=_("in force (notice)"), tone="green", icon="check")


def steering(row: Notice) -> list[Action]:
    """What the plan office may do with a notice."""
    label = _("Put in force") if row.is_draft else _("Make it a draft")
    found = [Action(label=label, url=reverse("plan-notice-draft", args=[row.pk]))]
    pair = CarryOver.objects.filter(Q(predecessor=row) | Q(successor=row)).first()
    if pair is not None:
        url = reverse("plan-carry-over", args=[pair.pk])
        found.append(Action(label=_("The carry-over"), url=url, icon="right"))
    elif Notice.objects.count() > 1:
        url = with_query(reverse("plan-carry-over-new"), predecessor=row.pk)
        found.append(Action(label=_("Carry over to a successor"), url=url, icon="right"))
    return found


def amended_url(row: Notice) -> str:
    """The comparison with the edition before; empty for a first edition."""
    newest = list(editions_of(row.pk).order_by("-edition").values_list("pk", flat=True)[:2])
    if len(newest) < 2:
        return ""
    return with_query(reverse("plan-compare"), old=newest[1], new=newest[0])
