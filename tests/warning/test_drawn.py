"""Messages with drawn outlines: kept, corrected, inherited by a lift, and called by."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base.errors import RequestReused
from anlan.base.models import JournalEntry
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.correcting import correct_message
from anlan.warning.actions.errors import AreaMissing, OutlineUnusable, TooManyOutlines
from anlan.warning.actions.receiving import Drawn
from anlan.warning.models import IssuedWarning, WarningArea
from anlan.warning.rules.drawn import MOST_OUTLINES
from tests.registers.kept import said
from tests.warning.calling_life import make_contact
from tests.warning.calling_life import told as told_as
from tests.warning.life import change, receive, region, row, told

SQUARE = [[111.0, 35.0], [111.1, 35.0], [111.1, 35.1], [111.0, 35.1], [111.0, 35.0]]


def drawn(east: float = 0.0, name: str = "") -> Drawn:
    ring = [[longitude + east, latitude] for longitude, latitude in SQUARE]
    return Drawn(outline={"type": "Polygon", "coordinates": [ring]}, name=name)


def areas(key: str) -> list[tuple[str, Any]]:
    return sorted(
        ((str(area), area.outline) for area in row(key).areas.all()), key=lambda each: each[0]
    )


@pytest.mark.usefixtures("kept")
class TestKept:
    def test_an_outline_is_enough_and_stands_beside_regions(self) -> None:
        alone = receive(regions=(), outlines=(drawn(name="汾河滩"),))
        assert areas(alone["id"]) == [("汾河滩", dict(drawn().outline))]
        both = change("raise", "red", 5, outlines=(drawn(), drawn(0.5)))
        kinds = [area.region_id is None for area in row(both["id"]).areas.all()]
        assert sorted(kinds) == [False, True, True]
        entry = JournalEntry.objects.filter(action="warning.message.receive").last()
        assert entry is not None
        assert "111.0" in entry.content

    def test_an_outline_that_is_none_is_refused_and_nothing_is_kept(self) -> None:
        open_ring = Drawn(outline={"type": "Polygon", "coordinates": [SQUARE[:-1]]})
        with pytest.raises(OutlineUnusable) as refused:
            receive(outlines=(open_ring,))
        assert (refused.value.field, "close" in str(refused.value)) == ("outlines", True)
        with pytest.raises(OutlineUnusable, match="80"):
            receive(outlines=(drawn(name="滩" * 81),))
        assert receive(outlines=(drawn(name="滩" * 80),))["is_repeated"] is False
        assert IssuedWarning.objects.count() == 1

    @pytest.mark.parametrize(("count", "is_kept"), [(MOST_OUTLINES, True), (21, False)])
    def test_the_most_outlines(self, count: int, is_kept: bool) -> None:
        many = tuple(drawn(step / 10) for step in range(count))
        if is_kept:
            assert len(areas(receive(regions=(), outlines=many)["id"])) == count
            return
        with pytest.raises(TooManyOutlines):
            receive(outlines=many)

    def test_the_same_outline_twice_is_kept_once(self) -> None:
        made = receive(regions=(), outlines=(drawn(), drawn(name="again")))
        assert len(areas(made["id"])) == 1

    def test_a_repeat_with_another_outline_is_another_request(self) -> None:
        receive(request_id="drawn-0001", outlines=(drawn(),))
        with pytest.raises(RequestReused):
            receive(request_id="drawn-0001", outlines=(drawn(0.5),))

    def test_a_lift_without_area_takes_over_what_was_drawn(self) -> None:
        first = receive(regions=(region("140825").pk,), outlines=(drawn(name="汾河滩"),))
        lift = change("lift", "", 5, regions=())
        assert areas(lift["id"]) == areas(first["id"])
        assert len(areas(lift["id"])) == 2
        with pytest.raises(AreaMissing):
            receive(hazard="gale", regions=())

    def test_a_correction_replaces_outlines_and_keeps_the_row_of_what_stays(self) -> None:
        made = receive(outlines=(drawn(), drawn(0.5)))
        before = set(WarningArea.objects.values_list("pk", flat=True))
        new = told(outlines=(drawn(0.5), drawn(0.9)))
        correct_message(row(made["id"]).pk, new, expected_version=1, **said("bureau"))
        after = set(WarningArea.objects.values_list("pk", flat=True))
        assert len(before & after) == 2
        outlines = [outline for _name, outline in areas(made["id"]) if outline]
        assert len(outlines) == 2
        assert dict(drawn(0.5).outline) in outlines
        assert dict(drawn(0.9).outline) in outlines


@pytest.mark.usefixtures("town")
def test_who_stands_inside_the_outline_is_called() -> None:
    inside = make_contact(point=(111.05, 35.05))
    on_edge = make_contact(point=(111.1, 35.05))
    outside = make_contact(point=(111.5, 35.5))
    made = receive(hazard="rainstorm", level="red", regions=(), outlines=(drawn(),))
    opened = open_round(row(made["id"]).pk, **told_as("bureau"))
    from anlan.warning.models import CallAddressee

    called = set(
        CallAddressee.objects.filter(round=opened["id"]).values_list("contact", flat=True)
    )
    assert {inside.pk, on_edge.pk} <= called
    assert outside.pk not in called


def test_the_api_takes_and_gives_outlines(client_as: Callable[[str], Client]) -> None:
    from tests.warning.test_api import MESSAGES, post, words

    client = client_as("bureau")
    given = {"name": "汾河滩", "outline": dict(drawn().outline)}
    answer = post(client, text=words(), outlines=[given])
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["outlines"], made["areas"]) == ([given], [])
    path = f"{MESSAGES}/{made['id']}/correct"
    kept = post(client, path, level="yellow", reason="误读", expected_version=1).json()
    assert kept["outlines"] == [given]
    warning = client.get(f"/api/v1/warnings/{made['warning']}").json()
    assert warning["outlines"] == [given]
    page = client.get(f"/warnings/{made['warning']}/").content.decode()
    assert "汾河滩" in page
    form = client.get(f"/warnings/messages/{made['id']}/correct/").content.decode()
    assert "汾河滩" in form


@pytest.mark.parametrize(
    "outline",
    [
        {"type": "Polygon", "coordinates": [SQUARE[:-1]]},
        {"type": "Polygon", "coordinates": [[[35.0, 111.0]] * 4]},
        {"type": "Point", "coordinates": [111, 35]},
    ],
)
def test_the_api_refuses_what_is_no_outline(
    client_as: Callable[[str], Client], outline: dict[str, Any]
) -> None:
    from tests.warning.test_api import post, words

    answer = post(client_as("bureau"), text=words(), outlines=[{"outline": outline}])
    assert answer.status_code == 422
