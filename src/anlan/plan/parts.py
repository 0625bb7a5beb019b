"""What the plan offers: menu, search, duties on the register's pages, loaders, commands."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from anlan.base.parts import (
    EVERY_ACT,
    DueSubject,
    Loader,
    NavigationItem,
    Panel,
    Parts,
    Search,
    Story,
    Sweep,
)
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.collecting.demonstration import collecting_scenes
from anlan.plan.actions.demonstration import plan_scenes
from anlan.plan.actions.demonstration_evaluating import evaluating_scenes
from anlan.plan.actions.demonstration_indicators import indicator_scenes
from anlan.plan.actions.demonstration_inspecting import inspecting_scenes
from anlan.plan.actions.demonstration_instruments import requirement_scenes
from anlan.plan.actions.demonstration_upward import upward_scenes
from anlan.plan.actions.facts import load_notices
from anlan.plan.actions.instrument import load_requirements
from anlan.plan.actions.measuring import load_measures, take_snapshots
from anlan.plan.actions.supervision.demonstration import supervision_scenes
from anlan.plan.commands import COMMANDS
from anlan.plan.models import (
    Assignment,
    Deliverable,
    Evaluation,
    Inspection,
    InstrumentRequirement,
    Notice,
    Obstacle,
    PlanItem,
    ProgressReport,
)
from anlan.plan.queries.carry_measures import MEASURES as CARRYING_MEASURES
from anlan.plan.queries.indicators.measures import MEASURES as INDICATOR_MEASURES
from anlan.plan.queries.inspecting import MEASURES as INSPECTING_MEASURES
from anlan.plan.queries.instruments import MEASURES as INSTRUMENT_MEASURES
from anlan.plan.queries.loop.measures import MEASURES
from anlan.plan.queries.mechanism import MEASURES as MECHANISM_MEASURES
from anlan.plan.queries.supervision.measures import MEASURES as SUPERVISION_MEASURES
from anlan.plan.queries.upward import MEASURES as UPWARD_MEASURES
from anlan.plan.references import REFERENCES
from anlan.plan.screens.bodies import duties_panel, unit_panel
from anlan.plan.screens.carrying.offered import ACTIONS as CARRYING_ACTIONS
from anlan.plan.screens.collecting.offered import ACTIONS as COLLECTING_ACTIONS
from anlan.plan.screens.collecting.offered import DUE_SUBJECTS as COLLECTING_SUBJECTS
from anlan.plan.screens.common import item_url, notice_url, page_of
from anlan.plan.screens.inspecting import ACTIONS as INSPECTING_ACTIONS
from anlan.plan.screens.inspecting import DUE_SUBJECTS as INSPECTING_SUBJECTS
from anlan.plan.screens.instruments import ACTIONS as INSTRUMENT_ACTIONS
from anlan.plan.screens.loop.owed import owed_panel
from anlan.plan.screens.mechanism import ACTIONS as MECHANISM_ACTIONS
from anlan.plan.screens.mechanism import DUE_SUBJECTS as MECHANISM_SUBJECTS
from anlan.plan.screens.mechanism import SWEEPS as MECHANISM_SWEEPS
from anlan.plan.screens.supervision.offered import ACTIONS as SUPERVISION_ACTIONS
from anlan.plan.screens.supervision.offered import DUE_SUBJECTS as SUPERVISION_SUBJECTS
from anlan.plan.screens.supervision.offered import SWEEPS as SUPERVISION_SWEEPS
from anlan.plan.screens.upward import ACTIONS as UPWARD_ACTIONS
from anlan.plan.screens.upward import DUE_SUBJECTS as UPWARD_SUBJECTS
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.instruments import citations_panel

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


def item_page(key: str) -> str:
    """The page of an item by its record; empty when the key is none."""
    try:
        row = PlanItem.objects.filter(pk=uuid.UUID(key)).first()
    except ValueError:
        return ""
    return item_url(row) if row is not None else ""


PARTS = Parts(
    stage="plan",
    navigation=(
        _entry(gettext_noop("Overview"), "plan-overview", 100),
        _entry(gettext_noop("Indicators"), "plan-indicators", 105, Capability.READ_INTERNAL),
        _entry(gettext_noop("Plan items"), "plan-items", 110),
        _entry(gettext_noop("Break-down"), "plan-assignments", 112, Capability.READ_INTERNAL),
        _entry(gettext_noop("Deliverables"), "plan-deliverables", 114, Capability.READ_INTERNAL),
        _entry(gettext_noop("Progress reports"), "plan-reports", 116, Capability.READ_INTERNAL),
        _entry(gettext_noop("Coordination"), "plan-obstacles", 118, Capability.READ_INTERNAL),
        _entry(
            gettext_noop("Control figures"), "plan-control-tables", 119, Capability.READ_INTERNAL
        ),
        _entry(
            gettext_noop("Supervision desk"), "plan-supervision", 118, Capability.READ_INTERNAL
        ),
        _entry(gettext_noop("Measures"), "plan-measures", 119, Capability.READ_INTERNAL),
        _entry(
            gettext_noop("Measures of the items"),
            "plan-item-measures",
            119,
            Capability.READ_INTERNAL,
        ),
        _entry(
            gettext_noop("Institutions required"),
            "plan-institutions",
            119,
            Capability.READ_INTERNAL,
        ),
        _entry(gettext_noop("Notices"), "plan-notices", 120),
        _entry(gettext_noop("Compare"), "plan-compare", 130),
        _entry(
            gettext_noop("Carry-over to a successor"),
            "plan-carry-overs",
            135,
            Capability.READ_INTERNAL,
        ),
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
        _entry(
            gettext_noop("On-site inspections"), "plan-inspections", 170, Capability.READ_INTERNAL
        ),
        _entry(gettext_noop("Evaluations"), "plan-evaluations", 180, Capability.READ_INTERNAL),
        _entry(
            gettext_noop("Reports to the level above"),
            "plan-upward",
            185,
            Capability.READ_INTERNAL,
        ),
    ),
    loaders=(
        Loader(name="notices", order=20, load=load_notices, automatic=False),
        Loader(name="institutions", order=21, load=load_requirements, automatic=False),
        Loader(name="measures", order=22, load=load_measures, automatic=False),
        Loader(name="institutions of a notice that is here", order=23, load=load_requirements),
        Loader(name="measures of a notice that is here", order=24, load=load_measures),
    ),
    references=REFERENCES,
    stories=(
        Story(name="plan", order=20, scenes=plan_scenes),
        Story(name="requirements", order=46, scenes=requirement_scenes),
        Story(name="indicators", order=50, scenes=indicator_scenes),
        Story(name="workbooks", order=40, scenes=collecting_scenes),
        Story(name="inspections", order=45, scenes=inspecting_scenes),
        Story(name="supervision", order=47, scenes=supervision_scenes),
        Story(name="evaluations", order=50, scenes=evaluating_scenes),
        Story(name="upward reports", order=51, scenes=upward_scenes),
    ),
    commands=COMMANDS,
    searches=(
        Search(name=gettext_noop("Plan items"), find=find_items),
        Search(name=gettext_noop("Notices"), find=find_notices),
    ),
    measures=(
        *INDICATOR_MEASURES,
        *MEASURES,
        *CARRYING_MEASURES,
        *MECHANISM_MEASURES,
        *INSPECTING_MEASURES,
        *SUPERVISION_MEASURES,
        *INSTRUMENT_MEASURES,
        *UPWARD_MEASURES,
    ),
    sweeps=(
        *MECHANISM_SWEEPS,
        *SUPERVISION_SWEEPS,
        Sweep(name="measure-snapshots", every_s=3600.0, run=take_snapshots),
    ),
    due_subjects=(
        *COLLECTING_SUBJECTS,
        *MECHANISM_SUBJECTS,
        *INSPECTING_SUBJECTS,
        *SUPERVISION_SUBJECTS,
        *UPWARD_SUBJECTS,
        DueSubject(model="plan.planitem", label=gettext_noop("plan item"), url=item_page),
        DueSubject(
            model="plan.evaluation",
            label=gettext_noop("evaluation"),
            url=page_of("plan-evaluation", Evaluation),
        ),
        DueSubject(
            model="plan.inspection",
            label=gettext_noop("on-site inspection"),
            url=page_of("plan-inspection", Inspection),
        ),
        DueSubject(
            model="plan.instrumentrequirement",
            label=gettext_noop("institution required"),
            url=page_of("plan-requirement", InstrumentRequirement),
        ),
        DueSubject(
            model="plan.assignment",
            label=gettext_noop("assignment"),
            url=page_of("plan-task", Assignment),
            own_acts=EVERY_ACT,
        ),
        DueSubject(
            model="plan.deliverable",
            label=gettext_noop("deliverable"),
            url=page_of("plan-deliverable", Deliverable),
            own_acts=EVERY_ACT,
        ),
        DueSubject(
            model="plan.progressreport",
            label=gettext_noop("progress report"),
            url=page_of("plan-report", ProgressReport),
            own_acts=EVERY_ACT,
        ),
        DueSubject(
            model="plan.obstacle",
            label=gettext_noop("request for coordination"),
            url=page_of("plan-obstacle", Obstacle),
            own_acts=EVERY_ACT,
        ),
    ),
    panels=(
        Panel(
            subject="registers.body",
            order=5,
            label=gettext_noop("What this body owes in the plan"),
            render=owed_panel,
        ),
        Panel(
            subject="registers.body",
            order=10,
            label=gettext_noop("Duties in the plan"),
            render=duties_panel,
        ),
        Panel(
            subject="plan.inspection",
            order=40,
            label=gettext_noop("Institutions used"),
            render=citations_panel,
        ),
        Panel(
            subject="registers.unit",
            order=10,
            label=gettext_noop("Items of the plan that reach this unit"),
            render=unit_panel,
        ),
    ),
    actions=(
        *COLLECTING_ACTIONS,
        *CARRYING_ACTIONS,
        *MECHANISM_ACTIONS,
        *INSPECTING_ACTIONS,
        *SUPERVISION_ACTIONS,
        *UPWARD_ACTIONS,
        ("plan.evaluation.open", gettext_noop("Evaluation opened over frozen figures")),
        ("plan.evaluation.freeze", gettext_noop("Figures frozen anew")),
        ("plan.evaluation.edit", gettext_noop("Part of the evaluation written")),
        ("plan.evaluation.restore", gettext_noop("Generated text taken")),
        ("plan.evaluation.submit", gettext_noop("Evaluation submitted")),
        ("plan.evaluation.return", gettext_noop("Evaluation returned")),
        ("plan.evaluation.sign", gettext_noop("Evaluation signed")),
        *INSTRUMENT_ACTIONS,
        ("plan.indicator.choose", gettext_noop("Choice of an indicator set")),
        ("plan.indicator.publish", gettext_noop("Figures of the indicators published")),
        ("plan.subgoal.compose", gettext_noop("Sub-goal composed")),
        ("plan.subgoal.sign", gettext_noop("Composition of the sub-goal signed")),
        ("plan.notice.import", gettext_noop("Notice imported")),
        ("plan.item.correct", gettext_noop("Set right by a reviewer")),
        ("plan.correction.withdraw", gettext_noop("Correction taken back")),
        ("plan.name.decide", gettext_noop("Name matched to a body")),
        ("plan.handling.decide", gettext_noop("Handling of the item decided")),
        ("plan.start.set", gettext_noop("Start of the plan in the system set")),
        ("plan.assignment.propose", gettext_noop("Broken down")),
        ("plan.assignment.sign", gettext_noop("Assignment signed")),
        ("plan.assignment.refuse", gettext_noop("Assignment refused")),
        ("plan.assignment.withdraw", gettext_noop("Assignment withdrawn")),
        ("plan.control.set", gettext_noop("Control figures given")),
        ("plan.deliverable.derive", gettext_noop("Deliverables made from the clauses")),
        ("plan.deliverable.add", gettext_noop("Deliverable added")),
        ("plan.deliverable.day", gettext_noop("Day of a deliverable set")),
        ("plan.deliverable.withdraw", gettext_noop("Deliverable no longer asked for")),
        ("plan.report.write", gettext_noop("Report written")),
        ("plan.report.save", gettext_noop("Report changed")),
        ("plan.report.submit", gettext_noop("Report submitted")),
        ("plan.report.accept", gettext_noop("Report accepted")),
        ("plan.report.return", gettext_noop("Report returned")),
        ("plan.obstacle.raise", gettext_noop("Coordination asked for")),
        ("plan.obstacle.reply", gettext_noop("Coordination replied to")),
        ("plan.obstacle.escalate", gettext_noop("Coordination escalated")),
        ("plan.obstacle.settle", gettext_noop("Coordination closed")),
    ),
)
