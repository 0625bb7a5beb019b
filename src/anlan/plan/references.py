"""What of the plan points at records of the registers: for the relations tab and for merges."""

from anlan.base.keeping.pointing import no_page, page, points
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.collecting.terms import leave_sheet
from anlan.plan.actions.mechanism import drop_twin_quarter
from anlan.plan.models import (
    Assignment,
    CarriedOwner,
    CarryOver,
    CollectionSheet,
    Deliverable,
    Duty,
    Evaluation,
    Inspection,
    InstrumentRequirement,
    MechanismQuarter,
    NameMatch,
    Notice,
    Obstacle,
    ProgressReport,
    SlipIssuer,
    SupervisionOrder,
    SupervisionSlip,
    UpwardReport,
)
from anlan.plan.queries.open_work import (
    OPEN_ASSIGNMENTS,
    OPEN_CARRYING,
    OPEN_DELIVERABLES,
    OPEN_DESIGNATIONS,
    OPEN_DUTIES,
    OPEN_EVALUATIONS,
    OPEN_FOR_ASSIGNERS,
    OPEN_INSPECTIONS,
    OPEN_OBSTACLES,
    OPEN_ORDERS,
    OPEN_QUARTERS,
    OPEN_REPORTS,
    OPEN_SHEETS,
    OPEN_SLIPS,
    OPEN_UPWARD,
)
from anlan.plan.screens.common import item_url, notice_url

TASKS, GIVEN = gettext_noop("Tasks of the plan"), gettext_noop("Tasks given")
THINGS = gettext_noop("Deliverables of the plan")
REPORTS, REVIEWS = gettext_noop("Reports on the plan"), gettext_noop("Reports to review")
RAISED, ASKED = gettext_noop("Obstacles reported"), gettext_noop("Requests for coordination")
VISITED, VISITS = gettext_noop("Inspections of the body"), gettext_noop("Inspections made")
SHEETS = gettext_noop("Workbooks to return")
QUARTERS, MECHANISM = gettext_noop("Implementation mechanism"), "plan-mechanism-body"
DUTIES, MATCHES = gettext_noop("Duties in the plan"), gettext_noop("Names matched by a person")
SUPERVISED, PAPERS = gettext_noop("Under supervision"), gettext_noop("Papers of supervision")
ORDER = page("plan-supervision-order")
REQUIRED = gettext_noop("Institutions required")
ISSUERS, EVALUATED = gettext_noop("May issue slips"), gettext_noop("Evaluations issued")
LOST, TAKEN = gettext_noop("Work that lost its ground"), gettext_noop("Work taken on")
OWED_UP = gettext_noop("Reports to the level above")
TAKEN_UP, UPWARD = gettext_noop("Reports of the level below"), page("plan-upward-report")
CARRIED_ITEM = page("plan-carried-item", "row_id")
ORDER_OF_PAPER = page("plan-supervision-order", "order_id")


def duty_url(duty: Duty) -> str:
    return item_url(duty.item)


REFERENCES = (
    points(Duty, "body", DUTIES, duty_url, joins=("item",), open_rows=OPEN_DUTIES),
    points(Duty, "group", DUTIES, duty_url, joins=("item",), open_rows=OPEN_DUTIES),
    points(NameMatch, "body", MATCHES, no_page),
    points(NameMatch, "group", MATCHES, no_page),
    points(NameMatch, "unit", MATCHES, no_page),
    points(Notice, "unit", gettext_noop("Notices"), notice_url),
    points(Assignment, "body", TASKS, page("plan-assignment"), open_rows=OPEN_ASSIGNMENTS),
    points(Assignment, "assigner", GIVEN, page("plan-assignment"), open_rows=OPEN_FOR_ASSIGNERS),
    points(Assignment, "person", TASKS, page("plan-assignment")),
    points(Deliverable, "body", THINGS, page("plan-deliverable"), open_rows=OPEN_DELIVERABLES),
    points(ProgressReport, "body", REPORTS, page("plan-report"), open_rows=OPEN_REPORTS),
    points(ProgressReport, "reviewer", REVIEWS, page("plan-report"), open_rows=OPEN_REPORTS),
    points(Obstacle, "body", RAISED, page("plan-obstacle"), open_rows=OPEN_OBSTACLES),
    points(Obstacle, "addressee", ASKED, page("plan-obstacle"), open_rows=OPEN_OBSTACLES),
    points(
        *(CollectionSheet, "body", SHEETS, page("plan-sheet")),
        open_rows=OPEN_SHEETS,
        settle_twin=leave_sheet,
    ),
    points(SupervisionOrder, "body", SUPERVISED, ORDER, open_rows=OPEN_ORDERS),
    points(SupervisionSlip, "to", PAPERS, ORDER_OF_PAPER, open_rows=OPEN_SLIPS),
    points(SupervisionSlip, "issuer", PAPERS, ORDER_OF_PAPER, open_rows=OPEN_SLIPS),
    points(SlipIssuer, "body", ISSUERS, no_page, open_rows=OPEN_DESIGNATIONS),
    points(Evaluation, "office", EVALUATED, page("plan-evaluation"), open_rows=OPEN_EVALUATIONS),
    points(Inspection, "body", VISITED, page("plan-inspection"), open_rows=OPEN_INSPECTIONS),
    points(Inspection, "inspector", VISITS, page("plan-inspection"), open_rows=OPEN_INSPECTIONS),
    points(
        *(MechanismQuarter, "body", QUARTERS, page(MECHANISM)),
        open_rows=OPEN_QUARTERS,
        settle_twin=drop_twin_quarter,
    ),
    points(MechanismQuarter, "person", QUARTERS, page(MECHANISM)),
    points(CarriedOwner, "body", LOST, CARRIED_ITEM, open_rows=OPEN_CARRYING),
    points(CarriedOwner, "new_body", TAKEN, CARRIED_ITEM, open_rows=OPEN_CARRYING),
    points(CarryOver, "unit", gettext_noop("carry-overs"), page("plan-carry-over")),
    points(UpwardReport, "reporter", OWED_UP, UPWARD, open_rows=OPEN_UPWARD),
    points(UpwardReport, "to_body", TAKEN_UP, UPWARD, open_rows=OPEN_UPWARD),
    points(UpwardReport, "unit", OWED_UP, UPWARD),
    points(InstrumentRequirement, "instrument", REQUIRED, page("plan-requirement")),
)
