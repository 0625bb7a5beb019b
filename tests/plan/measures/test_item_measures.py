"""Every item has a live measure; institutions required; figures of days; bounds; scope."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.measures import of_item, share_of
from anlan.base.models import JournalEntry
from anlan.base.parts import registry
from anlan.plan.actions.instrument import (
    LinkedAlready,
    NewRequirement,
    RequiredAlready,
    RequirementWithdrawn,
    link_instrument,
    load_requirements,
    require_instrument,
    withdraw_requirement,
)
from anlan.plan.actions.measuring import (
    BoundsCrossed,
    BoundsWithoutSource,
    NewBounds,
    load_measures,
    set_bounds,
    take_snapshots,
)
from anlan.plan.models import InstrumentRequirement, ItemMeasure, MeasureSnapshot, PlanItem
from anlan.plan.queries.instruments import in_force, required
from anlan.plan.queries.item_measures import item_lines
from anlan.plan.rules.instrument_requirement import kind_required
from anlan.plan.rules.measure_lamp import MeasureLamp
from anlan.registers.models import Instrument
from anlan.site import preparing
from tests.site.test_traceability import IDS

As = Callable[[str], Any]
Ids = Callable[[], str]


def told(actor: Any, ids: Ids, **more: Any) -> dict[str, Any]:
    return {"actor": actor, "now": clock.now(), "request_id": ids(), "reason": "测试"} | more


def requirement(item: str, wanted: str) -> InstrumentRequirement:
    return InstrumentRequirement.objects.get(item__key=item, wanted=wanted)


def test_every_row_of_the_notice_has_a_live_measure() -> None:
    """As the profile maps them; the seven indicators wait for their own stage, by name."""
    table = preparing.profile().table("measures.toml")
    mapped = {row["key"]: row["measures"] for row in table["item"]}
    live = {measure.name for measure in registry.measures()}
    assert sorted(mapped) == sorted(IDS)
    for key, names in mapped.items():
        assert len(names) == len(set(names)) > 0, key
        if key.startswith("I"):
            assert names == [f"indicator-{key.lower()}"]
        assert set(names) <= live, key


def test_the_phrases_of_the_profile_are_those_of_the_notice() -> None:
    profile = preparing.profile()
    facts = profile.table("notice-2023-9.toml")
    printed = {item["id"]: item["deliverables"] for item in facts["item"]}
    rows = profile.table("instruments.toml")["requirement"]
    for row in rows:
        assert row["phrase"] in printed[row["item"]], row
        is_said = isinstance(kind_required(row["phrase"]).value, str)
        assert row.get("ours", False) or is_said, row
    exact = {(row["item"], row["wanted"]) for row in rows if row.get("exact")}
    assert exact == {
        ("T4", "行刑衔接制度"),
        ("T19", "市预案管理办法"),
        ("T20", "紧急采购制度"),
    }


def test_what_has_no_measure_is_never_green(actor_as: As) -> None:
    scope = actor_as("bureau").scope
    lines = item_lines(PlanItem.objects.filter(is_dropped=False), scope, clock.now())
    assert len(lines) == 66
    for line in lines:
        pending = all(figure.measure is None for figure in line.figures)
        assert (line.lamp is MeasureLamp.NOT_MEASURED) == pending, line.item
        if line.lamp is MeasureLamp.GREEN:
            assert all(figure.share and figure.share.whole for figure in line.figures)


def test_a_narrowed_figure_counts_its_own_proofs(actor_as: As) -> None:
    scope, now = actor_as("bureau").scope, clock.now()
    for measure in registry.measures():
        proofs = measure.evidence(scope, now)
        keys = {key for proof in proofs for key in proof.items}
        assert bool(keys) <= measure.narrows, measure.name
        for key in keys:
            assert share_of(of_item(proofs, key)).whole <= share_of(proofs).whole


def test_loading_again_adds_nothing(city: None) -> None:
    before = (InstrumentRequirement.objects.count(), ItemMeasure.objects.count())
    entries = JournalEntry.objects.count()
    for load in (load_requirements, load_measures):
        load(preparing.profile(), lambda line: None)
    assert (InstrumentRequirement.objects.count(), ItemMeasure.objects.count()) == before
    assert JournalEntry.objects.count() == entries
    assert before[0] == 43


def test_a_draft_does_not_meet_what_the_clause_asks_for(actor_as: As, request_ids: Ids) -> None:
    bureau = actor_as("bureau")
    drafting = requirement("T20", "紧急采购制度")
    proof = next(p for p in in_force(bureau.scope, clock.now()) if "紧急采购制度" in p.label)
    assert drafting.instrument is not None
    assert not proof.counts
    before = share_of(in_force(bureau.scope, clock.now())).part
    open_one = requirement("T1", "市级应急指挥部设立文件")
    living = Instrument.objects.get(name="演示·市直部门普法责任清单")
    link_instrument(
        open_one.pk, living.pk, expected_version=open_one.version, **told(bureau, request_ids)
    )
    assert share_of(in_force(bureau.scope, clock.now())).part == before + 1
    open_one.refresh_from_db()
    with pytest.raises(LinkedAlready):
        link_instrument(
            open_one.pk,
            living.pk,
            expected_version=open_one.version,
            **told(bureau, request_ids),
        )
    with pytest.raises(Conflict):
        link_instrument(open_one.pk, None, expected_version=1, **told(bureau, request_ids))
    same = told(bureau, request_ids, expected_version=open_one.version)
    first = link_instrument(open_one.pk, None, **same)
    assert link_instrument(open_one.pk, None, **same) == first
    assert share_of(in_force(bureau.scope, clock.now())).part == before


def test_who_links_and_who_says_what_is_asked_for(actor_as: As, request_ids: Ids) -> None:
    row = requirement("T1", "市级应急指挥部设立文件")
    for login in ("department", "county", "public"):
        with pytest.raises((NotAllowed, NotFound)):
            link_instrument(row.pk, None, expected_version=1, **told(actor_as(login), request_ids))
    item = PlanItem.objects.get(key="P3")  # led by the water bureau
    new = NewRequirement(
        item=item.pk, phrase="防汛抗旱水利提升", wanted="演示·导则", kind="standard"
    )
    with pytest.raises(NotAllowed):
        require_instrument(new, **told(actor_as("county"), request_ids))
    made = require_instrument(new, **told(actor_as("department"), request_ids))
    with pytest.raises(RequiredAlready):
        require_instrument(new, **told(actor_as("bureau"), request_ids))
    with pytest.raises(NotAllowed):
        withdraw_requirement(
            made["id"], expected_version=1, **told(actor_as("department"), request_ids)
        )
    before = required(actor_as("bureau").scope).count()
    withdraw_requirement(made["id"], expected_version=1, **told(actor_as("bureau"), request_ids))
    assert required(actor_as("bureau").scope).count() == before - 1
    with pytest.raises(RequirementWithdrawn):
        link_instrument(
            made["id"], None, expected_version=2, **told(actor_as("bureau"), request_ids)
        )
    assert list(required(actor_as("public").scope)) == []


def test_a_figure_a_day_once(city: None) -> None:
    now = clock.now()
    written = take_snapshots(now)
    live = len(registry.measures())
    assert written > live
    assert MeasureSnapshot.objects.filter(item__isnull=True).count() == live
    entries = JournalEntry.objects.count()
    assert take_snapshots(now + dt.timedelta(minutes=5)) == 0
    assert JournalEntry.objects.count() == entries
    assert take_snapshots(now + dt.timedelta(days=1)) == written
    row = MeasureSnapshot.objects.filter(measure="instruments-in-force", item=None).first()
    assert row is not None
    assert (row.part, row.whole) == (7, 43)


def test_what_was_mapped_since_is_written_the_same_day(city: None) -> None:
    now = clock.now()
    take_snapshots(now)
    MeasureSnapshot.objects.count()
    from anlan.base.actor import Actor
    from anlan.base.journal.recording import recording

    with recording(
        action="tests.map", actor=Actor(account="t"), now=now, request_id="map-one-more"
    ) as rec:
        item = PlanItem.objects.get(key="R1")
        rec.add(ItemMeasure(item=item, measure="deliverables-finished", position=5))
    assert take_snapshots(now) == 1


def test_bounds_need_a_source_and_an_order(actor_as: As, request_ids: Ids) -> None:
    row = ItemMeasure.objects.get(item__key="T19", measure="instruments-in-force")
    bureau = actor_as("bureau")

    def bounded(green: int, red: int, source: str, actor: Any = bureau, version: int = 1) -> Any:
        bounds = NewBounds(
            green_from_percent=Decimal(green), red_below_percent=Decimal(red), source=source
        )
        return set_bounds(row.pk, bounds, expected_version=version, **told(actor, request_ids))

    with pytest.raises(BoundsWithoutSource):
        bounded(50, 20, "  ")
    with pytest.raises(BoundsCrossed):
        bounded(20, 50, "演示〔2024〕2号")
    for login in ("department", "county", "public"):
        with pytest.raises(NotAllowed):
            bounded(50, 20, "演示", actor_as(login))
    bounded(50, 20, "演示〔2024〕2号")
    with pytest.raises(Conflict):
        bounded(60, 20, "演示〔2024〕3号")
    line = item_lines([PlanItem.objects.get(key="T19")], bureau.scope, clock.now())[0]
    figure = next(f for f in line.figures if f.row.pk == row.pk)
    assert figure.lamp is MeasureLamp.GREEN


def test_the_pages(client_as: Callable[[str], Client]) -> None:
    bureau = client_as("bureau")
    take_snapshots(clock.now() - dt.timedelta(days=1))
    take_snapshots(clock.now())
    page = bureau.get("/plan/institutions/").content.decode()
    assert "紧急采购制度" in page
    assert "市预案管理办法</a>" not in page, "met: not among what is not there yet"
    assert "市预案管理办法" in bureau.get("/plan/institutions/?show=all").content.decode()
    listed = bureau.get("/plan/item-measures/").content.decode()
    assert listed.count("尚未计量") == 1, "in the legend alone: every item has a live measure"
    item = PlanItem.objects.get(key="T19")
    measure = bureau.get(f"/plan/measures/instruments-in-force/?item={item.pk}")
    assert "<polyline" in measure.content.decode()
    for address in (
        "/plan/measures/instruments-used/?item=" + str(item.pk),
        "/plan/measures/instruments-in-force/?item=nonsense",
    ):
        assert bureau.get(address).status_code == 404
    for address in ("/plan/institutions/", "/plan/item-measures/", "/plan/institutions/list/"):
        assert client_as("county").get(address).status_code == 200
        assert client_as("public").get(address).status_code == 403
    tab = bureau.get(f"/plan/{item.notice_id}/items/T19/?tab=measures").content.decode()
    assert "系统默认，非法规规定" in tab
    exported = bureau.get("/plan/item-measures/?format=csv").content.decode("utf-8-sig")
    assert "尚未计量" not in exported
    ItemMeasure.objects.filter(item__key="T19")._raw_delete("default")
    listed = bureau.get("/plan/item-measures/").content.decode()
    assert listed.count("尚未计量") > 1, "an item without a measure is said, and is not green"


def test_the_api(client_as: Callable[[str], Client]) -> None:
    bureau = client_as("bureau")
    rows = bureau.get("/api/v1/item-measures?page_size=200").json()["results"]
    assert len(rows) == 66
    assert "not-measured" not in {row["lamp"] for row in rows}
    found = bureau.get("/api/v1/instrument-requirements?key=T19").json()["results"]
    assert [row["standing"] for row in found if row["is_named_exactly"]] == ["in-force"]
    body = {"instrument": None, "expected_version": found[0]["version"], "reason": "x"}
    address = f"/api/v1/instrument-requirements/{found[0]['id']}/link"
    said = client_as("county").post(address, body, content_type="application/json")
    assert said.status_code == 403
    take_snapshots(clock.now())
    days = bureau.get("/api/v1/measures/instruments-in-force/days?key=T19").json()["results"]
    assert [(row["part"], row["whole"]) for row in days] == [(1, 2)]
    assert bureau.get("/api/v1/measures/none/days").status_code == 404


def test_the_forms(client_as: Callable[[str], Client]) -> None:
    bureau = client_as("bureau")
    row = requirement("T1", "市级应急指挥部设立文件")
    living = Instrument.objects.get(name="演示·市直部门普法责任清单")
    item, here = row.item, f"/plan/institutions/{row.pk}/"
    figure = ItemMeasure.objects.get(item__key="T19", measure="instruments-in-force")
    ids = iter(f"form-number-{n}" for n in range(20))

    def post(address: str, **more: Any) -> Any:
        data = {"request_id": next(ids), "expected_version": 1, "reason": "测试"} | more
        return bureau.post(address, data)

    add = f"/plan/{item.notice_id}/items/T1/institutions/add/"
    bounds = f"/plan/item-measures/{figure.pk}/bounds/"
    for address in (here, f"{here}link/", f"{here}withdraw/", add, bounds):
        assert bureau.get(address).status_code == 200, address
    assert post(f"{here}link/", instrument=str(living.pk)).status_code == 302
    assert "演示·市直部门普法责任清单" in bureau.get(here).content.decode()
    assert post(f"{here}link/", instrument="").status_code == 409, "somebody was faster"
    assert post(add, phrase="市级指挥部建成", wanted="演示·规则", kind="system").status_code == 302
    assert post(add, phrase="市级指挥部建成", wanted="", kind="system").status_code == 422
    crossed = post(bounds, green_from_percent="10", red_below_percent="20", source="演示")
    assert crossed.status_code == 422
    assert "请对调" in crossed.content.decode()
    assert (
        post(
            bounds, green_from_percent="80", red_below_percent="20", source="演示〔2024〕2号"
        ).status_code
        == 302
    )
    other = requirement("T1", "县级应急指挥部设立文件")
    drop = f"/plan/institutions/{other.pk}/withdraw/"
    assert post(drop, reason="").status_code == 422
    assert post(drop).status_code == 302
    assert client_as("county").get(drop).status_code == 403
