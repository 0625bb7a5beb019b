"""What the plan offers: menu, search, duties on the register's pages, loaders, commands."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.base.parts import Loader, NavigationItem, Panel, Parts, Search, Story
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.collecting.demonstration import collecting_scenes
from anlan.plan.actions.demonstration import plan_scenes
from anlan.plan.actions.facts import load_notices
from anlan.plan.commands import COMMANDS
from anlan.plan.models import Notice, PlanItem
from anlan.plan.queries.mechanism import MEASURES as MECHANISM_MEASURES
from anlan.plan.screens.bodies import duties_panel, unit_panel
from anlan.plan.screens.collecting.offered import ACTIONS as COLLECTING_ACTIONS
from anlan.plan.screens.collecting.offered import DUE_SUBJECTS as COLLECTING_SUBJECTS
from anlan.plan.screens.common import item_url, notice_url
from anlan.plan.screens.mechanism import ACTIONS as MECHANISM_ACTIONS
from anlan.plan.screens.mechanism import DUE_SUBJECTS as MECHANISM_SUBJECTS
from anlan.plan.screens.mechanism import SWEEPS as MECHANISM_SWEEPS
from anlan.registers.rules.scope import Capability, Scope

Found = list[tuple[str, str, str]]
PLAN = gettext_noop("Plan")


def permitted(capability: Capability) -> Callable[[Any], bool]:
    return lambda scope: isinstance(scope, Scope) and scope.may(capability)


def _entry(
    label: str, url_name: str, order: int, capability: Capability = Capability.READ_PUBLISHED
) -> NavigationItem:
    return NavigationItem(
        label=label, url_name=url_name, group=PLAN, order=order, permits=permitted(capability)
    )


def find_items(scope: Scope, text: str, limit: int) -> Found:
    word = Q(heading__icontains=text) | Q(key__iexact=text) | Q(indicator_name__icontains=text)
    rows = PlanItem.objects.visible_to(scope).filter(word, is_dropped=False)
    rows = rows.select_related("notice").order_by("-notice__issued_on", "position")
    return [
        (f"{row.key} {row.heading}", f"{row.get_kind_display()} · {row.notice}", item_url(row))
        for row in rows[:limit]
    ]


def find_notices(scope: Scope, text: str, limit: int) -> Found:
    word = Q(title__icontains=text) | Q(number__icontains=text)
    rows = Notice.objects.visible_to(scope).filter(word)[:limit]
    return [(row.title, row.number or _("notice"), notice_url(row)) for row in rows]


PARTS = Parts(
    stage="plan",
    navigation=(
        _entry(gettext_noop("Overview"), "plan-overview", 100),
        _entry(gettext_noop("Plan items"), "plan-items", 110),
        _entry(gettext_noop("Notices"), "plan-notices", 120),
        _entry(gettext_noop("Compare"), "plan-compare", 130),
        _entry(gettext_noop("Import a notice"), "plan-import", 140, Capability.IMPORT_NOTICE),
        _entry(
            gettext_noop("Collect by workbook"), "plan-collections", 150, Capability.READ_INTERNAL
        ),
        _entry(
            gettext_noop("Implementation mechanism"),
            "plan-mechanism",
            160,
            Capability.READ_INTERNAL,
        ),
    ),
    loaders=(Loader(name="notices", order=20, load=load_notices, automatic=False),),
    stories=(
        Story(name="plan", order=20, scenes=plan_scenes),
        Story(name="workbooks", order=40, scenes=collecting_scenes),
    ),
    commands=COMMANDS,
    searches=(
        Search(name=gettext_noop("Plan items"), find=find_items),
        Search(name=gettext_noop("Notices"), find=find_notices),
    ),
    panels=(
        Panel(
            subject="registers.body",
            order=10,
            label=gettext_noop("Duties in the plan"),
            render=duties_panel,
        ),
        Panel(
            subject="registers.unit",
            order=10,
            label=gettext_noop("Items of the plan that reach this unit"),
            render=unit_panel,
        ),
    ),
    due_subjects=(*COLLECTING_SUBJECTS, *MECHANISM_SUBJECTS),
    sweeps=MECHANISM_SWEEPS,
    measures=MECHANISM_MEASURES,
    actions=(
        *COLLECTING_ACTIONS,
        *MECHANISM_ACTIONS,
        ("plan.notice.import", gettext_noop("Notice imported")),
        ("plan.item.correct", gettext_noop("Set right by a reviewer")),
        ("plan.correction.withdraw", gettext_noop("Correction taken back")),
        ("plan.name.decide", gettext_noop("Name matched to a body")),
    ),
)
