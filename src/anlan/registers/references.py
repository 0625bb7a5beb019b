"""What points at the records of the registers: for the relations tab and for merges."""

from anlan.base.keeping.pointing import no_page, page, points
from anlan.base.rules.labels import gettext_noop
from anlan.registers.models import (
    Account,
    Body,
    BodyGroup,
    BodyName,
    ContactProof,
    DutyAssignment,
    DutyShift,
    Enterprise,
    GroupMembership,
    HandoverSignature,
    Post,
    Region,
    ReportingLine,
    ReportingUnit,
    Statistic,
    Tenure,
)

REFERENCES = (
    points(
        BodyName,
        "body",
        gettext_noop("Names over time"),
        page("body", "body.code"),
        joins=("body",),
        drops_duplicates=True,
    ),
    points(
        GroupMembership,
        "body",
        gettext_noop("Memberships of groups"),
        page("body-group", "group.code"),
        joins=("group", "body"),
        drops_duplicates=True,
    ),
    points(
        ReportingLine,
        "body",
        gettext_noop("Reporting lines"),
        page("reporting-line"),
        joins=("body",),
        drops_duplicates=True,
    ),
    points(ReportingLine, "head", gettext_noop("Reporting lines"), page("reporting-line")),
    points(ReportingLine, "superior", gettext_noop("Reporting lines"), page("reporting-line")),
    points(Post, "body", gettext_noop("Posts"), page("body", "body.code"), joins=("body",)),
    points(
        Tenure,
        "person",
        gettext_noop("Posts held"),
        page("body", "post.body.code"),
        joins=("person", "post__body"),
    ),
    points(Account, "person", gettext_noop("Accounts"), page("account", "login")),
    points(Region, "parent", gettext_noop("Regions below"), page("region", "code")),
    points(ReportingUnit, "region", gettext_noop("Reporting units"), page("unit", "code")),
    points(
        Statistic, "region", gettext_noop("Statistics"), page("figure-edition"), joins=("region",)
    ),
    points(ReportingUnit, "parent", gettext_noop("Units below"), page("unit", "code")),
    points(Body, "unit", gettext_noop("Bodies"), page("body", "code")),
    points(BodyGroup, "unit", gettext_noop("Body groups"), page("body-group", "code")),
    points(
        GroupMembership,
        "group",
        gettext_noop("Members"),
        page("body", "body.code"),
        joins=("body", "group"),
    ),
    points(DutyShift, "body", gettext_noop("Duty shifts"), page("duty-shift"), joins=("body",)),
    points(
        DutyAssignment,
        "person",
        gettext_noop("Duty done"),
        page("duty-shift", "shift.pk"),
        joins=("person", "shift"),
    ),
    points(
        ContactProof,
        "person",
        gettext_noop("Attempts to reach"),
        page("person", "person.pk"),
        joins=("person",),
    ),
    points(ContactProof, "answered_by", gettext_noop("Calls answered"), no_page),
    points(
        HandoverSignature,
        "person",
        gettext_noop("Handovers signed"),
        page("duty-shift", "shift.pk"),
        joins=("person", "shift"),
    ),
    points(
        Enterprise,
        "legal_representative",
        gettext_noop("Enterprises represented"),
        page("enterprise"),
    ),
    points(
        Enterprise, "safety_officer", gettext_noop("Enterprises kept safe"), page("enterprise")
    ),
)
