"""What the registers offer: navigation, search, loaders of a profile, invented people."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.parts import (
    AddresseeBook,
    DueSubject,
    Follower,
    Loader,
    NavigationItem,
    Parts,
    Search,
    Story,
)
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.erasing import erase_in_exercises
from anlan.registers import addressees
from anlan.registers.actions.demonstration import register_scenes
from anlan.registers.actions.demonstration_dues import due_scenes
from anlan.registers.actions.profile import load_registers
from anlan.registers.models import Body, BodyGroup, BodyName, Person, Region
from anlan.registers.rules.scope import Capability, Scope

Found = list[tuple[str, str, str]]
REGISTERS = gettext_noop("Registers")
PEOPLE = gettext_noop("People and rights")


def permitted(capability: Capability) -> Callable[[Any], bool]:
    return lambda scope: isinstance(scope, Scope) and scope.may(capability)


def _entry(label: str, url_name: str, order: int, group: str = REGISTERS) -> NavigationItem:
    capability = {
        "person-list": Capability.READ_PEOPLE,
        "account-list": Capability.READ_ACCOUNTS,
        "token-list": Capability.READ_ACCOUNTS,
        "audit-journal": Capability.AUDIT,
    }.get(url_name, Capability.READ_PUBLISHED)
    return NavigationItem(
        label=label, url_name=url_name, group=group, order=order, permits=permitted(capability)
    )


def find_regions(scope: Scope, text: str, limit: int) -> Found:
    word = (
        Q(name__icontains=text) | Q(code__startswith=text) | Q(initials__startswith=text.lower())
    )
    rows = Region.objects.visible_to(scope).filter(word).select_related("parent")
    return [
        (
            row.name if row.parent is None else f"{row.name}（{row.parent.name}）",
            row.get_level_display(),
            reverse("region", args=[row.code]),
        )
        for row in rows.order_by("level", "code")[:limit]
    ]


def find_bodies(scope: Scope, text: str, limit: int) -> Found:
    named = BodyName.objects.filter(name__icontains=text).values("body")
    word = Q(full_name__icontains=text) | Q(initials__icontains=text.lower()) | Q(pk__in=named)
    rows = Body.objects.visible_to(scope).filter(word).select_related("unit")[:limit]
    return [
        (
            row.full_name,
            f"{row.unit.short_name} · {row.get_kind_display()}",
            reverse("body", args=[row.code]),
        )
        for row in rows
    ]


def find_groups(scope: Scope, text: str, limit: int) -> Found:
    rows = BodyGroup.objects.visible_to(scope).filter(name__icontains=text)[:limit]
    return [(row.name, _("body group"), reverse("body-group", args=[row.code])) for row in rows]


def find_people(scope: Scope, text: str, limit: int) -> Found:
    word = Q(name__icontains=text) | Q(initials__startswith=text.lower())
    rows = Person.objects.visible_to(scope).filter(word)[:limit]
    return [(row.name, _("person"), reverse("person", args=[row.pk])) for row in rows]


def body_url(code: str) -> str:
    return reverse("body", args=[code]) if Body.objects.filter(code=code).exists() else ""


PARTS = Parts(
    stage="registers",
    navigation=(
        _entry(gettext_noop("Map and levels"), "region-root", 500),
        _entry(gettext_noop("Regions"), "region-list", 510),
        _entry(gettext_noop("Reporting units"), "unit-list", 520),
        _entry(gettext_noop("Bodies"), "body-list", 530),
        _entry(gettext_noop("Body groups"), "body-group-list", 540),
        _entry(gettext_noop("Statistics"), "statistic-list", 550),
        _entry(gettext_noop("People"), "person-list", 600, PEOPLE),
        _entry(gettext_noop("Accounts"), "account-list", 610, PEOPLE),
        _entry(gettext_noop("Tokens of systems"), "token-list", 620, PEOPLE),
        _entry(gettext_noop("Audit"), "audit-journal", 630, PEOPLE),
    ),
    searches=(
        Search(name=gettext_noop("Bodies"), find=find_bodies),
        Search(name=gettext_noop("Regions"), find=find_regions),
        Search(name=gettext_noop("Body groups"), find=find_groups),
        Search(name=gettext_noop("People"), find=find_people),
    ),
    actions=(
        ("registers.profile.load", gettext_noop("Loaded from the profile")),
        ("registers.colleague.add", gettext_noop("Given a post and a sign-in")),
        ("registers.account.open", gettext_noop("Sign-in opened")),
        ("registers.account.close", gettext_noop("Sign-in closed")),
        ("registers.account.open_again", gettext_noop("Sign-in opened again")),
        ("registers.account.unlock", gettext_noop("Sign-in unlocked")),
        ("registers.password.change", gettext_noop("Password changed")),
        ("registers.password.reset", gettext_noop("First password set")),
        ("registers.sessions.end", gettext_noop("Signed out everywhere")),
        ("registers.second_factor.add", gettext_noop("Second proof set up")),
        ("registers.second_factor.use", gettext_noop("Second proof used")),
        ("registers.second_factor.remove", gettext_noop("Second proof removed")),
        ("registers.identity.link", gettext_noop("Identity linked")),
        ("registers.identity.unlink", gettext_noop("Identity unlinked")),
        ("registers.identity.use", gettext_noop("Signed in through another provider")),
        ("registers.post.give", gettext_noop("Post given")),
        ("registers.post.end", gettext_noop("Post ended")),
        ("base.export", gettext_noop("Personal data exported")),
        ("registers.token.issue", gettext_noop("Token issued")),
        ("registers.token.revoke", gettext_noop("Token revoked")),
        ("registers.membership.add", gettext_noop("Made a member")),
        ("registers.membership.end", gettext_noop("Membership ended")),
        ("registers.statistic.add", gettext_noop("Figure entered")),
        ("registers.phone_book.import", gettext_noop("Phone book imported")),
        ("registers.bodies.import", gettext_noop("List of bodies imported")),
        ("registers.person.erase", gettext_noop("Personal data erased")),
        ("registers.tenure.hand_over", gettext_noop("Post handed over")),
    ),
    followers=(
        Follower(
            name="erase-in-exercises",
            actions=frozenset({"registers.person.erase"}),
            handle=erase_in_exercises,
            from_beginning=True,
        ),
    ),
    loaders=(Loader(name="registers", order=10, load=load_registers),),
    addressees=AddresseeBook(holdings=addressees.holdings, names=addressees.names),
    due_subjects=(DueSubject(model="registers.body", label=gettext_noop("body"), url=body_url),),
    stories=(
        Story(name="registers", order=10, scenes=register_scenes),
        Story(name="dues", order=15, scenes=due_scenes),
    ),
)
