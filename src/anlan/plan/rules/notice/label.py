"""Labels that name bodies, dates or persons: 牵头单位：… 责任单位：… 完成时限：… 责任领导：…

Source: House rule, from published 任务分解表 and 实施方案.
Units and valid range: folded text; a label is followed by a colon or stands in brackets of its
own.
Edge cases: 责任单位 alone makes no lead; 牵头及责任单位 names no lead either, unless a body is
marked （牵头）; persons are recognised and not taken for bodies.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

_SCOPE = (
    "(?:省级|省直|市级|市直|市本级|县级|县直|区级|区直|各级|市|县|区|总|第一|主要|具体|共同|各"
    "|项目|任务|工作)?"
)
_WORK = (
    "牵头|责任|配合|参与|参加|协办|主办|承办|落实|协同|协助|支持|主责|实施|负责|组织|承担|执行|会办"
    "|完成|联合|成员|协作|主管|推进|建设|监管|整改|领导|市直|县直|区直|省直"
)
_BODY = "单位|部门|机构|科室|股室|处室|主体|地区|县区|县市区|镇街|乡镇|局办|委办局|支队"
UNIT_LABEL: Final = (
    rf"{_SCOPE}(?:{_WORK}){{1,3}}(?:{_BODY})"
    rf"(?:\((?:{_BODY}|部门|地区|[和及、/]){{1,6}}\))?"
    rf"(?:(?:及|和|、|/|与|或)(?:{_WORK}){{0,2}}(?:{_BODY})){{0,3}}"
)
_DUE = (
    "(?:计划|预计|拟|要求)?(?:完成|办结|推进|实施|时间|整改|落实|起止|目标|进度){0,3}"
    "(?:时限|时间|期限|节点|日期|年限|进度)(?:要求|安排|节点)?|完成年度|实施年限"
)
_PERSON = (
    "(?:市|县|区)?(?:责任|牵头|包抓|包联|分管|挂钩|联系|主要|主管|配合|督办|挂帅|督导|单位|部门"
    "|具体|直接|第一){0,4}(?:领导|责任人|联系人|负责人|责任领导|负责同志|市领导|县领导|区领导"
    "|责任干部|经办人)|联系电话|联系方式|电话|填报人|审核人"
)
_OTHER = (
    "(?:督办|督导|督查|监督|考核|验收)(?:单位|部门)|备注|注|资金来源|投资规模|总投资"
    "|建设地点|建设规模|建设内容|建设性质|工作进展|序号"
)
_LABEL: Final = re.compile(
    rf"(?P<open>[(〔\[【]?)(?:(?P<unit>{UNIT_LABEL})|(?P<due>{_DUE})|(?P<person>{_PERSON})"
    rf"|(?P<other>{_OTHER})|(?P<verb>牵头|主办|配合|协办|参与|责任|负责|主责)(?=:))(?P<close>[)〕\]】]?)"
    r"(?P<colon>:|(?<=单位|部门)为(?=[省市县区州各]))?"
)
_TARGET: Final = re.compile(
    r"(?:目标值?|指标值?|目标任务|年度目标|工作目标|工作任务|任务内容|工作内容|主要内容|工作措施"
    r"|具体措施|主要措施|工作要求|成果形式):"
)
HAS_UNIT_LABEL: Final = re.compile(
    rf"{UNIT_LABEL}[)〕\]】]?:|[(〔\[【]{UNIT_LABEL}[)〕\]】]|{UNIT_LABEL}(?<=单位|部门)为?(?=[省市县区州各])"
)
_SPACED: Final = re.compile(rf"{UNIT_LABEL}(?<=单位|部门)")
_NEUTRAL: Final = frozenset(
    ("整改", "领导", "主管", "推进", "建设", "市直", "县直", "区直", "省直", "单位", "部门")
)
"""Words of a label that say nothing about the role."""
_HELP_WORDS: Final = frozenset(
    ("配合", "参与", "参加", "协办", "协同", "协助", "支持", "协作", "会办")
)


class Meaning(Enum):
    LEAD = "lead"
    SUPPORT = "support"
    HELP = "help"
    DUE = "due"
    PERSON = "person"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    meaning: Meaning
    start: int
    end: int


def label_at(text: str, position: int, end: int) -> Label | None:
    """The label that is printed at a position, if one is."""
    found = _LABEL.match(text, position, end)
    if found is None:
        other = _TARGET.match(text, position, end)
        if other is None:
            return None
        return Label(meaning=Meaning.OTHER, start=position, end=other.end())
    boxed = bool(found["open"]) and bool(found["close"])
    if bool(found["open"]) != bool(found["close"]) or not (boxed or found["colon"]):
        return None
    return Label(meaning=_meaning(found), start=position, end=found.end())


def meaning_of(words: str) -> Meaning | None:
    """The meaning of a label without its colon, as in the head of a table."""
    found = _LABEL.fullmatch(words)
    return _meaning(found) if found is not None else None


def spaced_label_at(text: str, position: int, broken: Collection[int]) -> Label | None:
    """A label that white space parts from its value, at the start of a line; `broken` are the
    positions before which white space was printed."""
    found = _SPACED.match(text, position)
    if found is None or found.end() not in broken:
        return None
    meaning = meaning_of(found[0])
    return Label(meaning=meaning, start=position, end=found.end()) if meaning else None


def _of_work(kinds: set[str]) -> Meaning:
    if kinds & {"牵头", "主办"} and kinds <= {"牵头", "主办", "负责", "责任"}:
        return Meaning.LEAD
    return Meaning.HELP if kinds and kinds <= _HELP_WORDS else Meaning.SUPPORT


def _meaning(found: re.Match[str]) -> Meaning:
    words = found["unit"]
    if found["verb"]:
        return _of_work({found["verb"]})
    if words:
        kinds = set(re.findall(_WORK, words)) - _NEUTRAL
        return Meaning.SUPPORT if re.search(r"[及和、/与或]", words) else _of_work(kinds)
    if found["due"]:
        return Meaning.DUE
    return Meaning.PERSON if found["person"] else Meaning.OTHER
