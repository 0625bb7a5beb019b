"""Texts of warnings, written for the test in the forms that stations use, and what they say."""

import datetime as dt
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.warning.rules.reading.moment import CITY_TIME
from anlan.warning.rules.reading.reading import FIELDS, Reading, read_warning
from anlan.warning.rules.reading.usual_form import HAZARD_NAMES, Facts, usual_form
from anlan.warning.rules.signal import RANK, Change, Hazard, Level

SAMPLES = Path(__file__).resolve().parents[4] / "shared/data/cap/china/alert_texts.jsonl"
RECEIVED = dt.datetime(2023, 7, 21, 14, 50, tzinfo=CITY_TIME)
YC, Q = "运城市气象台", "?"
"""`Q` stands for what must be left to a person."""
AT = "07-21 14:30"

# text, issuer, hazard, level, change, time (month-day hour:minute of 2023)
TABLE: dict[str, tuple[str, str, str, str, str, str]] = {
    "usual": (f"{YC}2023年07月21日14时30分发布暴雨红色预警信号：注意防范。", YC, "rainstorm", "red", "issue", AT),
    "no-signal-word": (f"{YC}2023年7月21日14时30分发布暴雨红色预警：", YC, "rainstorm", "red", "issue", AT),
    "renew": (f"{YC}2023年07月21日14时30分继续发布暴雨橙色预警信号：", YC, "rainstorm", "orange", "renew", AT),
    "again": (f"{YC}2023年07月21日14时30分再次发布大风蓝色预警信号。", YC, "gale", "blue", "renew", AT),
    "raised-for": (f"{YC}2023年07月21日14时30分将暴雨橙色预警信号升级为暴雨红色预警信号：", YC, "rainstorm", "red", "raise", AT),
    "raised-colour": (f"{YC}2023年07月21日14时30分将暴雨橙色预警信号升级为红色。", YC, "rainstorm", "red", "raise", AT),
    "raised-issue": (f"{YC}2023年07月21日14时30分升级发布暴雨红色预警信号：", YC, "rainstorm", "red", "raise", AT),
    "changed-up": (f"{YC}2023年07月21日14时30分将高温黄色预警信号变更为高温橙色预警信号：", YC, "heat", "orange", "raise", AT),
    "changed-down": (f"{YC}2023年07月21日14时30分将高温橙色预警信号变更为高温黄色预警信号：", YC, "heat", "yellow", "lower", AT),
    "lowered": (f"{YC}2023年07月21日14时30分将大雾红色预警降级为大雾橙色预警：", YC, "fog", "orange", "lower", AT),
    "lowered-issue": (f"{YC}2023年07月21日14时30分降级发布大雾黄色预警信号", YC, "fog", "yellow", "lower", AT),
    "changed-no-old": (f"{YC}2023年07月21日14时30分变更发布暴雨红色预警信号：", YC, "rainstorm", "red", Q, AT),
    "updated": (f"{YC}2023年07月21日14时30分更新暴雨红色预警信号：", YC, "rainstorm", "red", Q, AT),
    "wrong-way": (f"{YC}2023年07月21日14时30分将暴雨红色预警信号升级为暴雨黄色预警信号：", YC, "rainstorm", "yellow", Q, AT),
    "no-step": (f"{YC}2023年07月21日14时30分将暴雨黄色预警信号变更为暴雨黄色预警信号：", YC, "rainstorm", "yellow", Q, AT),
    "lift": (f"{YC}2023年07月21日14时30分解除暴雨红色预警信号。", YC, "rainstorm", "red", "lift", AT),
    "lift-of": (f"{YC}2023年07月21日14时30分解除2023年07月20日08时10分发布的暴雨红色预警信号。", YC, "rainstorm", "red", "lift", AT),
    "lift-after": (f"{YC}20日08时10分发布的大风蓝色预警信号，于21日14时30分解除。", YC, "gale", "blue", "lift", AT),
    "lift-already": (f"{YC}发布的大风蓝色预警信号已于2023年7月21日14时30分解除。", YC, "gale", "blue", "lift", AT),
    "lift-two-hazards": (f"{YC}2023年07月21日14时30分解除暴雨橙色、大风蓝色预警信号。", YC, Q, "blue", "lift", AT),
    "lift-two-levels": (f"{YC}2023年07月21日14时30分解除暴雨橙色预警信号，此前发布的暴雨黄色预警信号一并解除。", YC, "rainstorm", Q, "lift", AT),
    "lift-and-issue": (f"{YC}2023年07月21日14时30分解除暴雨橙色预警信号，发布大风蓝色预警信号：", YC, Q, Q, Q, AT),
    "lift-no-level": (f"{YC}2023年07月21日14时30分解除暴雨预警信号。", YC, "rainstorm", Q, "lift", AT),
    "cancel": (f"{YC}2023年07月21日14时30分取消霜冻蓝色预警信号。", YC, "frost", "blue", "lift", AT),
    "blanks": ("运城市气象台 2023 年 07 月 21 日 14 时 30 分 发布 雷电 黄色 预警信号： 未来 6 小时", YC, "lightning", "yellow", "issue", AT),
    "full-width": ("运城市气象台２０２３年０７月２１日１４时３０分发布冰雹橙色预警信号：", YC, "hail", "orange", "issue", AT),
    "wrapped": ("运城市气象台2023年07月21日\n14时30分发布沙尘暴\n黄色预警信号：", YC, "sandstorm", "yellow", "issue", AT),
    "title-line": (f"{YC}发布暴雨红色预警\n{YC}2023年07月21日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", AT),
    "title-renew": (f"{YC}更新大风蓝色预警信号\n{YC}21日14时30分继续发布大风蓝色预警信号：", YC, "gale", "blue", "renew", AT),
    "title-contradicts": (f"{YC}发布暴雨橙色预警\n{YC}2023年07月21日14时30分发布暴雨红色预警信号：", YC, "rainstorm", Q, "issue", AT),
    "title-lifts": (f"{YC}解除暴雨红色预警\n{YC}2023年07月21日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", Q, AT),
    "brackets": (f"【暴雨红色预警】{YC}2023年07月21日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", AT),
    "label-only": ("【暴雨红色预警】请注意防范。", Q, "rainstorm", "red", Q, Q),
    "grade-tail": (f"{YC}2023年07月21日14时30分发布大风蓝色预警[IV级/一般]", YC, "gale", "blue", "issue", AT),
    "grade-word": (f"{YC}2023年07月21日14时30分发布暴雨Ⅱ级预警：", YC, "rainstorm", "orange", "issue", AT),
    "grade-contradicts": (f"{YC}2023年07月21日14时30分发布暴雨红色预警（Ⅱ级/严重）：", YC, "rainstorm", Q, "issue", AT),
    "colour-behind": (f"{YC}2023年07月21日14时30分发布暴雨预警信号（红色）：", YC, "rainstorm", "red", "issue", AT),
    "colour-first": (f"{YC}2023年07月21日14时30分发布橙色暴雨预警信号：", YC, "rainstorm", "orange", "issue", AT),
    "time-first": (f"2023年7月21日14时30分，{YC}发布寒潮蓝色预警信号：", YC, "cold-wave", "blue", "issue", AT),
    "clock-form": (f"{YC}2023-07-21 14:30发布道路结冰黄色预警信号：", YC, "icy-road", "yellow", "issue", AT),
    "afternoon": (f"{YC}7月21日下午2时30分发布干旱橙色预警信号：", YC, "drought", "orange", "issue", AT),
    "at-word": (f"{YC}于7月21日14时30分发布霾黄色预警信号：", YC, "haze", "yellow", "issue", AT),
    "no-year": (f"{YC}7月21日14时30分发布暴雪红色预警信号：", YC, "snowstorm", "red", "issue", AT),
    "no-month": (f"{YC}21日14时30分发布暴雪红色预警信号：", YC, "snowstorm", "red", "issue", AT),
    "whole-hour": (f"{YC}7月21日14时发布雷雨大风黄色预警信号：", YC, "thunderstorm-gale", "yellow", "issue", "07-21 14:00"),
    "no-day": (f"{YC}14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", Q),
    "today": (f"{YC}今日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", Q),
    "no-time": (f"{YC}发布暴雨红色预警信号：预计21日20时到22日8时", YC, "rainstorm", "red", "issue", Q),
    "no-such-day": (f"{YC}2023年02月30日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", Q),
    "hour-24": (f"{YC}2023年07月20日24时00分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", Q),
    "future": (f"{YC}2023年07月22日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", Q),
    "too-old": (f"{YC}10日14时30分发布暴雨红色预警信号：", YC, "rainstorm", "red", "issue", Q),
    "county": ("新绛县气象台2023年07月21日14时30分发布暴雨橙色预警信号：", "新绛县气象台", "rainstorm", "orange", "issue", AT),
    "province": ("山西省气象台2023年07月21日14时30分发布暴雨蓝色预警：", "山西省气象台", "rainstorm", "blue", "issue", AT),
    "invented": (f"演示·{YC}2023年07月21日14时30分发布暴雨红色预警信号：", f"演示·{YC}", "rainstorm", "red", "issue", AT),
    "area": (f"{YC}2023年07月21日14时30分发布盐湖区、夏县暴雨红色预警信号：", YC, "rainstorm", "red", "issue", AT),
    "joint": ("运城市自然资源局与运城市气象局2023年7月21日14时30分联合发布地质灾害气象风险橙色预警：", "运城市自然资源局与运城市气象局", "geological", "orange", "issue", AT),
    "joint-planning": ("运城市规划和自然资源局、运城市气象局7月21日14时30分联合发布地质灾害气象风险黄色预警：", "运城市规划和自然资源局、运城市气象局", "geological", "yellow", "issue", AT),
    "flash-flood": ("运城市水务局和运城市气象局7月21日14时30分联合发布山洪灾害气象风险黄色预警：", "运城市水务局和运城市气象局", "flash-flood", "yellow", "issue", AT),
    "hydrology": ("运城市水文水资源勘测站2023年07月21日14时30分发布涑水河洪水蓝色预警：", "运城市水文水资源勘测站", "river-flood", "blue", "issue", AT),
    "flood-command": ("运城市防汛抗旱指挥部办公室7月21日14时30分发布洪水橙色预警：", "运城市防汛抗旱指挥部办公室", "river-flood", "orange", "issue", AT),
    "low-flow": ("运城市水文水资源勘测站2023年07月21日14时30分发布枯水黄色预警：", "运城市水文水资源勘测站", "low-flow", "yellow", "issue", AT),
    "forest-fire": ("运城市森林草原防灭火指挥部办公室与运城市气象局7月21日14时30分联合发布森林火险橙色预警：", "运城市森林草原防灭火指挥部办公室与运城市气象局", "forest-fire", "orange", "issue", AT),
    "forest-fire-grade": ("运城市气象局7月21日14时30分发布森林火险四级预警：", "运城市气象局", "forest-fire", Q, "issue", AT),
    "unknown-hazard": (f"{YC}2023年07月21日14时30分发布持续低温蓝色预警信号：", YC, Q, "blue", "issue", AT),
    "two-hazards": (f"{YC}2023年07月21日14时30分发布暴雨、大风蓝色预警信号：", YC, Q, "blue", "issue", AT),
    "response": ("运城市防汛抗旱指挥部2023年07月21日14时30分启动防汛四级应急响应。", Q, Q, Q, Q, Q),
    "forecast": ("预计明天白天全市多云转阴，部分县（市）有小雨。", Q, Q, Q, Q, Q),
    "reason-first": (f"因降水减弱，{YC}2023年07月21日14时30分解除暴雨红色预警信号。", YC, "rainstorm", "red", "lift", AT),
    "clock-first": (f"今天下午2点半，{YC}发布大风蓝色预警信号。", YC, "gale", "blue", "issue", Q),
    "hearsay": ("据省气象台消息，夏县7月21日14时30分发布大风蓝色预警信号。", Q, "gale", "blue", "issue", AT),
    "time-behind": (f"{YC}发布冰雹橙色预警信号（7月21日14时30分）", YC, "hail", "orange", "issue", AT),
    "time-named": (f"{YC}发布雷电黄色预警信号：未来6小时……。发布时间：2023-07-21 14:30", YC, "lightning", "yellow", "issue", AT),
    "times-named": (f"{YC}发布雷电黄色预警信号。发布时间：2023-07-21 14:30，签发时间：2023-07-21 14:20", YC, "lightning", "yellow", "issue", Q),
    "day-alone": ("山西省应急管理厅、山西省气象局2023年7月21日联合发布高森林草原火险橙色预警信号", "山西省应急管理厅、山西省气象局", "forest-fire", "orange", "issue", Q),
    "grade-and-colour": ("闻喜县自然资源局、闻喜县气象局2023年7月21日14时30分发布地质灾害气象风险Ⅲ级（黄色）预警", "闻喜县自然资源局、闻喜县气象局", "geological", "yellow", "issue", AT),
    "grade-against-colour": (f"{YC}2023年07月21日14时30分发布暴雨Ⅱ级（红色）预警信号", YC, "rainstorm", Q, "issue", AT),
    "colour-and-grade": (f"{YC}2023年07月21日14时30分发布暴雨橙色（Ⅱ级）预警信号", YC, "rainstorm", "orange", "issue", AT),
    "colour-in-brackets": (f"{YC}2023年07月21日14时30分发布暴雨（红色）预警信号", YC, "rainstorm", "red", "issue", AT),
    "lift-two-named": (f"{YC}2023年07月21日14时30分解除暴雨红色预警信号和雷电黄色预警信号。", YC, Q, Q, "lift", AT),
    "issue-two-named": (f"{YC}2023年07月21日14时30分发布暴雨红色预警信号、雷电黄色预警信号：", YC, Q, Q, "issue", AT),
    "two-of-one-colour": (f"{YC}2023年07月21日14时30分发布暴雨黄色预警信号及大风黄色预警信号", YC, Q, "yellow", "issue", AT),
    "named-again": (f"{YC}2023年07月21日14时30分发布暴雨红色预警信号，雷电黄色预警信号仍然有效。", YC, "rainstorm", "red", "issue", AT),
    "passed-on": (f"转发{YC}7月21日14时30分发布的暴雨红色预警信号，请做好防范。", YC, "rainstorm", "red", "issue", AT),
    "economic-zone": ("经济技术开发区气象台7月21日14时30分发布暴雨红色预警信号", "经济技术开发区气象台", "rainstorm", "red", "issue", AT),
    "half-past": (f"今日下午2点半{YC}发布大风蓝色预警信号。", YC, "gale", "blue", "issue", Q),
    "according-to": (f"据{YC}7月21日14时30分发布的暴雨红色预警信号", YC, "rainstorm", "red", "issue", AT),
    "lowered-short": (f"{YC}7月21日14时30分将暴雨黄色预警信号降为蓝色", YC, "rainstorm", "blue", "lower", AT),
    "raised-short": (f"{YC}7月21日14时30分将暴雨蓝色预警信号升为黄色预警信号", YC, "rainstorm", "yellow", "raise", AT),
    "nought": (f"{YC}7月21日零时30分发布寒潮蓝色预警信号", YC, "cold-wave", "blue", "issue", "07-21 00:30"),
    "fire-five": ("运城市林业局、运城市气象局7月21日14时30分联合发布森林火险气象等级五级（红色）预警", "运城市林业局、运城市气象局", "forest-fire", "red", "issue", AT),
    "in-lines": (f"预警信息\n发布单位：{YC}\n发布时间：2023年7月21日14时30分\n预警类型：暴雨\n预警级别：红色\n预警内容：预计未来3小时", YC, "rainstorm", "red", Q, AT),
    "in-lines-act": (f"发布单位：{YC}\n发布时间：2023-07-21 14:30\n预警种类：雷雨大风\n预警等级：Ⅲ级（黄色）\n发布状态：解除", YC, "thunderstorm-gale", "yellow", "lift", AT),
    "in-lines-unknown": (f"发布单位：{YC}\n发布时间：2023-07-21 14:30\n预警类型：重污染天气\n预警级别：橙色\n信息类型：首次发布", YC, Q, "orange", "issue", AT),
    "empty": ("", Q, Q, Q, Q, Q),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("【演练】{}", "【演练】"),
        ("{}（测试）", "（测试）"),
        ("[测试信息]{}", "[测试信息]"),
        ("测试：{}", "测试："),
        ("演练演练，{}", "演练演练"),
        ("{}以上为演练信息，请勿转发。", "以上为演练"),
        ("{}此为测试短信。", "此为测试"),
        ("{}本信息为演练使用", "本信息为演练"),
        ("{}", ""),
        ("{}取消户外演练和集会。", ""),
        ("{}请做好设备测试。", ""),
    ],
)
def test_a_text_that_calls_itself_a_drill_or_a_test(text: str, words: str) -> None:
    whole = text.format(f"{YC}2023年07月21日14时30分发布暴雨红色预警信号：注意防范。")
    found = read(whole).rehearsal
    assert bool(found.text) == bool(words)
    if words:
        assert whole[found.span.start : found.span.end] == words


def said(reading: Reading) -> tuple[str, ...]:
    def code(name: str) -> str:
        value: Any = getattr(reading, name).value
        if value is UNKNOWN:
            return Q
        if isinstance(value, dt.datetime):
            return value.astimezone(CITY_TIME).strftime("%m-%d %H:%M")
        return str(value)

    return tuple(code(name) for name in FIELDS)


def read(text: str, received_at: dt.datetime = RECEIVED, **more: Any) -> Reading:
    return read_warning(text, received_at=received_at, **more).known()


@pytest.mark.parametrize("key", TABLE)
def test_what_is_said_and_what_is_left_to_a_person(key: str) -> None:
    text, *expected = TABLE[key]
    assert said(read(text)) == tuple(expected)


@pytest.mark.parametrize("key", TABLE)
def test_what_is_read_stands_there_and_what_is_not_has_a_reason(key: str) -> None:
    text = TABLE[key][0]
    verdict = read_warning(text, received_at=RECEIVED)
    reading = verdict.known()
    assert len(verdict.reasons) == len(FIELDS)
    for name in FIELDS:
        field = getattr(reading, name)
        assert field.is_read == (field.why is None), name
        if field.is_read:
            assert field.span.end > field.span.start, name
            printed = "".join(text[field.span.start : field.span.end].split())
            narrow = unicodedata.normalize("NFKC", printed)
            assert narrow == field.text.replace(" ", ""), name


def test_the_text_is_enough_keys_long() -> None:
    assert len(TABLE) >= 40


@pytest.mark.parametrize("number", range(9))
def test_the_real_texts_as_a_person_read_them(number: int) -> None:
    """Nine published texts with readings made by hand; they lie outside the repository."""
    if not SAMPLES.exists():
        pytest.skip("not run: the published texts are not on this machine")
    row = json.loads(SAMPLES.read_text(encoding="utf-8").splitlines()[number])
    text = "\n".join(part for part in (row["title"], row["text"]) if part)
    issued = row["issued"] or "2021-06-26 10:20"  # that text prints its day and minute only
    moment = dt.datetime.fromisoformat(issued[:16]).replace(tzinfo=CITY_TIME)
    reading = read(text, received_at=moment + dt.timedelta(minutes=20))
    assert reading.issuer.value is not UNKNOWN
    assert str(reading.issuer.value).endswith(row["authority"])
    assert reading.hazard.text == row["hazard"]
    assert reading.level.text[0] == row["colour"][0]
    action = {"发布": Change.ISSUE, "继续发布": Change.RENEW}[row["action"]]
    assert reading.change.value is action
    assert row["region"] in reading.regions
    if row["text"] is None:  # a title prints no time
        assert reading.unread == ("issued_at",)
    else:
        assert reading.issued_at.value == moment
        assert not reading.unread


def test_an_end_is_read_where_the_text_prints_one() -> None:
    text = f"{YC}2023年07月21日14时30分发布暴雨红色预警信号：有效期至22日08时00分。"
    assert read(text).expires_at == dt.datetime(2023, 7, 22, 8, 0, tzinfo=CITY_TIME)
    assert read(TABLE["usual"][0]).expires_at is None


def test_regions_are_named_as_printed_and_as_the_register_knows_them() -> None:
    known = (("140825", "新绛县"), ("140826", "绛县"), ("140828", "夏县"), ("140802", "盐湖区"))
    text = "运城市气象台7月21日14时30分发布新绛县、夏县暴雨红色预警信号：新绛县注意防范。"
    reading = read(text, known_places=known)
    assert reading.regions == ("运城市", "新绛县、夏县")
    assert [place.code for place in reading.places] == ["140825", "140828"]
    assert text[reading.places[0].span.start : reading.places[0].span.end] == "新绛县"
    both = read("绛县、新绛县气象台", known_places=known).places
    assert [place.name for place in both] == ["绛县", "新绛县"]


def test_the_earlier_level_of_a_change_is_known() -> None:
    assert read(TABLE["raised-for"][0]).from_level is Level.ORANGE
    assert read(TABLE["usual"][0]).from_level is None


@pytest.mark.parametrize(
    ("late_by", "is_read"),
    [
        (dt.timedelta(minutes=-10, seconds=-1), False),
        (dt.timedelta(minutes=-10), True),
        (dt.timedelta(days=7), True),
        (dt.timedelta(days=7, seconds=1), False),
    ],
)
def test_bounds_of_a_time_without_year(late_by: dt.timedelta, is_read: bool) -> None:
    issued = dt.datetime(2023, 1, 2, 8, 0, tzinfo=CITY_TIME)
    reading = read("运城市气象台1月2日8时0分发布大雾红色预警信号", received_at=issued + late_by)
    assert reading.issued_at.is_read == is_read


def test_a_year_that_turned() -> None:
    received = dt.datetime(2024, 1, 1, 0, 5, tzinfo=CITY_TIME)
    text = "运城市气象台12月31日23时58分发布大雾红色预警信号"
    moment = read(text, received_at=received).issued_at.value
    assert moment == dt.datetime(2023, 12, 31, 23, 58, tzinfo=CITY_TIME)


PLACES = ("运城市", "新绛县", "盐湖区", "河津市", "演示·运城市")
MOMENTS = st.integers(0, 5_000_000).map(
    lambda minutes: dt.datetime(2021, 1, 1, tzinfo=CITY_TIME) + dt.timedelta(minutes=minutes)
)


@st.composite
def known_facts(draw: st.DrawFn) -> Facts:
    level = draw(st.sampled_from(list(Level)))
    change = draw(st.sampled_from(list(Change)))
    side = 1 if change is Change.RAISE else -1
    olds = [old for old in Level if (RANK[level] - RANK[old]) * side > 0]
    if change in (Change.RAISE, Change.LOWER) and not olds:
        change = Change.ISSUE
    steps = change in (Change.RAISE, Change.LOWER)
    return Facts(
        issuer=draw(st.sampled_from(PLACES)) + draw(st.sampled_from(("气象台", "气象局"))),
        hazard=draw(st.sampled_from(sorted(HAZARD_NAMES))),
        level=level,
        change=change,
        issued_at=draw(MOMENTS),
        from_level=draw(st.sampled_from(olds)) if steps else None,
    )


@given(facts=known_facts(), advice=st.sampled_from(["", "预计未来3小时有强降水，请注意防范。"]))
def test_known_facts_in_the_usual_form_read_back(facts: Facts, advice: str) -> None:
    text = usual_form(facts, advice)
    reading = read(text, received_at=facts.issued_at + dt.timedelta(minutes=3))
    assert not reading.unread, text
    back = Facts(
        issuer=str(reading.issuer.value),
        hazard=Hazard(reading.hazard.value),
        level=Level(reading.level.value),
        change=Change(reading.change.value),
        issued_at=reading.issued_at.value,  # type: ignore[arg-type]
        from_level=reading.from_level,
    )
    assert back == facts


@given(text=st.text(alphabet="运城市气象台局与2023年07月21日:14时30分将发布解除升级为暴雨大风红橙色预警信号，。【】\n ", max_size=80))  # fmt: skip
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read(text)
    for name in FIELDS:
        field = getattr(reading, name)
        assert field.is_read or field.why is not None
        assert 0 <= field.span.start <= field.span.end <= len(text)


def test_a_change_of_level_needs_its_earlier_level() -> None:
    facts = Facts(
        issuer=YC,
        hazard=Hazard.GALE,
        level=Level.RED,
        change=Change.RAISE,
        issued_at=RECEIVED,
    )
    with pytest.raises(ValueError, match="earlier level"):
        usual_form(facts)
