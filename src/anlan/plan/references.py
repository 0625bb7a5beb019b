"""What of the plan points at records of the registers: for the relations tab and for merges."""

from typing import Any

from django.urls import reverse

from anlan.base.parts import Reference
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.collecting.terms import leave_sheet
from anlan.plan.actions.mechanism import drop_twin_quarter
from anlan.plan.models import (
    Assignment,
    CollectionSheet,
    Deliverable,
    Duty,
    Inspection,
    MechanismQuarter,
    NameMatch,
    Notice,
    Obstacle,
    ProgressReport,
)
from anlan.plan.queries.open_work import (
    OPEN_ASSIGNMENTS,
    OPEN_DELIVERABLES,
    OPEN_DUTIES,
    OPEN_FOR_ASSIGNERS,
    OPEN_INSPECTIONS,
    OPEN_OBSTACLES,
    OPEN_QUARTERS,
    OPEN_REPORTS,
    OPEN_SHEETS,
)
from anlan.plan.screens.common import item_url, notice_url


def _duties(subject: str, field: str) -> Reference:
    return Reference(
        subject=subject,
        model=Duty,
        field=field,
        label=gettext_noop("Duties in the plan"),
        url=lambda duty: item_url(duty.item),
        joins=("item",),
        open_rows=OPEN_DUTIES,
    )


def _matches(subject: str, field: str) -> Reference:
    return Reference(
        subject=subject,
        model=NameMatch,
        field=field,
        label=gettext_noop("Names matched by a person"),
        url=lambda match: "",
    )


def _at(subject: str, model: Any, field: str, label: str, url_name: str, **more: Any) -> Reference:
    """Rows that have a page of their own."""
    return Reference(
        subject=f"registers.{subject}",
        model=model,
        field=field,
        label=label,
        url=lambda row: reverse(url_name, args=[row.pk]),
        **more,
    )


TASKS, GIVEN = gettext_noop("Tasks of the plan"), gettext_noop("Tasks given")
THINGS = gettext_noop("Deliverables of the plan")
REPORTS, REVIEWS = gettext_noop("Reports on the plan"), gettext_noop("Reports to review")
RAISED, ASKED = gettext_noop("Obstacles reported"), gettext_noop("Requests for coordination")
VISITED, VISITS = gettext_noop("Inspections of the body"), gettext_noop("Inspections made")
SHEETS = gettext_noop("Workbooks to return")
QUARTERS, MECHANISM = gettext_noop("Implementation mechanism"), "plan-mechanism-body"
REFERENCES = (
    _duties("registers.body", "body"),
    _duties("registers.bodygroup", "group"),
    _matches("registers.body", "body"),
    _matches("registers.bodygroup", "group"),
    _matches("registers.reportingunit", "unit"),
    Reference(
        subject="registers.reportingunit",
        model=Notice,
        field="unit",
        label=gettext_noop("Notices"),
        url=notice_url,
    ),
    _at("body", Assignment, "body", TASKS, "plan-assignment", open_rows=OPEN_ASSIGNMENTS),
    _at("body", Assignment, "assigner", GIVEN, "plan-assignment", open_rows=OPEN_FOR_ASSIGNERS),
    _at("person", Assignment, "person", TASKS, "plan-assignment", open_rows=OPEN_ASSIGNMENTS),
    _at("body", Deliverable, "body", THINGS, "plan-deliverable", open_rows=OPEN_DELIVERABLES),
    _at("body", ProgressReport, "body", REPORTS, "plan-report", open_rows=OPEN_REPORTS),
    _at("body", ProgressReport, "reviewer", REVIEWS, "plan-report", open_rows=OPEN_REPORTS),
    _at("body", Obstacle, "body", RAISED, "plan-obstacle", open_rows=OPEN_OBSTACLES),
    _at("body", Obstacle, "addressee", ASKED, "plan-obstacle", open_rows=OPEN_OBSTACLES),
    _at(
        *("body", CollectionSheet, "body", SHEETS, "plan-sheet"),
        open_rows=OPEN_SHEETS,
        settle_twin=leave_sheet,
    ),
    _at("body", Inspection, "body", VISITED, "plan-inspection", open_rows=OPEN_INSPECTIONS),
    _at("body", Inspection, "inspector", VISITS, "plan-inspection", open_rows=OPEN_INSPECTIONS),
    _at(
        *("body", MechanismQuarter, "body", QUARTERS, MECHANISM),
        open_rows=OPEN_QUARTERS,
        settle_twin=drop_twin_quarter,
    ),
    _at("person", MechanismQuarter, "person", QUARTERS, MECHANISM, open_rows=OPEN_QUARTERS),
)
