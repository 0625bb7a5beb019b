"""What of the plan points at records of the registers: for the relations tab and for merges."""

from typing import Any

from django.urls import reverse

from anlan.base.parts import Reference
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import (
    Assignment,
    CollectionSheet,
    Deliverable,
    Duty,
    Inspection,
    InstrumentRequirement,
    MechanismQuarter,
    NameMatch,
    Notice,
    Obstacle,
    ProgressReport,
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
    )


def _matches(subject: str, field: str) -> Reference:
    return Reference(
        subject=subject,
        model=NameMatch,
        field=field,
        label=gettext_noop("Names matched by a person"),
        url=lambda match: "",
    )


def _at(
    subject: str, model: Any, field: str, label: str, url_name: str, *, stays_behind: bool = False
) -> Reference:
    """Rows that have a page of their own."""
    return Reference(
        subject=f"registers.{subject}",
        model=model,
        field=field,
        label=label,
        url=lambda row: reverse(url_name, args=[row.pk]),
        stays_behind=stays_behind,
    )


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
    _at("body", Assignment, "body", gettext_noop("Tasks of the plan"), "plan-assignment"),
    _at("body", Assignment, "assigner", gettext_noop("Tasks given"), "plan-assignment"),
    _at("person", Assignment, "person", gettext_noop("Tasks of the plan"), "plan-assignment"),
    _at("body", Deliverable, "body", gettext_noop("Deliverables of the plan"), "plan-deliverable"),
    _at("body", ProgressReport, "body", gettext_noop("Reports on the plan"), "plan-report"),
    _at("body", ProgressReport, "reviewer", gettext_noop("Reports to review"), "plan-report"),
    _at("body", Obstacle, "body", gettext_noop("Obstacles reported"), "plan-obstacle"),
    _at("body", Obstacle, "addressee", gettext_noop("Requests for coordination"), "plan-obstacle"),
    _at("body", CollectionSheet, "body", SHEETS, "plan-sheet", stays_behind=True),
    _at("body", Inspection, "body", gettext_noop("Inspections of the body"), "plan-inspection"),
    _at("body", Inspection, "inspector", gettext_noop("Inspections made"), "plan-inspection"),
    _at(
        "instrument",
        InstrumentRequirement,
        "instrument",
        gettext_noop("Institutions required"),
        "plan-requirement",
    ),
    _at("body", MechanismQuarter, "body", QUARTERS, MECHANISM, stays_behind=True),
    _at("person", MechanismQuarter, "person", QUARTERS, MECHANISM),
)
