"""Merge of duplicates: references, names, tombstone, undo, rights."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import now
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.keeping import merging
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.merging import Side
from anlan.base.keeping.undo import plan_undo, undo
from anlan.base.models import JournalEntry, Merger
from anlan.base.parts import registry
from anlan.plan.models import CollectionSheet, Duty, MechanismQuarter, NameMatch
from anlan.registers.actions.merging import DifferentUnits
from anlan.registers.actions.naming import name_index
from anlan.registers.models import (
    Account,
    Body,
    BodyName,
    GroupMembership,
    Person,
    Post,
    Tenure,
)
from tests.base.keeping.test_import import counts, look
from tests.base.keeping.test_undo import how, images

pytestmark = pytest.mark.django_db
TOUCHED = (
    *(Body, BodyName, GroupMembership, Post, Duty, NameMatch, Tenure, Account, Person),
    *(CollectionSheet, MechanismQuarter),
)


def everything() -> dict[str, Any]:
    return {model.__name__: images(model) for model in TOUCHED}


def pair() -> tuple[Body, Body]:
    """Two bodies of the city with duties in the plan and without posts of one title."""
    bodies = [
        body
        for body in Body.objects.filter(unit__kind="city").order_by("code")
        if Duty.objects.filter(body=body).exists() and not Post.objects.filter(body=body).exists()
    ]
    return bodies[0], bodies[1]


def side(row: Any) -> Side:
    return Side(key=row.pk, version=row.version)


def merged(first: Any, second: Any, actor: Any, *take: str, **more: Any) -> Any:
    kept = keeping_of(type(first))
    assert kept is not None
    said = how(actor, "同一单位") | more
    return merging.merge(
        kept, winner=side(first), loser=side(second), take=frozenset(take), **said
    )


@pytest.mark.parametrize("model", [Body, Person])
def test_every_stage_declares_what_points_to_a_register_that_merges(model: Any) -> None:
    declared = {(r.model, r.field) for r in registry.references(model._meta.label_lower)}
    pointing = {
        (other, field.name)
        for other in apps.get_models()
        for field in other._meta.concrete_fields
        if field.is_relation and field.related_model is model
    }
    assert declared == pointing


def test_a_body_is_merged_and_undone(actor_as: Callable[[str], Any]) -> None:
    actor, (stays, goes) = actor_as("bureau"), pair()
    before, duties = everything(), Duty.objects.filter(body=goes).count()
    old = stays.full_name
    result = merged(stays, goes, actor, "kind", "full_name", "code", "short_name")
    assert result["moved"] >= duties > 0
    assert not Duty.objects.filter(body=goes).exists()
    assert not BodyName.objects.filter(body=goes).exists()
    behind = MechanismQuarter.objects.filter(body=goes)
    assert behind.exists(), "what was asked of a body in its own time stays with it"
    stays.refresh_from_db()
    assert stays.code != goes.code  # what is unique stays with its record
    names = set(BodyName.objects.filter(body=stays).values_list("name", flat=True))
    assert stays.full_name == goes.full_name
    assert {old, goes.full_name, goes.short_name} <= names
    goes.refresh_from_db()
    assert goes.valid_until is not None
    assert merging.winner_of(goes) == stays
    index = name_index()
    assert goes.code not in str(index)
    entry = JournalEntry.objects.latest("position")
    assert entry.action == "registers.body.merge"
    plan = plan_undo(entry, actor=actor)
    assert not plan.refused
    undo(entry, seen=plan.seen, **how(actor))
    assert everything() == before
    assert not Merger.objects.filter(register="registers.body").exists()


def test_the_tombstone_leads_to_the_record_that_stays(
    client_as: Callable[[str], Client], actor_as: Callable[[str], Any]
) -> None:
    stays, goes = pair()
    merged(stays, goes, actor_as("bureau"))
    for login in ("bureau", "public"):
        client = client_as(login)
        page = client.get(reverse("body", args=[goes.code])).content.decode()
        assert reverse("body", args=[stays.code]) in page
    behind = MechanismQuarter.objects.filter(body=goes)
    assert behind.exists()
    related = client_as("bureau").get(reverse("body", args=[goes.code]) + "?tab=relations")
    for row in behind:
        assert reverse("plan-mechanism-body", args=[row.pk]) in related.content.decode()
        opened = client_as("bureau").get(reverse("plan-mechanism-body", args=[row.pk]))
        assert opened.status_code == 200
    listed = client_as("bureau").get("/bodies/?per=200&cols=code").content.decode()
    assert goes.code not in listed
    assert stays.code in listed
    page = look(client_as("bureau"), "/bodies/", f"code,note\n{goes.code},x\n")
    assert counts(page)["refused"] == 1


def test_people_with_two_sign_ins_are_not_merged(actor_as: Callable[[str], Any]) -> None:
    admin = actor_as("admin")
    first, second = Person.objects.filter(account__isnull=False)[:2]
    with pytest.raises(merging.MergeClash):
        merged(first, second, admin)
    plain = Person.objects.filter(account__isnull=True, tenures__isnull=False).first()
    held = Tenure.objects.filter(person=plain).count()
    had = Tenure.objects.filter(person=first).count()
    merged(first, plain, admin, "mobile")
    assert Tenure.objects.filter(person=first).count() == had + held
    first.refresh_from_db()
    assert first.mobile == plain.mobile


def test_what_is_refused(actor_as: Callable[[str], Any]) -> None:
    bureau, (stays, goes) = actor_as("bureau"), pair()
    for login in ("department", "county", "public"):
        with pytest.raises(NotAllowed):
            merged(stays, goes, actor_as(login))
    with pytest.raises(merging.TwoRowsNeeded):
        merged(stays, stays, bureau)
    with pytest.raises(Conflict):
        kept = keeping_of(Body)
        late = Side(key=goes.pk, version=goes.version + 1)
        merging.merge(kept, winner=side(stays), loser=late, take=frozenset(), **how(bureau))
    other = Body.objects.exclude(unit__kind="city").first()
    with pytest.raises(DifferentUnits):
        merged(stays, other, bureau)
    account = Person.objects.filter(account__isnull=False).first()
    plain = Person.objects.filter(account__isnull=True).first()
    with pytest.raises(merging.HiddenReferences):  # the plan office does not see accounts
        merged(plain, account, bureau)
    merged(stays, goes, bureau)
    goes.refresh_from_db()
    stays.refresh_from_db()
    with pytest.raises(merging.MergedAlready):
        merged(stays, goes, bureau)
    with pytest.raises(NotFound):
        merging.merge(
            keeping_of(Body),
            winner=side(stays),
            loser=Side(key=new_id(), version=1),
            take=frozenset(),
            **how(bureau),
        )


def test_a_repeat_merges_once(actor_as: Callable[[str], Any]) -> None:
    bureau, (stays, goes) = actor_as("bureau"), pair()
    one = {"request_id": new_id().hex, "now": now()}
    first = merged(stays, goes, bureau, **one)
    assert merged(stays, goes, bureau, **one) == first
    assert Merger.objects.filter(register="registers.body").count() == 1


def test_two_ticked_rows_on_the_screen(client_as: Callable[[str], Client]) -> None:
    client, (stays, goes) = client_as("bureau"), pair()
    url = "/bodies/?view=merge"
    one = client.post(url, {"step": "choose", "row": [str(stays.pk)]}, follow=True)
    assert "请恰好勾选两行" in one.content.decode()
    page = client.post(url, {"step": "choose", "row": [str(stays.pk), str(goes.pk)]})
    assert page.status_code == 200
    going = {kind.label: kind for kind in page.context["pointing"] if kind.first or kind.second}
    assert {_("Implementation mechanism"), _("Duties in the plan")} <= set(going)
    assert not going[_("Duties in the plan")].has_past
    form = page.context["form"]
    data = {f.html_name: f.value() for f in form.hidden_fields() if f.value() is not None}
    data |= {"step": "merge", "stays": "first", "take-note": "second"}
    assert client.post(url, data).status_code == 422  # no reason
    done = client.post(url, data | {"reason": "机构合并登记两次"})
    assert done.status_code == 302
    assert client.get(done.url).context["plan"] is not None
    assert client_as("bureau").post("/regions/?view=merge", data).status_code == 404


def test_relations_of_every_stage_stand_on_the_page(client_as: Callable[[str], Client]) -> None:
    body, _other = pair()
    page = client_as("bureau").get(reverse("body", args=[body.code]) + "?tab=relations")
    assert len(page.context["related"]) == len(registry.references("registers.body"))
    counted = {label: count for label, count, _rows in page.context["related"]}
    assert Duty.objects.filter(body=body).count() in counted.values()
