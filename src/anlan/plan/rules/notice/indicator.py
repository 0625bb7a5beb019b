"""A measurable target in words: name, comparison, value and unit as printed.

Source: House rule; the operators are those of GB/T 8170—2008, 4.1 (以上 and 以下 include the
number, 超过 and 不足 do not). Strictness is kept: `<0.03` is never read as `<=`.
Units and valid range: `value` is the printed number (13,000 is 13000), `unit` what is printed
behind it, empty when nothing is; `up` and `down` are changes, not levels.
Edge cases: 新增…1200人 is a change of what stands between; 下降到 and 降至 are levels (`<=`), 下降
is a change; 控制在…以内 is `<=`; 左右 is ignored; a year is never a value; words without a number
are no target.
"""

import re
from typing import Final

from anlan.plan.rules.notice.values import IndicatorTarget

_NUMBER = r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_UNIT = (
    r"(?P<unit>个百分点|百分点|[%‰‱℃]|(?:[千百十]?万亿?|亿|千|百)?(?:毫克|微克|平方公里|平方米|立方米|公里|千米|公顷|吨标准煤|吨标煤|吨|元"
    r"|人次|人|户|家|个|处|座|支|件|起|项|条|所|套|台|辆|艘|次|场|亩|米|毫米|千瓦时|千瓦|分钟|小时|天|秒|倍|张|门|篇|期|名|岁|册"
    r"|宗|栋|间|公斤|斤|级|架|吨/年|床)(?:/[\u4e00-\u9fff]{1,4})?|万亿|万|亿)?"
)
_LEVEL = (
    r"(?P<sign><=|>=|=<|=>|≤|≥|<|>|=)|(?P<most>不超过|不高于|不大于|不多于|不突破|控制在|控制到|压控在|至多|最多)"
    r"|(?P<least>不低于|不少于|不小于|至少|达到|达|实现|完成)|(?P<below>低于|小于|少于|不到|不足)|(?P<above>高于|大于|多于|超过|超|突破)"
    r"|(?P<down>下降|降低|减少|压减|缩短|降幅|削减|压降)(?P<downto>到|至|为)?"
    r"|(?P<up>增长|提高|提升|上升|增加|新增|增幅|增速)(?P<upto>到|至|为)?|(?P<equal>保持在?|稳定在|维持在?|为|是)"
)
_TARGET: Final = re.compile(
    rf"(?:{_LEVEL})(?:约|在|到|至|了|为|幅度?|[:]){{0,3}}{_NUMBER}(?!年|月|\d){_UNIT}(?P<bound>以上|以下|以内|之内|及以上|及以下)?"
)
_PLAIN: Final = re.compile(
    rf"(?<=[率数量比例重度值积盖间额长平幅])(?P<sep>:?){_NUMBER}(?!年|月|\d|\.){_UNIT}(?P<bound>以上|以下|以内|之内|及以上|及以下)?"
)
_COUNTED: Final = re.compile(
    r"^(?P<verb>新增|新建|建成|建设|完成|培训|配备|发展|创建|储备)(?P<name>[\u4e00-\u9fff“”]{2,20})"
    rf"{_NUMBER}(?!年|月|\d){_UNIT}(?P<bound>以上)?"
)
_SIGNS: Final = {"≤": "<=", "=<": "<=", "≥": ">=", "=>": ">="}
_UPPER_BOUNDS: Final = frozenset(("以下", "以内", "之内", "及以下"))
_NAME_HEAD = re.compile(
    r"^(?:目标值?:|指标:|到|至|力争|确保|实现|其中|20\d\d年(?:底|末)?(?:前)?|“?十[三四五]五”?(?:期间|末|时期)?|规划期内|全部){1,4}"
)
_NAME_TAIL = re.compile(
    r"(?:(?:较|比|同比|相比|比上年|较上年|比?20\d\d年(?:底|末)?|上年|去年|年均|累计|分别|总体|控制|力争|要|应|均|都|总){1,4}|[:])$"
)
_YEARLY = re.compile(r"年均$")
LONGEST_READ: Final = 400


def read_target(text: str) -> IndicatorTarget | None:
    """The first measurable target of a folded text."""
    text = text[:LONGEST_READ]
    counted = _COUNTED.match(text)
    if counted is not None and counted["unit"] and not _TARGET.search(counted["name"] + "1"):
        return IndicatorTarget(
            name=counted["name"],
            operator="up" if counted["verb"].startswith("新") else ">=",
            value=_value(counted["value"]),
            unit=counted["unit"],
        )
    found = _TARGET.search(text)
    plain = _PLAIN.search(text)
    if plain is not None and (found is None or plain.start() < found.start()):
        found = plain
    if found is None:
        return None
    name = _name_before(text[: found.start()])
    if not name:
        return None
    return IndicatorTarget(
        name=name,
        operator=_operator(found),
        value=_value(found["value"]),
        unit=found["unit"] or "",
    )


def _name_before(text: str) -> str:
    name = re.split(r"[,;。:!?]", text.rstrip(":,"))[-1]
    name = _NAME_HEAD.sub("", name)
    return _NAME_TAIL.sub("", name)


def _value(printed: str) -> int | float:
    plain = printed.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def _operator(found: re.Match[str]) -> str:
    groups = found.groupdict()
    bound = groups["bound"]
    if groups.get("sign"):
        return _SIGNS.get(groups["sign"], groups["sign"])
    if groups.get("down"):
        return "<=" if groups["downto"] else "down"
    if groups.get("up"):
        return ">=" if groups["upto"] else "up"
    if bound:
        return "<=" if bound in _UPPER_BOUNDS else ">="
    for name, operator in (("most", "<="), ("least", ">="), ("below", "<"), ("above", ">")):
        if groups.get(name):
            return operator
    return "="
