"""Undo of imports and bulk changes, from the page of the entry."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import upkeep
from anlan.base.clock import now
from anlan.base.errors import Conflict, NotAllowed
from anlan.base.identity import new_id
from anlan.base.journal.verification import verify
from anlan.base.keeping import bulk
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.undo import NothingToUndo, NotUndoable, plan_undo, undo
from anlan.base.models import JournalEntry, PersonKey
from anlan.base.records import Record
from anlan.base.rows import row_image
from anlan.registers.models import Body, Person, Region, ReportingUnit
from tests.base.keeping.test_import import look, take

pytestmark = pytest.mark.django_db


def how(actor: Any, reason: str = "撤销") -> dict[str, Any]:
    return {"actor": actor, "now": now(), "request_id": new_id().hex, "reason": reason}


def last() -> JournalEntry:
    return JournalEntry.objects.latest("position")


def images(model: type[Record]) -> dict[str, dict[str, Any]]:
    """Every row without its version."""
    rows = model._default_manager.all()
    return {str(r.pk): {**row_image(r), "version": 0} for r in rows}


def changed(
    model: type[Record], rows: list[Any], column: str, text: str, actor: Any
) -> JournalEntry:
    kept = keeping_of(model)
    assert kept is not None
    value = bulk.value_of(kept, column, text)
    bulk.change_rows(kept, [(r.pk, r.version) for r in rows], column, value, **how(actor))
    return last()


@pytest.mark.parametrize("seed", range(3))
def test_change_then_undo_gives_the_original_images(
    actor_as: Callable[[str], Any], seed: int
) -> None:
    """Any bulk column of any register, any rows."""
    chance, actor = random.Random(seed), actor_as("admin")
    for model, column, text in (
        (Body, "source", f"甲{seed}"),
        (Body, "valid_from", "2020-01-01"),
        (ReportingUnit, "mark", "M"),
        (Region, "parent", Region.objects.order_by("?").first().code),
    ):
        before = images(model)
        rows = chance.sample(list(model.objects.all()), k=chance.randint(1, 6))
        rows = [row for row in rows if getattr(row, column) != text]
        entry = changed(model, rows, column, text, actor)
        for entry_to_undo in (entry, None, None):
            entry_now = entry_to_undo or last()
            plan = plan_undo(entry_now, actor=actor)
            undo(entry_now, seen=plan.seen, **how(actor))
            if entry_to_undo is not None:
                assert images(model) == before
        assert images(model) == before  # undone, done again, undone again
    assert verify().ok


def test_an_import_is_undone_from_its_page(client_as: Callable[[str], Client]) -> None:
    client, before = client_as("bureau"), images(Body)
    body = Body.objects.first()
    text = (
        "code,full_name,short_name,kind,unit,note\n"
        f"{body.code},,,,,改\nyanshi-neu,演示新局,演示新局,department,{body.unit.code},新\n"
    )
    done = take(client, "/bodies/", look(client, "/bodies/", text))
    page = client.get(done.url)
    assert page.context["row_count"] == 2
    form = page.context["form"]
    data = {f.html_name: f.value() or "" for f in form.hidden_fields()}
    assert client.post(done.url, data).status_code == 422  # no reason
    undone = client.post(done.url, data | {"reason": "导错了文件"})
    assert undone.status_code == 302
    assert images(Body) == before
    assert client.post(done.url, data | {"reason": "导错了文件"}).url == undone.url
    assert last().action == "registers.body.undo"
    assert client.get(undone.url).context["undone"] == done.url


def test_what_somebody_wrote_since_is_left_alone_and_said(
    actor_as: Callable[[str], Any], client_as: Callable[[str], Client]
) -> None:
    actor, rows = actor_as("bureau"), list(Body.objects.all()[:3])
    entry = changed(Body, rows, "source", "甲", actor)
    one, _two, _three = Body.objects.filter(pk__in=[r.pk for r in rows])
    upkeep.change(Body, one.pk, {"note": "后来"}, expected_version=one.version, **how(actor))
    plan = plan_undo(entry, actor=actor)
    assert [line.name for line in plan.refused] == [str(one)]
    assert plan.refused[0].decision.columns == ("note",)
    page = client_as("bureau").get(reverse("journal-entry", args=[entry.id])).content.decode()
    assert "其后有人改动" in page
    with pytest.raises(Conflict):
        undo(entry, seen="other", **how(actor))
    assert undo(entry, seen=plan.seen, **how(actor)) == {"rows": 2, "refused": 1}
    assert Body.objects.get(pk=one.pk).source == "甲"
    with pytest.raises(NothingToUndo):
        undo(entry, seen=plan_undo(entry, actor=actor).seen, **how(actor))


def test_a_new_row_to_which_others_point_stays(
    client_as: Callable[[str], Client], actor_as: Callable[[str], Any]
) -> None:
    client, county = client_as("bureau"), Region.objects.filter(level="county").first()
    lines = [f"9990{n},演示乡{n},township,{county.code}" for n in (1, 2)]
    text = "\n".join(["code,name,level,parent", *lines])
    take(client, "/regions/", look(client, "/regions/", text))
    entry = last()
    above, free = Region.objects.get(code="99901"), Region.objects.get(code="99902")
    village = "code,name,level,parent\n999010,演示村,village,99901\n"
    take(client, "/regions/", look(client, "/regions/", village))
    plan = plan_undo(entry, actor=actor_as("bureau"))
    assert [line.decision.step.value for line in plan.refused] == ["referred-since"]
    undo(entry, seen=plan.seen, **how(actor_as("bureau")))
    assert Region.objects.filter(pk=above.pk).exists()
    assert not Region.objects.filter(pk=free.pk).exists()


def test_rights_and_what_is_not_undone_here(
    actor_as: Callable[[str], Any], client_as: Callable[[str], Client]
) -> None:
    entry = changed(Body, list(Body.objects.all()[:1]), "source", "甲", actor_as("bureau"))
    for login in ("department", "county", "public"):
        with pytest.raises(NotAllowed):
            plan_undo(entry, actor=actor_as(login))
        with pytest.raises(NotAllowed):
            undo(entry, seen="", **how(actor_as(login)))
        address = reverse("journal-entry", args=[entry.id])
        assert client_as(login).get(address).status_code == 403
    load = JournalEntry.objects.filter(action="registers.profile.load").first()
    with pytest.raises(NotUndoable):
        plan_undo(load, actor=actor_as("admin"))
    page = client_as("bureau").get(reverse("journal-entry", args=[load.id]))
    assert page.status_code == 200
    assert page.context["plan"] is None
    with pytest.raises(bulk.ReasonMissing):
        undo(entry, seen="", **how(actor_as("bureau"), reason=" "))


def test_an_erased_person_is_not_restored(actor_as: Callable[[str], Any]) -> None:
    actor, person = actor_as("admin"), Person.objects.exclude(mobile="").first()
    before = images(Person)
    upkeep.change(
        Person, person.pk, {"mobile": "19900001234"}, expected_version=person.version, **how(actor)
    )
    entry = last()
    plan = plan_undo(entry, actor=actor)
    assert plan.writable[0].decision.columns == ("mobile",)
    undo(entry, seen=plan.seen, **how(actor))
    assert images(Person) == before
    upkeep.change(
        Person,
        person.pk,
        {"mobile": "19900001234"},
        expected_version=Person.objects.get(pk=person.pk).version,
        **how(actor),
    )
    PersonKey.objects.filter(person=person.pk).delete()
    assert plan_undo(last(), actor=actor).writable == []


def test_the_history_leads_to_the_entry(client_as: Callable[[str], Client]) -> None:
    body = Body.objects.filter(unit__kind="city").first()
    address = reverse("body", args=[body.code]) + "?tab=history"
    assert "/journal/entries/" in client_as("bureau").get(address).content.decode()
    assert "/journal/entries/" not in client_as("department").get(address).content.decode()
