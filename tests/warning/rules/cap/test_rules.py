"""What the shape and the rules refuse, one by one, and what they let pass."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from anlan.base.rules.verdict import SourceStatus
from anlan.warning.rules.cap.finding import Finding, rule_ids
from anlan.warning.rules.cap.reading import read_cap
from anlan.warning.rules.cap.rules import rule_findings
from anlan.warning.rules.cap.validating import validate_cap
from anlan.warning.rules.cap.values import (
    Alert,
    Circle,
    MessageType,
    NotATimeOfCap,
    Reference,
    ResponseType,
    Scope,
    Status,
)
from anlan.warning.rules.cap.writing import write_cap
from tests.warning.rules.cap.messages import (
    ALERTS,
    BEIJING,
    FULL,
    FULL_AREA,
    FULL_INFO,
    SENT,
    SQUARE,
    position,
)

D = Decimal
MINUTE = dt.timedelta(minutes=1)
TEXT = write_cap(FULL).decode()


def rules_of(data: str | Alert) -> set[str]:
    raw = write_cap(data) if isinstance(data, Alert) else data.encode()
    return {finding.rule for finding in validate_cap(raw).findings}


def changed(**fields: Any) -> Alert:
    return dataclasses.replace(FULL, **fields)


def with_info(**fields: Any) -> Alert:
    return changed(infos=(dataclasses.replace(FULL_INFO, **fields),))


def with_area(**fields: Any) -> Alert:
    return with_info(areas=(dataclasses.replace(FULL_AREA, **fields),))


def test_a_message_with_everything_is_valid() -> None:
    answer = validate_cap(write_cap(FULL))
    assert answer.verdict.value is True
    assert answer.findings == ()
    assert answer.alert == FULL
    assert answer.to_json()["verdict"] == "valid"
    assert [reason["rule"] for reason in answer.to_json()["reasons"]] == ["cap-checked"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("cap:1.2", "cap:1.1", "cap-namespace"),
        ("<note>虚构</note>", "<nope/>", "cap-element-unknown"),
        ("<note>虚构</note>", "<note>a<b/></note>", "cap-element-unknown"),
        ("<note>虚构</note>", '<note lang="zh">a</note>', "cap-attribute"),
        ("<note>虚构</note>", "<note>a</note>b", "cap-stray-text"),
        ("<note>虚构</note>", "<note>a</note><note>b</note>", "cap-element-repeated"),
        ("<scope>Public</scope>", "", "cap-element-missing"),
        ("<category>Met</category>", "<category>met</category>", "cap-value"),
        ("<status>Actual</status>", "<status> Actual</status>", "cap-value"),
        ("<size>1024</size>", "<size>1 kB</size>", "cap-number"),
        ("<altitude>1200</altitude>", "<altitude>high</altitude>", "cap-number"),
        ("<language>zh-CN</language>", "<language>zh_CN</language>", "cap-language"),
        ("<web>https://example.invalid/1</web>", "<web>1:2</web>", "cap-uri"),
        (
            "<sent>2024-07-15T10:30:00+08:00</sent>",
            "<sent>2024-07-15T02:30:00Z</sent>",
            "cap-datetime",
        ),
        (
            "<sent>2024-07-15T10:30:00+08:00</sent>",
            "<sent>2024-07-15T10:30:00</sent>",
            "cap-datetime",
        ),
        (
            "<sent>2024-07-15T10:30:00+08:00</sent>",
            "<sent>2024-07-15T10:30:00.0+08:00</sent>",
            "cap-datetime",
        ),
        ("2024-07-15T10:40:00+08:00", "2024-02-30T10:40:00+08:00", "cap-datetime"),
        ("2024-07-15T10:40:00+08:00", "2024-07-15T10:40:00+14:01", "cap-datetime"),
        (" ".join(f"{p.latitude},{p.longitude}" for p in SQUARE), " ", "cap-polygon-form"),
        (
            "14080041600000,14080041600000_20240715090000_0,",
            "14080041600000 ",
            "cap-references-form",
        ),
        ("14080041600000,14080041600000_20240715090000_0,", ",x,", "cap-references-form"),
        ("35.0,110.9 35.1,110.9", "35.0 110.9", "cap-polygon-form"),
        ("35.0,110.9 35.1,110.9", "35.0，110.9", "cap-polygon-form"),
        ("35.02,111.0 12.5", "35.02,111.0", "cap-circle-form"),
        ("35.02,111.0 12.5", "35.02,111.0 wide", "cap-circle-form"),
        ("35.02,111.0 12.5", "", "cap-circle-form"),
    ],
)
def test_shape_and_form(old: str, new: str, rule: str) -> None:
    assert old in TEXT
    answer = validate_cap(TEXT.replace(old, new).encode())
    assert rule in {finding.rule for finding in answer.findings}
    assert answer.alert is None
    assert answer.verdict.value is False
    assert all(reason.note for reason in answer.verdict.reasons)


def test_order() -> None:
    late = TEXT.replace("<source>虚构</source>", "").replace(
        "<note>虚构</note>", "<note>虚构</note>\n  <source>虚构</source>"
    )
    assert rules_of(late) == {"cap-element-order"}


def test_midnight_and_a_hint_of_the_schema() -> None:
    midnight = TEXT.replace("2024-07-15T10:40:00+08:00", " 2024-07-15T24:00:00+08:00 ")
    alert = validate_cap(midnight.encode()).alert
    assert alert is not None
    assert alert.infos[0].onset == dt.datetime(2024, 7, 16, tzinfo=BEIJING)
    hint = TEXT.replace(
        "<alert ",
        '<alert xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b" ',
    )
    assert rules_of(hint) == set()


@pytest.mark.parametrize(
    ("alert", "rule"),
    [
        (changed(identifier="a b"), "cap-identifier-characters"),
        (changed(identifier="a,b"), "cap-identifier-characters"),
        (changed(identifier="a&b"), "cap-identifier-characters"),
        (changed(sender="a<b"), "cap-sender-characters"),
        (changed(sender="某 局"), "cap-sender-characters"),
        (changed(identifier=""), "cap-empty"),
        (changed(sender=" "), "cap-empty"),
        (changed(references=()), "cap-references-required"),
        (changed(references=(), message_type=MessageType.CANCEL), "cap-references-required"),
        (changed(references=(), message_type=MessageType.ACK), "cap-references-required"),
        (changed(references=(FULL.as_reference(),)), "cap-references-self"),
        (changed(scope=Scope.RESTRICTED), "cap-restriction-required"),
        (changed(scope=Scope.RESTRICTED, restriction=" "), "cap-restriction-required"),
        (changed(scope=Scope.PRIVATE), "cap-addresses-required"),
        (changed(scope=Scope.PRIVATE, addresses=""), "cap-addresses-required"),
        (changed(infos=()), "cap-info-required"),
        (with_info(event=" "), "cap-empty"),
        (with_info(expires=SENT), "cap-expires"),
        (with_info(effective=SENT + MINUTE, expires=SENT + MINUTE), "cap-expires"),
        (with_info(effective=None, expires=SENT - MINUTE), "cap-expires"),
        (with_area(description=""), "cap-empty"),
        (with_area(polygons=(SQUARE[:2] + SQUARE[:1],)), "cap-polygon-points"),
        (with_area(polygons=(SQUARE[:-1] + SQUARE[1:2],)), "cap-polygon-closed"),
        (
            with_area(polygons=((*SQUARE[:-1], position("90.1", "0"), SQUARE[0]),)),
            "cap-position-range",
        ),
        (
            with_area(polygons=((*SQUARE[:-1], position("0", "-180.1"), SQUARE[0]),)),
            "cap-position-range",
        ),
        (
            with_area(circles=(Circle(centre=position("0", "0"), radius_km=D("-0.1")),)),
            "cap-circle-radius",
        ),
        (
            with_area(circles=(Circle(centre=position("-91", "0"), radius_km=D(1)),)),
            "cap-position-range",
        ),
        (with_area(altitude_ft=None), "cap-ceiling"),
    ],
)
def test_errors_that_a_schema_cannot_see(alert: Alert, rule: str) -> None:
    answer = validate_cap(write_cap(alert))
    assert [each.rule for each in answer.findings] == [rule]
    assert answer.verdict.value is False
    assert answer.alert == alert
    assert answer.to_json()["rules"] == [rule]


@pytest.mark.parametrize(
    ("alert", "rule"),
    [
        (changed(restriction="内部"), "cap-restriction-unused"),
        (changed(status=Status.EXERCISE, note=None), "cap-note-expected"),
        (changed(message_type=MessageType.ERROR, note=""), "cap-note-expected"),
        (with_info(expires=None), "cap-expires-missing"),
        (with_info(areas=()), "cap-area-missing"),
        (with_info(response_types=(ResponseType.ASSESS,)), "cap-assess-public"),
    ],
)
def test_advice_does_not_make_a_message_invalid(alert: Alert, rule: str) -> None:
    answer = validate_cap(write_cap(alert))
    assert [each.rule for each in answer.findings] == [rule]
    assert answer.verdict.value is True
    assert answer.to_json()["advice"] == [rule]


@pytest.mark.parametrize(
    "alert",
    [
        changed(message_type=MessageType.ALERT, references=()),
        changed(message_type=MessageType.CANCEL, infos=()),
        changed(message_type=MessageType.ACK, infos=()),
        changed(infos=(), status=Status.TEST),
        changed(scope=Scope.RESTRICTED, restriction="应急系统内部"),
        changed(scope=Scope.PRIVATE, addresses="a@example.invalid"),
        changed(scope=Scope.PUBLIC, addresses="a@example.invalid"),
        with_info(effective=None, expires=SENT + MINUTE),
        with_info(response_types=()),
        with_area(polygons=(), circles=()),
        with_area(circles=(Circle(centre=position("90", "-180"), radius_km=D(0)),)),
        with_area(ceiling_ft=None),
        with_area(polygons=((position("35.0", "110"), *SQUARE[1:3], position("35", "110.00")),)),
        changed(
            message_type=MessageType.CANCEL, infos=(dataclasses.replace(FULL_INFO, expires=None),)
        ),
    ],
)
def test_what_is_allowed(alert: Alert) -> None:
    assert validate_cap(write_cap(alert)).findings == ()


def test_utc_is_written_with_a_minus() -> None:
    utc = changed(sent=dt.datetime(2024, 7, 15, 2, 30, tzinfo=dt.UTC))
    written = write_cap(utc).decode()
    assert "<sent>2024-07-15T02:30:00-00:00</sent>" in written
    assert rules_of(utc) == set()
    assert rules_of(written.replace("02:30:00-00:00", "02:30:00+00:00")) == {"cap-zone-of-utc"}


def test_a_signature_is_said() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><a/></Signature></alert>'
    answer = validate_cap(TEXT.replace("</alert>", signature).encode())
    assert answer.alert == dataclasses.replace(FULL, is_signed=True)
    assert answer.to_json()["advice"] == ["cap-signature"]
    early = TEXT.replace("<identifier>", signature.removesuffix("</alert>") + "<identifier>")
    assert "cap-element-order" in rules_of(early)
    assert b"Signature" not in write_cap(answer.alert)


def test_every_finding_has_a_rule_with_a_source() -> None:
    for rule in rule_ids():
        finding = Finding(rule=rule, where="alert", note=read_cap(b"").findings[0].note)
        reason = finding.reason()
        assert reason.status in SourceStatus
        assert dict(reason.details)["weight"] == ("error" if finding.is_error else "advice")
    with pytest.raises(ValueError, match="not a rule"):
        Finding(rule="cap-nothing", where="", note=read_cap(b"").findings[0].note)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2024, 1, 1),  # noqa: DTZ001
        dt.datetime(2024, 1, 1, microsecond=1, tzinfo=BEIJING),
        dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=14, minutes=1))),
        dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=30))),
    ],
)
def test_times_that_cap_cannot_write(moment: dt.datetime) -> None:
    with pytest.raises(NotATimeOfCap):
        changed(sent=moment)
    with pytest.raises(NotATimeOfCap):
        Reference(sender="a", identifier="b", sent=moment)
    with pytest.raises(NotATimeOfCap):
        with_info(expires=moment)


@settings(deadline=None)
@given(ALERTS)
def test_read_gives_what_was_written(alert: Alert) -> None:
    written = write_cap(alert)
    assert write_cap(alert) == written
    reading = read_cap(written)
    assert reading.alert == alert
    assert {f for f in reading.findings if f.is_error} == {
        f for f in rule_findings(alert) if f.is_error
    }


def test_offsets_survive() -> None:
    alert = read_cap(write_cap(FULL)).alert
    assert alert is not None
    assert alert.sent.utcoffset() == dt.timedelta(hours=8)


def test_characters_that_xml_cannot_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="XML"):
        write_cap(changed(note="\x00"))
