"""Any chain of updates and cancellations is valid CAP with unbroken references; drawn areas."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.bulletin.cap import Facts, Sent, cap_time, references_of, to_alert
from anlan.warning.rules.bulletin.outline_text import (
    MOST_CORNERS,
    OutlineTextRefused,
    read_outlines,
    write_outlines,
)
from anlan.warning.rules.cap.chain import active_messages, change_findings
from anlan.warning.rules.cap.validating import validate_cap
from anlan.warning.rules.cap.values import Alert, MessageType, Status, Urgency
from anlan.warning.rules.cap.writing import write_cap
from anlan.warning.rules.signal import Change, Hazard, Level

START = dt.datetime(2026, 7, 1, 0, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[111.0, 35.4], [111.4, 35.4], [111.4, 35.8], [111.0, 35.8], [111.0, 35.4]]],
}


def facts(number: int, at: dt.datetime, change: Change, **more: Any) -> Facts:
    given_: dict[str, Any] = {
        "identifier": f"140800.water-{number:04}",
        "sender": "140800.water",
        "sender_name": "演示·运城市水务局",
        "sent": at,
        "status": Status.ACTUAL,
        "change": change,
        "hazard": Hazard.RIVER_FLOOD,
        "hazard_word": "洪水",
        "level": Level.ORANGE,
        "headline": "汾河洪水橙色预警",
        "text": "水位上涨",
        "instruction": "远离河道",
        "effective": None,
        "expires": None,
        "divisions": (("新绛县", "140825"), ("演示一村", "140825100001")),
    }
    return Facts(**(given_ | more))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 90),  # minutes after the one before
            st.integers(1, 240),  # minutes that it holds
            st.sampled_from([Change.RAISE, Change.LOWER, Change.RENEW]),
            st.sampled_from(Level),
        ),
        min_size=1,
        max_size=8,
    ),
    st.booleans(),
    st.booleans(),
)
def test_any_chain_is_valid_and_refers_to_all_that_holds(
    steps: list[tuple[int, int, Change, Level]], is_lifted: bool, is_drawn: bool
) -> None:
    sent: list[Sent] = []
    alerts: list[Alert] = []
    at = START
    for number, (wait, holds, change, level) in enumerate(steps):
        if sent and (sent[-1].expires or at) <= at + wait * MINUTE:
            break  # what is over is not followed
        at += wait * MINUTE
        more: dict[str, Any] = {"outlines": (("画定区域", SQUARE),)} if is_drawn else {}
        _append(sent, alerts, number, change if sent else Change.ISSUE, at, level, holds, more)
    if is_lifted:
        _append(sent, alerts, 99, Change.LIFT, at, Level.ORANGE, 0, {})
    for place, alert in enumerate(alerts):
        found = validate_cap(write_cap(alert))
        assert found.verdict.value is True, found.to_json()
        assert found.alert == alert
        assert change_findings(alert, tuple(alerts[:place])) == ()
    holding = active_messages(tuple(alerts), at=at)
    assert [each.identifier for each in holding] == ([] if is_lifted else [sent[-1].identifier])


def _append(
    sent: list[Sent],
    alerts: list[Alert],
    number: int,
    change: Change,
    at: dt.datetime,
    level: Level,
    holds: int,
    more: dict[str, Any],
) -> None:
    expires = None if change is Change.LIFT else at + holds * MINUTE
    new = facts(
        number,
        at,
        change,
        level=level,
        expires=expires,
        references=references_of(sent, at),
        **more,
    )
    alerts.append(to_alert(new))
    sent.append(Sent(sender=new.sender, identifier=new.identifier, sent=at, expires=expires))


@pytest.mark.parametrize(("after_s", "count"), [(-1, 1), (0, 0), (1, 0)])
def test_what_has_expired_is_not_referred_to(after_s: int, count: int) -> None:
    one = Sent(sender="s", identifier="a", sent=START, expires=START + MINUTE)
    at = START + MINUTE + dt.timedelta(seconds=after_s)
    assert len(references_of([one], at)) == count
    assert len(references_of([one, one], START)) == 1  # each once


def test_a_lift_is_over_and_all_clear() -> None:
    alert = to_alert(facts(1, START, Change.LIFT))
    assert alert.message_type is MessageType.CANCEL
    assert alert.infos[0].urgency is Urgency.PAST
    assert alert.infos[0].expires is None
    assert cap_time(START).isoformat() == "2026-07-01T08:00:00+08:00"


def test_positions_are_written_latitude_first_with_every_polygon_closed() -> None:
    many = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]] * 2}
    alert = to_alert(facts(1, START, Change.ISSUE, divisions=(), outlines=(("甲", many),)))
    polygons = alert.infos[0].areas[0].polygons
    assert len(polygons) == 2
    assert (str(polygons[0][0].latitude), str(polygons[0][0].longitude)) == (
        "35.400000",
        "111.000000",
    )
    assert polygons[0][0] == polygons[0][-1]


def test_corners_are_read_a_line_each() -> None:
    text = "111.0, 35.4\n111.4，35.4\n111.4 35.8\n111.0\t35.8\n\n\n111.1,35.5\n111.2,35.5\n111.2,35.6\n111.1,35.5\n"
    first, second = read_outlines(text)
    assert first == SQUARE
    assert len(second["coordinates"][0]) == 4
    assert read_outlines("") == read_outlines(" \n \n") == ()
    assert read_outlines(write_outlines([SQUARE])) == (SQUARE,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("111.0", "Line 1: a corner is"),
        ("111.0, 35.4\nabc, 35", "Line 2: a corner is"),
        ("111.0, 35.4, 3", "Line 1: a corner is"),
        ("35.4, 111.0", "Line 1: longitude comes first"),
        ("11.0, 35.4", "Line 1: this place lies outside"),
        ("111.0, 35.4\n111.1, 35.4", "Area 1 has fewer than three"),
        ("111.0, 35.4\n111.1, 35.4\n111.0, 35.4", "Area 1 has fewer than three"),
        (
            "\n".join(f"{111 + n / 1000:.3f}, 35.4" for n in range(MOST_CORNERS + 1)),
            "Area 1 has more than 500",
        ),
    ],
)
def test_what_is_no_area_is_refused_by_its_line(text: str, said: str) -> None:
    with pytest.raises(OutlineTextRefused, match=said):
        read_outlines(text)


@given(
    st.lists(
        st.tuples(st.integers(73_000_001, 135_999_999), st.integers(3_000_001, 53_999_999)),
        min_size=3,
        max_size=30,
        unique=True,
    )
)
def test_what_is_drawn_comes_back(corners: list[tuple[int, int]]) -> None:
    ring = [[lon / 1e6, lat / 1e6] for lon, lat in corners]
    outline = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    assert read_outlines(write_outlines([outline])) == (outline,)
