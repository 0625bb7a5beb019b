"""Messages for the tests: one that uses every element, and strategies for any."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from anlan.warning.rules.cap.values import (
    Alert,
    Area,
    Category,
    Certainty,
    Circle,
    Info,
    MessageType,
    Named,
    Position,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)

BEIJING = dt.timezone(dt.timedelta(hours=8))
SENT = dt.datetime(2024, 7, 15, 10, 30, tzinfo=BEIJING)
D = Decimal


def position(latitude: str, longitude: str) -> Position:
    return Position(latitude=D(latitude), longitude=D(longitude))


SQUARE = tuple(
    position(latitude, longitude)
    for latitude, longitude in (
        ("35.0", "110.9"),
        ("35.1", "110.9"),
        ("35.1", "111.0"),
        ("35.0", "110.9"),
    )
)
FULL_AREA = Area(
    description="盐湖区",
    polygons=(SQUARE,),
    circles=(Circle(centre=position("35.02", "111.0"), radius_km=D("12.5")),),
    geocodes=(Named(name="GB/T 2260", value="140802"),),
    altitude_ft=D("1200"),
    ceiling_ft=D("3000.5"),
)
FULL_INFO = Info(
    language="zh-CN",
    categories=(Category.MET, Category.SAFETY),
    event="暴雨",
    response_types=(ResponseType.SHELTER, ResponseType.AVOID),
    urgency=Urgency.IMMEDIATE,
    severity=Severity.EXTREME,
    certainty=Certainty.OBSERVED,
    audience="全区",
    event_codes=(Named(name="GB/T 35561", value="11B03"),),
    effective=SENT,
    onset=SENT + dt.timedelta(minutes=10),
    expires=SENT + dt.timedelta(hours=3),
    sender_name="虚构气象台",
    headline="暴雨红色预警信号",
    description="预计未来3小时降雨量将达100毫米以上。",
    instruction="请注意防范 <&> 。",
    web="https://example.invalid/1",
    contact="0359-0000000",
    parameters=(Named(name="colour", value="Red"),),
    resources=(
        Resource(
            description="雷达图",
            mime_type="image/png",
            size_bytes=1024,
            uri="https://example.invalid/radar.png",
            deref_uri="aGVsbG8=",
            digest="da39a3ee5e6b4b0d3255bfef95601890afd80709",
        ),
    ),
    areas=(FULL_AREA,),
)
FULL = Alert(
    identifier="14080041600000_20240715103000_0",
    sender="14080041600000",
    sent=SENT,
    status=Status.ACTUAL,
    message_type=MessageType.UPDATE,
    source="虚构",
    scope=Scope.PUBLIC,
    codes=("one", "two"),
    note="虚构",
    references=(
        Reference(
            sender="14080041600000",
            identifier="14080041600000_20240715090000_0",
            sent=SENT - dt.timedelta(hours=1, minutes=30),
        ),
    ),
    incidents="暴雨过程",
    infos=(FULL_INFO,),
)

XML_TEXT = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Cn"),
        include_characters="\t\n\r",
        exclude_characters="\ufffe\uffff",
    ),
    max_size=30,
)
TOKEN = st.text(st.sampled_from("abcZ019._-@气象"), min_size=1, max_size=20)
"""Without what an identifier and a sender may not hold."""
MAYBE_TEXT = st.none() | XML_TEXT
URI = st.none() | st.from_regex(r"https://[a-z]{1,8}\.invalid/[a-z0-9]{0,8}", fullmatch=True)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m)))
TIMES = st.builds(
    lambda moment, zone: moment.replace(microsecond=0, tzinfo=zone),
    st.datetimes(dt.datetime(1000, 1, 2), dt.datetime(9999, 12, 30)),  # noqa: DTZ001
    ZONES,
)
NAMED = st.lists(st.builds(Named, name=XML_TEXT, value=XML_TEXT), max_size=2).map(tuple)
POSITIONS = st.builds(
    Position,
    latitude=st.decimals(-90, 90, places=5),
    longitude=st.decimals(-180, 180, places=5),
)
POLYGONS = st.lists(POSITIONS, min_size=3, max_size=5).map(lambda p: (*p, p[0]))
CIRCLES = st.builds(Circle, centre=POSITIONS, radius_km=st.decimals(0, 900, places=2))
FEET = st.none() | st.decimals(-1000, 40000, places=1)
AREAS = st.builds(
    Area,
    description=XML_TEXT,
    polygons=st.lists(POLYGONS, max_size=2).map(tuple),
    circles=st.lists(CIRCLES, max_size=2).map(tuple),
    geocodes=NAMED,
    altitude_ft=FEET,
    ceiling_ft=FEET,
)
RESOURCES = st.builds(
    Resource,
    description=XML_TEXT,
    mime_type=XML_TEXT,
    size_bytes=st.none() | st.integers(0, 10**12),
    uri=URI,
    deref_uri=MAYBE_TEXT,
    digest=MAYBE_TEXT,
)
INFOS = st.builds(
    Info,
    categories=st.lists(st.sampled_from(Category), min_size=1, max_size=3).map(tuple),
    event=XML_TEXT,
    urgency=st.sampled_from(Urgency),
    severity=st.sampled_from(Severity),
    certainty=st.sampled_from(Certainty),
    language=st.none() | st.sampled_from(["zh-CN", "en-US", "zh-Hans-CN"]),
    response_types=st.lists(st.sampled_from(ResponseType), max_size=2).map(tuple),
    audience=MAYBE_TEXT,
    event_codes=NAMED,
    effective=st.none() | TIMES,
    onset=st.none() | TIMES,
    expires=st.none() | TIMES,
    sender_name=MAYBE_TEXT,
    headline=MAYBE_TEXT,
    description=MAYBE_TEXT,
    instruction=MAYBE_TEXT,
    web=URI,
    contact=MAYBE_TEXT,
    parameters=NAMED,
    resources=st.lists(RESOURCES, max_size=2).map(tuple),
    areas=st.lists(AREAS, max_size=2).map(tuple),
)
ALERTS = st.builds(
    Alert,
    identifier=XML_TEXT,
    sender=XML_TEXT,
    sent=TIMES,
    status=st.sampled_from(Status),
    message_type=st.sampled_from(MessageType),
    scope=st.sampled_from(Scope),
    source=MAYBE_TEXT,
    restriction=MAYBE_TEXT,
    addresses=MAYBE_TEXT,
    codes=st.lists(XML_TEXT, max_size=2).map(tuple),
    note=MAYBE_TEXT,
    references=st.lists(
        st.builds(Reference, sender=TOKEN, identifier=TOKEN, sent=TIMES), max_size=3
    ).map(tuple),
    incidents=MAYBE_TEXT,
    infos=st.lists(INFOS, max_size=2).map(tuple),
)
