"""Whom an item can be assigned to: units and bodies at the top, bodies and people below."""

from django.db.models import QuerySet

from anlan.base import clock
from anlan.plan.models import Assignment, Duty, PlanItem
from anlan.registers import queries as registers
from anlan.registers.models import Body, Person, Post
from anlan.registers.rules.scope import Scope

Choice = tuple[str, str]


def target_choices(scope: Scope, item: PlanItem, above: Assignment | None) -> list[Choice]:
    """(code, label) as the form of a break-down offers them; ended bodies are left out."""
    if above is None:
        units = [(f"unit:{unit.pk}", unit.name) for unit in registers.reporting_units()]
        return [*units, *_bodies_of(scope, item)]
    if above.body_id is None:
        inside = _living().filter(unit=above.unit_id)
        return [(f"body:{body.pk}", body.short_name) for body in inside]
    return [*_posts(above), *_people(scope, above)]


def _living() -> QuerySet[Body]:
    return registers.bodies().filter(registers.valid_on(clock.today()))


def _bodies_of(scope: Scope, item: PlanItem) -> list[Choice]:
    """Bodies of the city, those that the notice names for the item first."""
    named = set(
        Duty.objects.filter(item=item.pk, body__isnull=False).values_list("body", flat=True)
    )
    city = [body for body in _living() if body.unit_id == item.notice.unit_id]
    city.sort(key=lambda body: (body.pk not in named, body.position))
    return [(f"body:{body.pk}", body.short_name) for body in city]


def _posts(above: Assignment) -> list[Choice]:
    posts = Post.objects.filter(body=above.body_id).order_by("title")
    return [(f"post:{post.pk}", post.title) for post in posts]


def _people(scope: Scope, above: Assignment) -> list[Choice]:
    """People who hold a post in the body today, as far as the reader sees them."""
    today = clock.today()
    held = Person.objects.visible_to(scope).filter(
        tenures__post__body=above.body_id, tenures__held_from__lte=today
    )
    living = held.exclude(tenures__held_until__lte=today).distinct()
    return [(f"person:{person.pk}", person.name) for person in living]
