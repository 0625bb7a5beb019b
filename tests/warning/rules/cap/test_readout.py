"""What a CAP message says as an incoming warning, and what is left to a person."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.readout import Anchor, Readout, change_said, read_out
from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    MessageType,
    Named,
    Scope,
    Severity,
    Status,
)
from anlan.warning.rules.signal import RANK, Change, Hazard, Level
from tests.warning.rules.cap.messages import ALERTS, FULL, FULL_INFO, SENT

KNOWN = {"140800": "运城市", "140802": "盐湖区"}
PLAIN = replace(
    FULL_INFO,
    headline="暴雨预警",
    description="预计未来3小时降雨量将达100毫米以上。",
    areas=(Area(description="盐湖区", geocodes=(Named(name="GB/T 2260", value="140802"),)),),
)
SAME = Named(name="SAME", value="11B03")
STRANGE = Named(name="GB/T 35561", value="99Z99")
ALERT = replace(FULL, message_type=MessageType.ALERT, references=(), infos=(PLAIN,))


def read(alert: Alert, **more: Any) -> Readout:
    values: dict[str, Any] = {"received_at": SENT, "known_places": KNOWN} | more
    return read_out(alert, **values)


def left(readout: Readout) -> list[str]:
    return [name for name, _why in readout.left]


def with_info(**more: Any) -> Alert:
    return replace(ALERT, infos=(replace(PLAIN, **more),))


def test_everything_is_read_from_a_plain_alert() -> None:
    found = read(ALERT)
    assert (found.issuer, found.hazard, found.level) == (
        "虚构气象台",
        Hazard.RAINSTORM,
        Level.RED,
    )
    assert (found.issued_at, found.expires_at) == (SENT, SENT + dt.timedelta(hours=3))
    assert found.places.codes == ("140802",)
    assert found.text.startswith("暴雨预警\n预计")
    assert found.is_whole


def test_seconds_are_dropped_so_that_a_pasted_text_is_found_again() -> None:
    assert read(replace(ALERT, sent=SENT + dt.timedelta(seconds=59))).issued_at == SENT


def test_the_name_of_the_register_goes_before_the_text_and_the_text_before_the_file() -> None:
    text = "虚构市气象台2024年7月15日10时20分发布暴雨红色预警信号：请防范。"
    alert = with_info(description=text)
    assert read(alert).issuer == "虚构市气象台"
    assert read(alert).issued_at == SENT - dt.timedelta(minutes=10)
    assert read(alert, issuer="演示台").issuer == "演示台"
    assert read(with_info(sender_name=None)).left[0][0] == "issuer"
    assert read(with_info(sender_name="台" * 80)).is_whole
    assert left(read(with_info(sender_name="台" * 81))) == ["issuer"]


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.EXTREME, Level.RED),
        (Severity.SEVERE, Level.ORANGE),
        (Severity.MODERATE, Level.YELLOW),
        (Severity.MINOR, Level.BLUE),
        (Severity.UNKNOWN, None),
    ],
)
def test_the_level_is_that_of_the_severity(severity: Severity, level: Level | None) -> None:
    found = read(with_info(severity=severity))
    assert found.level is level
    assert left(found) == ([] if level else ["level"])


@pytest.mark.parametrize(
    ("more", "open_fields"),
    [
        ({"headline": "虚构台发布暴雨橙色预警信号"}, ["level"]),
        ({"headline": "虚构台发布大雾红色预警信号"}, ["hazard"]),
        ({"event": "大雨倾盆", "event_codes": (), "headline": "提示"}, ["hazard"]),
        ({"event": "暴雨", "event_codes": (), "headline": "提示"}, []),
        ({"event": "大雨倾盆", "event_codes": ()}, []),
        ({"event_codes": (SAME,), "event": "x", "headline": "提示"}, ["hazard"]),
        ({"event_codes": (STRANGE,), "event": "x", "headline": "提示"}, ["hazard"]),
        ({"headline": None, "description": None, "instruction": None}, []),
        ({"areas": ()}, ["regions"]),
        ({"areas": (Area(description="别处"),)}, ["regions"]),
    ],
)
def test_what_is_not_plain_is_left_to_a_person(
    more: dict[str, Any], open_fields: list[str]
) -> None:
    assert left(read(with_info(**more))) == open_fields


def test_a_file_without_text_is_left_to_a_person() -> None:
    silent = with_info(headline=None, description=None, instruction=None)
    assert left(read(replace(silent, note=None))) == ["text"]


def test_chinese_goes_before_other_languages_and_several_warnings_are_left() -> None:
    english = replace(PLAIN, language="en-US", headline="Rain", description="Heavy rain")
    both = replace(ALERT, infos=(english, PLAIN))
    assert read(both).text.startswith("暴雨预警")
    assert read(both).is_whole
    two = replace(ALERT, infos=(PLAIN, replace(PLAIN, severity=Severity.MINOR)))
    assert "hazard" in left(read(two))
    assert "level" in left(read(two))


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.ACTUAL])
def test_nothing_but_an_actual_message_becomes_a_warning(status: Status) -> None:
    found = read(replace(ALERT, status=status))
    assert found.set_aside is not None
    assert not found.is_whole


def test_private_messages_and_answers_are_set_aside_and_restricted_ones_are_not() -> None:
    private = replace(ALERT, scope=Scope.PRIVATE, addresses="someone")
    answer = replace(ALERT, message_type=MessageType.ACK)
    restricted = replace(ALERT, scope=Scope.RESTRICTED, restriction="防指")
    assert read(private).set_aside is not None
    assert read(answer).set_aside is not None
    assert read(restricted).is_whole


ANCHOR = Anchor(issuer="演示台", hazard=Hazard.RAINSTORM, level=Level.ORANGE)


def change(kind: MessageType, level: Level = Level.RED, **more: Any) -> Readout:
    values: dict[str, Any] = {"before": None, "is_anchored": True, "findings": ()} | more
    alert = replace(FULL, message_type=kind, infos=(PLAIN,))
    found = replace(read(alert), level=level)
    return change_said(alert, found, **values)


@pytest.mark.parametrize(
    ("before", "level", "said"),
    [
        (None, Level.RED, Change.RENEW),
        (Level.ORANGE, Level.RED, Change.RAISE),
        (Level.RED, Level.RED, Change.RENEW),
        (Level.RED, Level.BLUE, Change.LOWER),
    ],
)
def test_an_update_is_compared_with_what_is_in_force(
    before: Level | None, level: Level, said: Change
) -> None:
    assert change(MessageType.UPDATE, level, before=before).change is said


def test_kinds_and_words_of_the_text() -> None:
    assert change(MessageType.ALERT).change is Change.ISSUE
    assert change(MessageType.CANCEL).change is Change.LIFT
    lifted = replace(PLAIN, headline="虚构台解除暴雨红色预警信号")
    alert = replace(ALERT, infos=(lifted,))
    found = change_said(alert, read(alert), before=None, is_anchored=False, findings=())
    assert (found.change, left(found)) == (None, ["change"])


def finding(rule: str) -> Finding:
    from anlan.base.rules.message import Message

    return Finding(rule=rule, where="", note=Message.of("x"))


def test_a_change_with_broken_references_lowers_nothing() -> None:
    lower = change(MessageType.UPDATE, Level.BLUE, before=Level.RED, is_anchored=False)
    assert (lower.change, left(lower)) == (None, ["change"])
    ends = change(MessageType.CANCEL, before=Level.RED, is_anchored=False)
    assert ends.change is None
    raised = change(MessageType.UPDATE, Level.RED, before=Level.BLUE, is_anchored=False)
    assert raised.change is Change.RAISE
    same = change(MessageType.UPDATE, Level.RED, before=Level.RED, is_anchored=False)
    assert same.change is Change.RENEW
    holds = change(MessageType.CANCEL, is_superseded=True)
    assert (holds.change, left(holds)) == (None, ["change"])
    earlier = change(MessageType.CANCEL, findings=(finding("cap-references-incomplete"),))
    assert earlier.change is Change.LIFT
    itself = change(MessageType.CANCEL, findings=(finding("cap-references-self"),))
    assert itself.change is None


@given(st.sampled_from(Level), st.sampled_from(Level), st.sampled_from(MessageType))
def test_broken_references_never_lower(before: Level, level: Level, kind: MessageType) -> None:
    found = change(kind, level, before=before, is_anchored=False)
    if kind in (MessageType.UPDATE, MessageType.CANCEL) and found.change is not None:
        assert found.change is not Change.LIFT
        assert RANK[level] >= RANK[before]


def test_a_cancellation_takes_over_what_it_refers_to() -> None:
    bare = replace(FULL, message_type=MessageType.CANCEL, infos=(), note="雨已停。")
    found = read(bare, anchor=ANCHOR)
    assert (found.issuer, found.hazard, found.level) == (
        "演示台",
        Hazard.RAINSTORM,
        Level.ORANGE,
    )
    assert (found.expires_at, found.text, found.is_whole) == (None, "雨已停。", True)
    other = replace(FULL, message_type=MessageType.CANCEL)
    wrong = replace(ANCHOR, hazard=Hazard.FOG)
    assert left(read(other, anchor=wrong)) == ["hazard"]


@given(ALERTS)
def test_any_message_is_read_without_failing(alert: Alert) -> None:
    found = read(alert)
    done = change_said(alert, found, before=Level.RED, is_anchored=False, findings=())
    assert done.is_whole == (not done.left and done.set_aside is None)
    for _name, why in done.left:
        assert why.text()
