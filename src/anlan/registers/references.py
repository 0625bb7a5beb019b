"""What points at the records of the registers: for the relations tab and for merges."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from anlan.base.parts import Reference
from anlan.base.rules.labels import gettext_noop
from anlan.registers.models import (
    Account,
    Body,
    BodyGroup,
    BodyName,
    Citation,
    ContactProof,
    DutyAssignment,
    DutyShift,
    Enterprise,
    GroupMembership,
    HandoverSignature,
    Instrument,
    Post,
    Region,
    ReportingUnit,
    Statistic,
    Tenure,
)


def _page(url_name: str, path: str) -> Callable[[Any], str]:
    """The address of a page by a value that a row leads to, e.g. "body.code"."""

    def address(row: Any) -> str:
        for name in path.split("."):
            row = getattr(row, name)
        return reverse(url_name, args=[row])

    return address


REFERENCES = (
    Reference(
        subject="registers.body",
        model=BodyName,
        field="body",
        label=gettext_noop("Names over time"),
        url=_page("body", "body.code"),
        joins=("body",),
        drops_duplicates=True,
    ),
    Reference(
        subject="registers.body",
        model=GroupMembership,
        field="body",
        label=gettext_noop("Memberships of groups"),
        url=_page("body-group", "group.code"),
        joins=("group", "body"),
        drops_duplicates=True,
    ),
    Reference(
        subject="registers.body",
        model=Post,
        field="body",
        label=gettext_noop("Posts"),
        url=_page("body", "body.code"),
        joins=("body",),
    ),
    Reference(
        subject="registers.person",
        model=Tenure,
        field="person",
        label=gettext_noop("Posts held"),
        url=_page("body", "post.body.code"),
        joins=("person", "post__body"),
    ),
    Reference(
        subject="registers.person",
        model=Account,
        field="person",
        label=gettext_noop("Accounts"),
        url=_page("account", "login"),
    ),
    Reference(
        subject="registers.region",
        model=Region,
        field="parent",
        label=gettext_noop("Regions below"),
        url=_page("region", "code"),
    ),
    Reference(
        subject="registers.region",
        model=ReportingUnit,
        field="region",
        label=gettext_noop("Reporting units"),
        url=_page("unit", "code"),
    ),
    Reference(
        subject="registers.region",
        model=Statistic,
        field="region",
        label=gettext_noop("Statistics"),
        url=_page("figure-edition", "pk"),
        joins=("region",),
    ),
    Reference(
        subject="registers.reportingunit",
        model=ReportingUnit,
        field="parent",
        label=gettext_noop("Units below"),
        url=_page("unit", "code"),
    ),
    Reference(
        subject="registers.reportingunit",
        model=Body,
        field="unit",
        label=gettext_noop("Bodies"),
        url=_page("body", "code"),
    ),
    Reference(
        subject="registers.reportingunit",
        model=BodyGroup,
        field="unit",
        label=gettext_noop("Body groups"),
        url=_page("body-group", "code"),
    ),
    Reference(
        subject="registers.bodygroup",
        model=GroupMembership,
        field="group",
        label=gettext_noop("Members"),
        url=_page("body", "body.code"),
        joins=("body", "group"),
    ),
    Reference(
        subject="registers.body",
        model=DutyShift,
        field="body",
        label=gettext_noop("Duty shifts"),
        url=_page("duty-shift", "pk"),
        joins=("body",),
    ),
    Reference(
        subject="registers.person",
        model=DutyAssignment,
        field="person",
        label=gettext_noop("Duty done"),
        url=_page("duty-shift", "shift.pk"),
        joins=("person", "shift"),
    ),
    Reference(
        subject="registers.person",
        model=ContactProof,
        field="person",
        label=gettext_noop("Attempts to reach"),
        url=_page("person", "person.pk"),
        joins=("person",),
    ),
    Reference(
        subject="registers.person",
        model=ContactProof,
        field="answered_by",
        label=gettext_noop("Calls answered"),
        url=lambda proof: "",
    ),
    Reference(
        subject="registers.person",
        model=HandoverSignature,
        field="person",
        label=gettext_noop("Handovers signed"),
        url=_page("duty-shift", "shift.pk"),
        joins=("person", "shift"),
    ),
    Reference(
        subject="registers.person",
        model=Enterprise,
        field="legal_representative",
        label=gettext_noop("Enterprises represented"),
        url=_page("enterprise", "pk"),
    ),
    Reference(
        subject="registers.person",
        model=Enterprise,
        field="safety_officer",
        label=gettext_noop("Enterprises kept safe"),
        url=_page("enterprise", "pk"),
    ),
    Reference(
        subject="registers.body",
        model=Instrument,
        field="issuer",
        label=gettext_noop("Institutions issued"),
        url=_page("instrument", "pk"),
        joins=("issuer",),
    ),
    Reference(
        subject="registers.instrument",
        model=Instrument,
        field="replaces",
        label=gettext_noop("Newer institutions"),
        url=_page("instrument", "pk"),
    ),
    Reference(
        subject="registers.instrument",
        model=Citation,
        field="instrument",
        label=gettext_noop("Uses"),
        url=_page("instrument", "instrument_id"),
        joins=("instrument",),
        drops_duplicates=True,
    ),
)
