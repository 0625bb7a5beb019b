"""Files of the national network by the draft mapping; identifiers; scales."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.cap.identifier import LENGTH, MessageIdentifier, NotAnIdentifier
from anlan.warning.rules.cap.national import NationalReading, read_national
from anlan.warning.rules.cap.scales import event_code_of, event_codes, level_of, severity_of
from anlan.warning.rules.cap.validating import MessageFormat, validate_cap
from anlan.warning.rules.cap.values import (
    Category,
    MessageType,
    Named,
    Scope,
    Severity,
    Status,
    Urgency,
)
from anlan.warning.rules.signal import Hazard, Level
from tests.conftest import ROOT
from tests.warning.rules.cap.messages import BEIJING

SAMPLE = ROOT.parent / "shared/data/cap/china/41000041600000_20200205105119.xml"
INVENTED = """<?xml version="1.0" encoding="UTF-8"?>
<alert>
  <identifier>14080041600000_20240715103000_0</identifier>
  <sender>虚构市气象局</sender>
  <senderCode>14080041600000</senderCode>
  <sendTime>2024-07-15 10:30:00+08:00</sendTime>
  <status>Actual</status>
  <msgType>Update</msgType>
  <scope>Public</scope>
  <note/>
  <references>14080041600000_20240715090000_0,not-one 14080041600000_20240230090000_0</references>
  <info>
    <language>zh-CN</language>
    <eventType>11B03</eventType>
    <urgency>Unknown</urgency>
    <severity>Red</severity>
    <certainty>Unknown</certainty>
    <effective>2024-07-15 10:31:00</effective>
    <onset/>
    <expires>2024-07-16 10:31:61</expires>
    <headline>虚构市气象局发布暴雨红色预警</headline>
    <description>预计未来3小时降雨量将达100毫米以上。</description>
    <area>
      <areaDesc>盐湖区,夏县,盐湖区</areaDesc>
      <geocode>140802,140828,140802</geocode>
    </area>
  </info>
</alert>"""


def read(old: str = "", new: str = "") -> NationalReading:
    assert old in INVENTED
    return read_national(INVENTED.replace(old, new).encode())


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"not run: {SAMPLE.name} is not on this machine")
def test_a_real_file() -> None:
    reading = read_national(SAMPLE.read_bytes())
    alert = reading.alert
    assert alert is not None
    assert (reading.level, reading.hazard) == (Level.BLUE, Hazard.GALE)
    assert alert.sender == "41000041600000"
    assert alert.sent == dt.datetime(2020, 2, 5, 10, 45, tzinfo=BEIJING)
    assert alert.message_type is MessageType.UPDATE
    reference = alert.references[0]
    assert reference.identifier == "41000041600000_20200204121842"
    assert reference.sent == dt.datetime(2020, 2, 4, 12, 18, 42, tzinfo=BEIJING)
    info = alert.infos[0]
    assert (info.event, info.severity) == ("大风", Severity.MINOR)
    assert info.areas[0].description == "河南省"
    assert info.areas[0].geocodes == (Named(name="GB/T 2260", value="410000000000"),)
    assert info.expires is None
    answer = validate_cap(SAMPLE.read_bytes())
    assert answer.format is MessageFormat.NATIONAL_DRAFT
    assert answer.to_json()["rules"] == ["cap-namespace"]
    assert answer.to_json()["advice"] == ["cap-12379-draft"]
    assert answer.alert == alert


def test_the_draft_mapping() -> None:
    reading = read()
    assert (reading.level, reading.hazard) == (Level.RED, Hazard.RAINSTORM)
    assert [finding.rule for finding in reading.findings] == ["cap-12379-draft"]
    assert not reading.findings[0].is_error
    alert = reading.alert
    assert alert is not None
    assert len(alert.references) == 1  # what is no identifier, or no day, is not one
    info = alert.infos[0]
    assert info.severity is Severity.EXTREME
    assert info.categories == (Category.MET,)
    assert info.event_codes == (Named(name="GB/T 35561", value="11B03"),)
    assert info.sender_name == "虚构市气象局"
    assert info.effective == dt.datetime(2024, 7, 15, 10, 31, tzinfo=BEIJING)
    assert info.expires is None  # there is no second 61
    assert info.areas[0].description == "盐湖区、夏县"
    assert [code.value for code in info.areas[0].geocodes] == ["140802", "140828"]
    assert alert.note is None


def test_words_that_are_not_known() -> None:
    purple = read("<severity>Red</severity>", "<severity>Purple</severity>")
    assert purple.level is None
    assert purple.alert is not None
    assert purple.alert.infos[0].severity is Severity.UNKNOWN
    other = read("11B03", "11E06")
    assert other.hazard is None
    assert other.alert is not None
    assert other.alert.infos[0].event == "11E06"
    assert other.alert.infos[0].categories == (Category.OTHER,)
    unnamed = read("<eventType>11B03</eventType>", "")
    assert unnamed.alert is not None
    assert unnamed.alert.infos[0].event == "虚构市气象局发布暴雨红色预警"
    assert unnamed.alert.infos[0].event_codes == ()
    odd = read("<urgency>Unknown</urgency>", "<urgency>Soon</urgency>").alert
    assert odd is not None
    assert odd.infos[0].urgency is Urgency.UNKNOWN
    plain = read("<status>Actual</status>", "").alert
    assert plain is not None
    assert (plain.status, plain.scope) == (Status.ACTUAL, Scope.PUBLIC)
    exercise = read("<status>Actual</status>", "<status>Exercise</status>").alert
    assert exercise is not None
    assert exercise.status is Status.EXERCISE
    named = read("<senderCode>14080041600000</senderCode>", "").alert
    assert named is not None
    assert named.sender == "虚构市气象局"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("<identifier>14080041600000_20240715103000_0</identifier>", "", "identifier"),
        ("2024-07-15 10:30:00+08:00", "yesterday", "sendTime"),
        ("2024-07-15 10:30:00+08:00", "2024-02-30 10:30:00+08:00", "sendTime"),
        ("<sendTime>2024-07-15 10:30:00+08:00</sendTime>", "", "sendTime"),
        ("<msgType>Update</msgType>", "<msgType>Renew</msgType>", "msgType"),
        ("<msgType>Update</msgType>", "", "msgType"),
        ("<headline>虚构市气象局发布暴雨红色预警</headline>", "", "headline"),
    ],
)
def test_what_is_missing_is_said(old: str, new: str, named: str) -> None:
    reading = read(old, new)
    assert reading.alert is None
    assert named in reading.findings[0].note.text()


def test_national_files_are_made_safe_too() -> None:
    reading = read("<alert>", '<!DOCTYPE alert SYSTEM "x"><alert>')
    assert reading.alert is None
    assert reading.findings[0].rule == "cap-doctype"
    assert read("<info>", "<other>").findings[0].rule == "cap-not-well-formed"


def test_identifier() -> None:
    """Worked examples 72 to 74."""
    identifier = MessageIdentifier(
        division="140800",
        agency="416",
        entered_at=dt.datetime(2024, 7, 15, 2, 30, tzinfo=dt.UTC),
    )
    assert str(identifier) == "14080041600000_20240715103000_0"
    assert len(str(identifier)) == LENGTH
    assert identifier.unit_code == "14080041600000"
    read_ = MessageIdentifier.read("14080041600000_20240715103000_0")
    assert read_ == identifier
    assert read_.entered_at.isoformat() == "2024-07-15T10:30:00+08:00"
    assert (read_.division, read_.agency, read_.unit, read_.extension, read_.serial) == (
        *("140800", "416", "000", "00"),
        0,
    )


@pytest.mark.parametrize(
    "text",
    [
        "14080041600000_2024071510300_0",
        "14080041600000_20240715103000_",
        "14080041600000_20240715103000_10",
        "14080041600000_20240230103000_0",
        "14080041600000_20240715103000",
        "1408004160000٠_20240715103000_0",
        "",
    ],
)
def test_what_is_no_identifier(text: str) -> None:
    with pytest.raises(NotAnIdentifier):
        MessageIdentifier.read(text)


@pytest.mark.parametrize(
    "part",
    [
        {"division": "14080"},
        {"agency": "4160"},
        {"unit": "00a"},
        {"extension": "٠٠"},
        {"serial": 10},
        {"serial": -1},
        {"entered_at": dt.datetime(2024, 7, 15)},  # noqa: DTZ001
        {"entered_at": dt.datetime(2024, 7, 15, microsecond=5, tzinfo=BEIJING)},
    ],
)
def test_parts_of_an_identifier(part: dict[str, object]) -> None:
    whole = {
        "division": "140800",
        "agency": "416",
        "entered_at": dt.datetime(2024, 7, 15, tzinfo=BEIJING),
    }
    with pytest.raises(NotAnIdentifier):
        MessageIdentifier(**(whole | part))  # type: ignore[arg-type]


DIGITS = "0123456789"


@given(
    st.builds(
        MessageIdentifier,
        division=st.text(DIGITS, min_size=6, max_size=6),
        agency=st.text(DIGITS, min_size=3, max_size=3),
        unit=st.text(DIGITS, min_size=3, max_size=3),
        extension=st.text(DIGITS, min_size=2, max_size=2),
        entered_at=st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1)).map(  # noqa: DTZ001
            lambda moment: moment.replace(microsecond=0, tzinfo=dt.UTC)
        ),
        serial=st.integers(0, 9),
    )
)
def test_identifiers_are_read_as_written(identifier: MessageIdentifier) -> None:
    assert len(str(identifier)) == LENGTH
    assert MessageIdentifier.read(str(identifier)) == identifier


def test_scales() -> None:
    assert [severity_of(level) for level in Level] == [
        *(Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR)
    ]
    assert all(level_of(severity_of(level)) is level for level in Level)
    assert severity_of(None) is Severity.UNKNOWN
    assert level_of(Severity.UNKNOWN) is None
    for code, row in event_codes().items():
        assert code == row.code
        found = event_code_of(row.hazard)
        assert found is not None
        assert found.hazard is row.hazard
    assert event_code_of(Hazard.OTHER) is None
