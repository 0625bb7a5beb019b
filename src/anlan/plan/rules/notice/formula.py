"""What the words of an assignment grant to whom: “A牵头，B、C等按职责分工负责”.

Source: House rule, from published notices. 牵头 (and its synonym 主办) makes leads; whoever else
is named supports; without 牵头 nobody leads. 等 leaves the list open. Nothing is added.
Units and valid range: folded text in which inner brackets are masked (`mask.py`).
Edge cases: several leads; leads without support; 会同 before or between names; A（牵头）、B; a
list without any verb is `bare` and counts only where the caller knows that bodies stand there;
words that end in 负责 but name no body (谁主管谁负责) grant nothing.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from anlan.plan.rules.notice.mask import Masked
from anlan.plan.rules.notice.unit import (
    HOLE,
    NOT_OF_A_NAME,
    STRONG,
    is_body,
    is_person,
    is_possible,
    split_names,
)

_BY = (
    r"(?:均|应|要|都|并)?(?:按照?|依照|依据|依|根据|结合)(?:各自|部门|法定|自身|本部门|本单位|所承担|承担|有关|相关"
    r"|岗位|工作|规定|行业|领域|区域|辖区|权属|管辖|监管|主管|业务|专业|单位|三定|的|“三定”){0,4}(?:职责|职能|分工|职权|权限|责任)"
    r"(?:职责|任务|范围|权限|和|及|与|分工|要求|规定){0,4}内?"
)
_DUTY = (
    "负责|落实|实施|组织|推进|执行|办理|承担|承办|完成|推动|督促|统筹|协调|抓总|抓好|贯彻|做好|开展|指导|跟进|抓|到位"
    "|相关工作|有关工作|工作|并"
)
_MANNER = (
    "共同|分别|各自|分工|具体|联合|密切|协同|依法|全面|分级|统筹|统一|全力|认真"
    "|积极|切实|直接|主要|总|牢牢"
)
_HELP = "配合|协助|参与|参加|协同|支持|指导|督导|督促|协办|协作|会办|联动"
_BACKING = (
    "加强(?:指导|监管|配合|协同|协调|监督|管理|保障|支持){1,2}|提供(?:[\u4e00-\u9fff]{0,4})(?:保障|支持|服务)"
    "|(?:保障|落实)(?:所需|相关|工作)?(?:经费|资金)|监督(?:指导|检查)?"
)
_DUTIES = rf"(?:{_DUTY}|、(?=落实|实施|推进|负责))"
_MANNERS = rf"(?:{_MANNER}){{0,3}}"
_LEAD: Final = re.compile(
    rf"{_MANNERS}(?:(?:{_BY}),?)?(?:{_MANNER}|负责|双|第[一二三]){{0,3}}(?:为(?:总)?牵头(?:单位|部门)"
    rf"|(?:牵头|牵总|主办)(?!单位|部门|的|人|领导|机构|制|科室|处室|责任|职责|作用|[{HOLE}]))"
    rf"{_DUTIES}{{0,6}}"
)
_HELPING: Final = re.compile(
    rf"{_MANNERS}(?:(?:{_BY}),?)?(?:{_MANNER}|负责|予以|给予|做好|主动|大力){{0,3}}"
    rf"(?:为(?:配合|参与|协办)(?:单位|部门)|{_BACKING}|{_HELP})(?:{_HELP}|{_DUTY}|做好){{0,6}}$"
)
_DOING: Final = re.compile(
    rf"(?:{_MANNERS}(?:{_BY}),?{_MANNERS}{_DUTIES}{{0,6}}|各负其责|各司其职|抓总|主抓|为主|主责"
    rf"|为(?:第[一二]|主要|共同)?责任(?:单位|部门|主体)"
    rf"|{_MANNERS}负(?:总责|主责|主体责任|主要责任|责任)"
    rf"|{_MANNERS}(?:负责|落实|实施|组织实施|推进|执行|办理|承担|承办|完成){_DUTIES}{{0,6}}"
    rf"|(?:抓好|做好|贯彻|组织|督促|推动|抓)(?:{_DUTY}){{1,6}})$"
)
_GROUNDS: Final = re.compile(
    rf"(?<=.)((?:{STRONG})[{HOLE}]?)(?:按照?|根据|依据|结合|依托)[^、,;]{{2,30}}$"
)
_OWN_SHARE: Final = re.compile(r"^\((?:具体|主要)?负责(?!人)[^()]+\)$")
_WITH: Final = re.compile(r"^(?:并|及时)?(?:会同|协同|联合|会商|商)(?!局|务|会|联)")
_OPENER = re.compile(
    r"^(?:(?:此|该|本|上述|以上|这|各)项?(?:工作|任务|事项|措施|举措|项目)?(?:均|原则上)?(?=由)"
    rf"|以(?=[^,]{{2,30}}为主)|具体|原则上|其中|并(?=由|请|会同|商)|再|责任单位为|、|和(?=由)){{0,3}}(?:{NOT_OF_A_NAME})?"
)
DUE_WORDS: Final = re.compile(
    r"^(?:力争|确保|于|在|到|至)?(?:(?:19|20)\d\d年?(?:[-—~至.\d年月日底末初前季度上下半第一二三四旬中内起]*)"
    r"|(?:完成|办结)?(?:时限|期限)(?:为|:)|\d{1,2}月(?:底|末|[上中下]旬|\d{1,2}日)?(?:之?前|内)?|[上下]半年|[一二三四]季度|年底|年初"
    r"|(?:完成|出台|形成|制定|印发|提交)(?!单位)|报(?!社|业|刊)|长期|持续|常态化?|全年|年内|年底前?|立即|即时|近期|每年|每季度|每月|今年|当年|“?十[四五]五”?)"
    r"[^负牵]{0,14}$"
)
FIRST_LEADS: Final = re.compile(
    r"[,;。、(]?(?:注:|备注:)?(?:以下|各项|上述|其中|本方案|有多个|多个|责任单位|部门|工作|任务|的|中|,){0,6}"
    r"(?:(?:列|排|位列|居|排列|排名)(?:在|于)?(?:第一|首)(?:位|名|个)?|第一(?:个|位|名)?|首位|排首位|排前)"
    r"(?:的|者)?(?:责任)?(?:单位|部门)?(?:者)?,?(?:均)?为(?:总)?(?:牵头|主办)(?:责任)?(?:单位|部门)?"
    r"(?P<onward>[,、;]?(?:以)?下同)?[)。]?"
)
_LEAD_MARK = re.compile(
    r"^[(〔\[【](?:总|共同|第一)?(?:牵头|主办|组长)(?:单位|部门|负责)?[)〕\]】]$"
)
_PERSON_MARK = re.compile(r"^[(〔\[【](?:联系人|联系电话|电话|联络员|责任人|负责人):")
_BY_WHEN: Final = re.compile(
    r"(?<=.)(?:于|在)(?:19|20)\d\d年[\d年月日底末初前上下半季度第一二三四]{0,8}(?:完成|办结|落实到位|前)?$"
)
_OTHER_MARK = re.compile(
    r"^[(〔\[【](?:配合|责任|参与|协办|协同|副组长|落实)(?:单位|部门)?[)〕\]】]$"
)


_HELP_MARK = re.compile(r"^.(?:配合|参与|协办|协同|副组长)")
_DONE = "负责|落实|实施|配合|参与|参加|协助"
_SEGMENTS: Final = re.compile(rf"([,;。]|(?<={_DONE})、(?!{_DUTY}|{_HELP}))")


class Role(Enum):
    """HELP is the support of whoever is said to help (配合): never the first of a list."""

    LEAD = "lead"
    SUPPORT = "support"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    role: Role
    names: tuple[str, ...]
    open_ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """`bare` when only names stand there; `certain` when every name is a body's by its ending."""

    grants: tuple[Grant, ...]
    bare: bool
    certain: bool


class _Reader:
    """Reads the segments between commas from left to right."""

    def __init__(self, masked: Masked, role: Role) -> None:
        self.masked = masked
        self.role = role
        self.grants: list[Grant] = []
        self.pending: list[tuple[str, int]] = []
        self.verbs = 0
        self.dangling = False
        self.led = False

    def take(self, segment: str, at: int) -> None:
        """One segment; `at` is where it starts in the masked text."""
        segment = _BY_WHEN.sub("", segment)
        if not segment or DUE_WORDS.match(segment):
            return
        plain = _OPENER.sub("", segment, count=1)
        at, segment = at + len(segment) - len(plain), plain
        at, segment = self.after_with(at, segment)
        lead = _LEAD.search(segment)
        while lead is not None:
            self.pending.append((segment[: lead.start()], at))
            self.flush(Role.LEAD)
            self.led = True
            at, segment = self.after_with(at + lead.end(), segment[lead.end() :].lstrip("、"))
            lead = _LEAD.search(segment)
        self.take_rest(segment, at)

    def after_with(self, at: int, segment: str) -> tuple[int, str]:
        found = _WITH.match(segment)
        if found is None:
            return at, segment
        if self.pending and not self.led:
            self.flush(self.role)
        return at + found.end(), segment[found.end() :]

    def take_rest(self, segment: str, at: int) -> None:
        if not segment:
            self.dangling = False
            return
        verb = _HELPING.search(segment) or _DOING.search(segment)
        self.pending.append((segment[: verb.start()] if verb else segment, at))
        self.dangling = verb is None
        if verb is not None and verb.re is _HELPING:
            self.flush(Role.HELP)
        elif verb is not None:
            self.flush(Role.SUPPORT if self.grants else self.role)

    def flush(self, role: Role) -> None:
        self.verbs += 1
        self.dangling = False
        for chunk, at in self.pending:
            self.grant(role, chunk, at)
        self.pending.clear()

    def grant(self, role: Role, chunk: str, at: int) -> None:
        chunk = _GROUNDS.sub(r"\1", chunk)
        if not chunk:
            return
        found = split_names(chunk, self.masked.breaks_in(at, at + len(chunk)))
        pieces = [piece for name in found.names for piece in _at_marks(name, self.masked)]
        marked = [_role_of(name, self.masked, role) for name in pieces]
        for name, own_role in marked:
            self.grants.append(Grant(role=own_role, names=(name,)))
        if found.open_ended:
            self.grants.append(Grant(role=role, names=(), open_ended=True))

    def finish(self) -> None:
        """What is left without a verb: support behind a lead, else names in the default role."""
        verbs = self.verbs
        self.flush(Role.SUPPORT if self.grants else self.role)
        self.verbs = verbs


def _at_marks(name: str, masked: Masked) -> list[str]:
    """Part A（牵头）B, where nothing but the mark stands between two bodies."""
    pieces, at = [], 0
    for position, char in enumerate(name[:-1], 1):
        inner = masked.hole(char)
        if inner and (_LEAD_MARK.match(inner) or _OTHER_MARK.match(inner)):
            pieces.append(name[at:position])
            at = position
    return [*pieces, name[at:]]


def _role_of(name: str, masked: Masked, role: Role) -> tuple[str, Role]:
    inner = masked.hole(name[-1])
    if inner and (FIRST_LEADS.search(inner) or _PERSON_MARK.match(inner)):
        return name[:-1], role
    if inner and _LEAD_MARK.match(inner):
        return name[:-1], Role.LEAD
    if inner and _OWN_SHARE.match(inner):
        return name[:-1], role
    if inner and _OTHER_MARK.match(inner):
        return name[:-1], Role.HELP if _HELP_MARK.match(inner) else Role.SUPPORT
    return name, role


def read_formula(masked: Masked, role: Role = Role.SUPPORT) -> Formula | None:
    """The grants of an assignment's words, or None when the words are something else."""
    reader = _Reader(masked, role)
    at = 0
    for segment in _SEGMENTS.split(masked.text):
        if segment not in (",", ";", "。", "、"):
            reader.take(segment, at)
        at += len(segment)
    reader.finish()
    grants = [one for one in reader.grants if not any(map(is_person, one.names))]
    names = [name for grant in grants for name in grant.names]
    if not names or not all(is_possible(name) for name in names):
        return None
    known = sum(is_body(name) for name in names)
    marked = any(grant.role is Role.LEAD for grant in grants)
    if 2 * known < len(names) and not (marked and known):
        known = 0
    if not known and role is not Role.LEAD and not reader.verbs:
        return None
    return Formula(
        grants=tuple(grants),
        bare=not reader.verbs and not marked,
        certain=known == len(names) if not reader.verbs else known > 0,
    )
