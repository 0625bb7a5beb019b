"""The settings of supervision on a day: the ladder, who may issue slips, the line upward."""

import datetime as dt
import uuid
from dataclasses import dataclass

from anlan.base.rules.due.addressee import Addressee
from anlan.plan.models import SlipIssuer, SupervisionLadder
from anlan.plan.rules.supervision.ladder import HOUSE_LADDER, Ladder, Rung
from anlan.plan.rules.supervision.paper import Designation
from anlan.registers.models import Body, ReportingLine, ReportingUnit
from anlan.registers.queries import plan_office, valid_on


def ladder_on(day: dt.date) -> Ladder:
    """The newest ladder of the city that is in force; the house's while there is none."""
    rows = SupervisionLadder.objects.filter(valid_from__lte=day).order_by("-valid_from")
    row = rows.first()
    return row.to_domain() if row is not None else HOUSE_LADDER


def designations_on(day: dt.date) -> list[Designation]:
    rows = SlipIssuer.objects.filter(valid_on(day)).select_related("body")
    return [row.to_domain() for row in rows.order_by("valid_from", "body__position")]


def issuer_on(day: dt.date) -> Body | None:
    """Who issues: the body designated longest, else the plan office (which sends letters)."""
    rows = SlipIssuer.objects.filter(valid_on(day)).select_related("body__unit")
    row = rows.order_by("valid_from", "body__position").first()
    return row.body if row is not None else plan_office()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a paper is put to: the body (None: the unit as such), a post in it, and the rung that
    was really reached when the line upward is not on record."""

    body: Body | None
    addressee: Addressee
    reached: Rung


def target_of(
    rung: Rung, *, body: Body | None, unit: ReportingUnit, contact: Addressee, day: dt.date
) -> Target:
    """Up the real reporting line. A post that is not on record falls back to the body: House
    rule, said on the page."""
    if body is None:
        return Target(body=None, addressee=Addressee(unit=unit.code), reached=Rung.BODY)
    whole = Addressee(body=body.code, unit=unit.code)
    if rung is Rung.CONTACT:
        return Target(body=body, addressee=contact, reached=Rung.CONTACT)
    line = _line_of(body.pk, day)
    post = None
    if line is not None and rung is not Rung.BODY:
        post = line.head if rung is Rung.HEAD else line.superior
    if post is None:
        return Target(body=body, addressee=whole, reached=Rung.BODY)
    above = Addressee(body=post.body.code, unit=post.body.unit.code, post=str(post.pk))
    return Target(body=post.body, addressee=above, reached=rung)


def _line_of(body: uuid.UUID, day: dt.date) -> ReportingLine | None:
    rows = ReportingLine.objects.filter(valid_on(day), body=body)
    related = ("head__body__unit", "superior__body__unit")
    return rows.select_related(*related).order_by("-valid_from").first()
