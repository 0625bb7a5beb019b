"""What the registers offer: navigation, search, loaders of a profile, invented people."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.parts import (
    ANSWER_AND_DAY,
    AddresseeBook,
    DueSubject,
    Follower,
    Loader,
    Merge,
    NavigationItem,
    Panel,
    Parts,
    Search,
    Story,
    Sweep,
)
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.erasing import erase_in_exercises
from anlan.registers import addressees
from anlan.registers.actions.demonstration import register_scenes
from anlan.registers.actions.demonstration_areas import area_contact_scenes
from anlan.registers.actions.demonstration_dues import due_scenes
from anlan.registers.actions.demonstration_duty import duty_scenes
from anlan.registers.actions.demonstration_enterprises import enterprise_scenes
from anlan.registers.actions.demonstration_instruments import instrument_scenes
from anlan.registers.actions.instruments import keep_reviews
from anlan.registers.actions.merging import absorb_body, absorb_instrument, absorb_person
from anlan.registers.actions.profile import load_registers
from anlan.registers.actions.substances import load_substances
from anlan.registers.instruments import MEASURES
from anlan.registers.models import (
    Body,
    BodyGroup,
    BodyName,
    Enterprise,
    Instrument,
    Person,
    Region,
    Substance,
)
from anlan.registers.references import REFERENCES
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.instruments import citations_panel

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
        "post-list": Capability.READ_PEOPLE,
        "contact-list": Capability.READ_PEOPLE,
        "area-contact-list": Capability.READ_PEOPLE,
        "duty-list": Capability.READ_INTERNAL,
        "reporting-line-list": Capability.READ_INTERNAL,
        "enterprise-list": Capability.READ_INTERNAL,
        "site-list": Capability.READ_INTERNAL,
        "installation-list": Capability.READ_INTERNAL,
        "instrument-list": Capability.READ_INTERNAL,
        "online-map": Capability.KEEP_INSTANCE,
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


def find_enterprises(scope: Scope, text: str, limit: int) -> Found:
    word = Q(name__icontains=text) | Q(initials__startswith=text.lower())
    code = Q(credit_code__istartswith=text)
    rows = Enterprise.objects.visible_to(scope).filter(word | code).select_related("unit")[:limit]
    return [
        (row.name, f"{row.unit.short_name} · {row.get_state_display()}", enterprise_url(row))
        for row in rows
    ]


def enterprise_url(row: Enterprise) -> str:
    return reverse("enterprise", args=[row.pk])


def find_substances(scope: Scope, text: str, limit: int) -> Found:
    word = Q(name__icontains=text) | Q(initials__startswith=text.lower()) | Q(cas=text)
    rows = Substance.objects.visible_to(scope).filter(word)[:limit]
    return [(row.name, _("substance"), reverse("substance", args=[row.pk])) for row in rows]


def find_instruments(scope: Scope, text: str, limit: int) -> Found:
    word = Q(name__icontains=text) | Q(number__icontains=text)
    rows = Instrument.objects.visible_to(scope).filter(word)[:limit]
    return [(str(row), row.number or _("institution"), instrument_page(row.pk)) for row in rows]


def instrument_page(key: Any) -> str:
    return reverse("instrument", args=[key])


def enterprise_page(key: Any) -> str:
    return reverse("enterprise", args=[key])


PARTS = Parts(
    stage="registers",
    navigation=(
        _entry(gettext_noop("Map and levels"), "region-root", 500),
        _entry(gettext_noop("Regions"), "region-list", 510),
        _entry(gettext_noop("Reporting units"), "unit-list", 520),
        _entry(gettext_noop("Bodies"), "body-list", 530),
        _entry(gettext_noop("Body groups"), "body-group-list", 540),
        _entry(gettext_noop("Reporting lines"), "reporting-line-list", 545),
        _entry(gettext_noop("Statistics"), "statistic-list", 550),
        _entry(gettext_noop("Enterprises"), "enterprise-list", 560),
        _entry(gettext_noop("Sites"), "site-list", 562),
        _entry(gettext_noop("Installations"), "installation-list", 564),
        _entry(gettext_noop("Substances"), "substance-list", 566),
        _entry(gettext_noop("Institutions"), "instrument-list", 568),
        _entry(gettext_noop("People"), "person-list", 600, PEOPLE),
        _entry(gettext_noop("Posts"), "post-list", 602, PEOPLE),
        _entry(gettext_noop("Duty roster"), "duty-list", 604, PEOPLE),
        _entry(gettext_noop("Contacts and proof"), "contact-list", 606, PEOPLE),
        _entry(gettext_noop("Area contacts"), "area-contact-list", 608, PEOPLE),
        _entry(gettext_noop("Accounts"), "account-list", 610, PEOPLE),
        _entry(gettext_noop("Tokens of systems"), "token-list", 620, PEOPLE),
        _entry(gettext_noop("Audit"), "audit-journal", 630, PEOPLE),
        _entry(gettext_noop("Online map"), "online-map", 646, PEOPLE),
    ),
    searches=(
        Search(name=gettext_noop("Bodies"), find=find_bodies),
        Search(name=gettext_noop("Regions"), find=find_regions),
        Search(name=gettext_noop("Body groups"), find=find_groups),
        Search(name=gettext_noop("People"), find=find_people),
        Search(name=gettext_noop("Enterprises"), find=find_enterprises),
        Search(name=gettext_noop("Substances"), find=find_substances),
        Search(name=gettext_noop("Institutions"), find=find_instruments),
    ),
    actions=(
        ("base.onlinemap.set", gettext_noop("Online map set")),
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
        ("registers.tenure.begin", gettext_noop("Tenure begun")),
        ("registers.tenure.end", gettext_noop("Tenure ended")),
        ("registers.post.add", gettext_noop("Post entered")),
        ("registers.person.add", gettext_noop("Person entered")),
        ("registers.person.change", gettext_noop("Person changed")),
        ("registers.enterprise.add", gettext_noop("Enterprise entered")),
        ("registers.enterprise.change", gettext_noop("Enterprise changed")),
        ("registers.enterprise.state", gettext_noop("State of the enterprise changed")),
        ("registers.site.add", gettext_noop("Site entered")),
        ("registers.site.change", gettext_noop("Site changed")),
        ("registers.installation.add", gettext_noop("Installation entered")),
        ("registers.installation.change", gettext_noop("Installation changed")),
        ("registers.inventory.add", gettext_noop("Inventory counted")),
        ("registers.inventory.change", gettext_noop("Inventory corrected")),
        ("registers.substance.add", gettext_noop("Substance entered")),
        ("registers.substance.change", gettext_noop("Substance changed")),
        ("registers.duty.add", gettext_noop("Duty shift entered")),
        ("registers.duty.fill", gettext_noop("Duty roster filled")),
        ("registers.duty.swap", gettext_noop("Duty swapped")),
        ("registers.duty.assign", gettext_noop("Duty filled")),
        ("registers.duty.sign", gettext_noop("Handover signed")),
        ("registers.contact.try", gettext_noop("Attempt to reach recorded")),
        ("registers.contact.threshold", gettext_noop("Threshold of stale numbers set")),
        ("registers.area_contact.add", gettext_noop("Area contact entered")),
        ("registers.area_contact.change", gettext_noop("Area contact changed")),
        ("registers.post_number.add", gettext_noop("Number of a post entered")),
        ("registers.post_number.change", gettext_noop("Number of a post changed")),
        ("registers.instrument.add", gettext_noop("Institution entered")),
        ("registers.instrument.change", gettext_noop("Institution changed")),
        ("registers.instrument.review", gettext_noop("Term of the review set")),
        ("registers.citation.add", gettext_noop("Use of an institution named")),
    ),
    loaders=(
        Loader(name="registers", order=10, load=load_registers),
        Loader(name="substances", order=11, load=load_substances),
    ),
    stories=(
        Story(name="registers", order=10, scenes=register_scenes),
        Story(name="enterprises", order=11, scenes=enterprise_scenes),
        Story(name="area contacts", order=14, scenes=area_contact_scenes),
        Story(name="duty", order=12, scenes=duty_scenes),
        Story(name="institutions", order=13, scenes=instrument_scenes),
        Story(name="dues", order=15, scenes=due_scenes),
    ),
    followers=(
        Follower(
            name="erase-in-exercises",
            actions=frozenset({"registers.person.erase"}),
            handle=erase_in_exercises,
            from_beginning=True,
        ),
    ),
    addressees=AddresseeBook(holdings=addressees.holdings, names=addressees.names),
    due_subjects=(
        DueSubject(model="registers.body", label=gettext_noop("body"), url=body_url),
        DueSubject(
            model="registers.instrument",
            label=gettext_noop("institution"),
            url=instrument_page,
            own_acts=ANSWER_AND_DAY,
        ),
        DueSubject(
            model="registers.enterprise", label=gettext_noop("enterprise"), url=enterprise_page
        ),
    ),
    panels=(
        Panel(
            subject="registers.enterprise",
            order=40,
            label=gettext_noop("Institutions used"),
            render=citations_panel,
        ),
    ),
    measures=MEASURES,
    sweeps=(Sweep(name="instrument-reviews", every_s=3600.0, run=keep_reviews),),
    references=REFERENCES,
    merges=(
        Merge(subject="registers.body", absorb=absorb_body),
        Merge(subject="registers.person", absorb=absorb_person),
        Merge(subject="registers.instrument", absorb=absorb_instrument),
    ),
)
