"""A message as CAP and as a draft of the national form: what is written is read back the same."""

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.cap.exporting import Facts, Place, alert_of, hazard_word
from anlan.warning.rules.cap.national import read_national
from anlan.warning.rules.cap.national_writing import write_national
from anlan.warning.rules.cap.reading import read_cap
from anlan.warning.rules.cap.readout import read_out
from anlan.warning.rules.cap.values import MessageType, Reference, Scope, Status
from anlan.warning.rules.cap.writing import write_cap
from anlan.warning.rules.signal import Change, Hazard, Level
from tests.warning.rules.cap.messages import SENT

RING = [[111.0, 35.0], [111.1, 35.0], [111.1, 35.1], [111.0, 35.0]]
HOLE = [[111.05, 35.01], [111.06, 35.01], [111.06, 35.02], [111.05, 35.01]]
KNOWN = {"140800": "运城市"}
EARLIER = Reference(sender="s", identifier="i", sent=SENT - dt.timedelta(hours=1))
PLACES = (
    Place(name="运城市", code="140800"),
    Place(name="汾河滩", outline={"type": "Polygon", "coordinates": [RING]}),
)


def facts(**more: Any) -> Facts:
    values: dict[str, Any] = {
        "identifier": "anlan-1",
        "sender": "anlan.140800",
        "issuer": "演示台",
        "hazard": Hazard.RAINSTORM,
        "level": Level.RED,
        "change": Change.ISSUE,
        "sent": SENT,
        "expires": None,
        "text": "请注意防范。",
        "places": PLACES,
        "status": Status.ACTUAL,
    }
    return Facts(**values | more)


ANY = st.builds(
    lambda hazard, level, change, hours, earlier, text: facts(
        hazard=hazard,
        level=level,
        change=change,
        expires=SENT + dt.timedelta(hours=hours) if hours else None,
        earlier=(EARLIER,) if earlier else (),
        text=text,
    ),
    st.sampled_from(Hazard),
    st.sampled_from(Level),
    st.sampled_from(Change),
    st.integers(0, 48),
    st.booleans(),
    st.text(st.sampled_from("雨<&>\"' a。，"), min_size=1, max_size=40),
)


@given(ANY)
def test_what_is_written_is_valid_and_is_read_back_the_same(given_facts: Facts) -> None:
    alert = alert_of(given_facts)
    reading = read_cap(write_cap(alert))
    assert reading.alert == alert
    assert reading.is_valid, [finding.rule for finding in reading.findings]
    found = read_out(alert, received_at=SENT, known_places=KNOWN)
    assert (found.issuer, found.level) == (given_facts.issuer, given_facts.level)
    if given_facts.hazard is not Hazard.OTHER:
        assert found.hazard is given_facts.hazard
    assert found.places.codes == ("140800",)
    assert [each.geometry for each in found.places.outlines] == [PLACES[1].outline]


@given(ANY)
def test_the_national_draft_is_read_back_by_the_draft_mapping(given_facts: Facts) -> None:
    alert = alert_of(given_facts)
    found = read_national(write_national(alert))
    assert found.alert is not None
    assert (found.level, found.alert.sent) == (given_facts.level, alert.sent)
    assert found.alert.infos[0].sender_name == "演示台"
    assert found.alert.infos[0].areas[0].geocodes[0].value == "140800000000"
    assert "cap-12379-draft" in {finding.rule for finding in found.findings}


def test_kinds_follow_the_change_and_what_was_exported_before() -> None:
    def kind(change: Change, *earlier: Reference) -> MessageType:
        return alert_of(facts(change=change, earlier=earlier)).message_type

    assert kind(Change.ISSUE) is MessageType.ALERT
    assert kind(Change.RAISE, EARLIER) is MessageType.UPDATE
    assert kind(Change.RAISE) is MessageType.ALERT
    assert kind(Change.LIFT, EARLIER) is MessageType.CANCEL
    assert kind(Change.LIFT) is MessageType.ALERT


def test_a_hole_is_left_out_and_several_polygons_stay() -> None:
    several = {"type": "MultiPolygon", "coordinates": [[RING, HOLE], [RING]]}
    area = alert_of(facts(places=(Place(name="x", outline=several),))).infos[0].areas[0]
    assert len(area.polygons) == 2
    assert all(len(polygon) == 4 for polygon in area.polygons)


def test_restricted_scopes_and_words() -> None:
    alert = alert_of(facts(scope=Scope.RESTRICTED, restriction="防指"))
    assert (alert.scope, alert.restriction, alert.source) == (Scope.RESTRICTED, "防指", "演示台")
    assert hazard_word(Hazard.RAINSTORM) == "暴雨"
    assert hazard_word(Hazard.OTHER) == "其他"
    assert all(hazard_word(hazard) for hazard in Hazard)
    assert alert_of(facts()).infos[0].headline == "演示台发布暴雨红色预警"


def test_an_empty_level_colour_is_unknown() -> None:
    alert = alert_of(facts())
    from anlan.warning.rules.cap.values import Severity

    plain = replace(alert, infos=(replace(alert.infos[0], severity=Severity.UNKNOWN),))
    assert b"<severity>Unknown</severity>" in write_national(plain)
