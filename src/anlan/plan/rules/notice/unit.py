"""Names of bodies in a list: where one ends, and whether it can be one at all.

Source: House rule. Names are kept as printed. 、 parts them, and so do 和 及 以及 与 会同 — but
only behind the end of a complete name, since 规划和自然资源局 holds 和 itself.
Units and valid range: folded text without white space; brackets inside are replaced by the caller
with one private-use character each.
Edge cases: 各县（市、区）政府, 各乡镇、街道 and 市、县两级政府 hold 、; 等 behind the last name
means that the list is open; 市委办公室 led by 由 or 请 loses that word.
"""

import re
from dataclasses import dataclass
from typing import Final

HOLE: Final = "\ue000-\uf8ff"
"""Private-use characters: one stands for one inner bracket."""

STRONG: Final = (
    "局|委|办|厅|部|院|政府|支队|总队|大队|中队|队|中心|管委会|委员会|协会|学会|商会|联合会|联社|总社|工会"
    "|红十字会|残联|妇联|侨联|文联|工商联|社科联|科协|贸促会|公司|集团|银行|分行|支行|办公室|办事处|指挥部|军分区"
    "|人武部|管委|街道办|管理处|检察院|法院|警备区|研究室|督查室|党校|行政学院|国资委|领导小组"
    "|专班|工作组|安委会|成员单位|供销社|档案馆|分局|总局|署|集团公司|基金会"
)
STRONG_SUFFIX: Final = re.compile(rf"(?:{STRONG})[{HOLE}]?$")
_LEVEL = "自治区|自治州|自治县|直辖市|省|市|州|盟|县|区|旗|乡镇|乡|镇|街道|镇街|街镇|村|社区|地"
_WEAK = (
    "会|所|站|馆|校|社|台|段|处|科|股|室|组|团|厂|投|协|联|行|区|县|市|省|州|盟|旗|乡|镇|村|街道|社区|县区|单位|部门|机构"
    "|企业|机关|院校|高校|组织|兵团|电网|铁路|机场|移动|联通|电信|铁塔|主体|办案|地方|地区|各地|园区|景区|林场|农场|水库"
    "|学校|大学|学院|医院|电视台|报社|书记处|秘书处|城投|交投|电力|供电|燃气|热力|水务|自来水|邮政|石化|石油|人行|海关"
    "|税务|烟草|消防|武警|驻军|民兵|部队|力量|党委|党组|党工委|支部|气象|地震|海事|民航|街办|运营商|保险|事业部|指挥所"
    "|促进会|合作社|互助社|有限责任|司|队伍"
)
_SUFFIX = re.compile(rf"(?:{STRONG}|{_WEAK})[{HOLE}]?$")
_GENERIC: Final = frozenset(
    [
        "政府",
        "部门",
        "社会",
        "公众",
        "企业",
        "群众",
        "市场",
        "党委",
        "单位",
        "各方",
        "分级",
        "行业",
        "家庭",
        "个人",
        "全社会",
        "党政",
        "人民",
        "主体",
        "机构",
        "机关",
        "组织",
        "市",
        "县",
        "区",
        "省",
        "乡",
        "镇",
        "村",
        "社区",
        "集体",
        "基层",
        "上级",
        "下级",
        "班子",
        "支部",
        "力量",
        "地方",
        "消防",
        "部队",
        "学校",
        "处",
        "科",
        "站",
        "所",
    ]
)
_NEVER = re.compile(
    r"谁|负责|(?:牵头|配合|协助)(?!单位|部门)|[。;:!?《》%]|^(?:含(?!山)|包括|如(?!皋|东)|即(?!墨)|见|按|对(?!外|口)|把|将(?!乐)"
    r"|是|为|不|已|可|应(?!急|县|城)|要(?!塞)|须|经(?!信|开|济|合|发|贸)|因|从(?!化|江)|以下|本(?!级|市|县|区|地)|其(?!他)|该)"
    r"|(?:人|者|员|长|领导|干部|居民|群众|书记|主任|工作|责任|制度|机制|情况|任务|项目|分级|领导下)$"
    r"|(?<=.)(?<!自)由(?!贸)|要(?:认真|切实|密切|主动)|履行"
)
_OPEN = re.compile(
    r"等(?P<kind>(?:[一二三四五六七八九十\d]{1,3}个?)?(?:市级|市直|省级|省直|县级|县直|区级|区直|有关|相关|各|责任|成员"
    r"|职能|主管|涉及|其他|配合|行业|监管|管理|安委会|市安委会|省安委会|的|县区|直属){0,4}"
    r"(?:部门和单位|单位和部门|部门|单位|地区|机构|委办局|企业|局委|局办)?)$"
)
_OPEN_INSIDE = re.compile(
    r"等(?:(?:[一二三四五六七八九十\d]{1,3}个?)?(?:市级|市直|省级|省直|县级|有关|相关|各|责任|成员|职能|主管|行业){0,4}"
    r"(?:部门和单位|部门|单位)(?!和单位))?(?=(?:,|、)?(?:和|及|以及|与|会同|、))"
)
_SPLIT = re.compile(r"[、,;/|]|以及|会同|配合(?!单位|部门)|协助|和|及|与|暨")
_SOFT = frozenset(("和", "及", "以及", "与", "暨"))
_RIGHT_START = re.compile(
    r"^(?:市|省|县|区|州|各|有关|相关|其他|全|国家|中|驻|武警|承担|属地|开发区|高新|经开|事发|所在|涉"
    r"|民航|国网|国电|南方电网|团[省市州县区旗]|农发行|人行|人民银行)"
)
_GENERIC_RIGHT = re.compile(
    r"^(?:政府|人民政府|其(?!他)|单位|部门|企业|个人|机构|地区|地方(?!各级|人民|政府|党委|金融)|有关单位|其办公室|组织|院校|责任人|职责|科室|园区)"
)
_LEVEL_HEAD = re.compile(rf"^(?:各|全)?(?:{_LEVEL})[{HOLE}]?$")
_LEVEL_TAIL = re.compile(
    rf"^(?:各)?(?:{_LEVEL})(?:两级|三级|四级|各级)|^(?:各)?(?:{_LEVEL})[{HOLE}]?(?:区)?(?:两级|三级|四级|各级|级)?(?:人民)?"
    rf"(?:政府|党委|$|办事处|有关部门|有关单位|相关部门|相关单位|管委会|应急管理部门|应急部门|[{HOLE}]|行业主管部门|党工委)"
)
NOT_OF_A_NAME: Final = r"(?:由|请)(?!(?![各全市州省区本该])[\u4e00-\u9fff](?:镇|乡|街道|村|县))"
"""Before a name. 由口镇 and 请溪镇 are names themselves: no town is called 口 alone."""
_LEADING = re.compile(
    r"^(?:原则上|具体|统一|主要|其中|此项工作|该项工作|此项任务)?"
    rf"(?:{NOT_OF_A_NAME}|(?:并|再)由|及|以及|:|、)+"
)
_SECOND_HALVES: Final = frozenset(("政府", "人民政府", "管委会"))
_PARTY = re.compile(r"(?:党委|党工委|党组)$")
LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """Names in printed order; `open_ended` when 等 says that there are more."""

    names: tuple[str, ...]
    open_ended: bool


def split_names(chunk: str, breaks: tuple[int, ...] = ()) -> NameList:
    """Part a list of bodies; `breaks` are the positions before which white space was printed."""
    chunk, open_inside = _OPEN_INSIDE.subn("", _parted(chunk, breaks))
    open_ended = open_inside > 0
    names: list[str] = []
    for piece in _pieces(chunk):
        name, opened = _without_open(_LEADING.sub("", piece))
        open_ended = open_ended or opened
        if name:
            names.append(name)
    return NameList(names=tuple(_joined_levels(names)), open_ended=open_ended)


def _parted(chunk: str, breaks: tuple[int, ...]) -> str:
    """Put 、 where white space parts two complete names."""
    if not breaks:
        return chunk
    parts, at = [], 0
    for position in breaks:
        left, right = chunk[at:position], chunk[position:]
        if _complete(left.split("、")[-1]) and _RIGHT_START.match(right):
            parts.append(left)
            at = position
    return "、".join([*parts, chunk[at:]])


def _complete(left: str) -> bool:
    return len(left) > 2 and STRONG_SUFFIX.search(left) is not None


def _pieces(chunk: str) -> list[str]:
    pieces, at = [], 0
    for found in _SPLIT.finditer(chunk):
        left, right = chunk[at : found.start()], chunk[found.end() :]
        if found[0] in _SOFT and not _parts_here(left, right):
            continue
        pieces.append(left)
        at = found.end()
    pieces.append(chunk[at:])
    return pieces


def _parts_here(left: str, right: str) -> bool:
    """Whether 和 between these two stands between names and not inside one."""
    if not right or _GENERIC_RIGHT.match(right):
        return False
    if not left:
        return _RIGHT_START.match(right) is not None
    if _RIGHT_START.match(right):
        return len(left) > 1 and _SUFFIX.search(left) is not None
    head = re.split(r"[、,;]|和|及", right, maxsplit=1)[0]
    ends_well = _SUFFIX.search(_without_open(head)[0]) is not None
    return len(left) > 2 and STRONG_SUFFIX.search(left) is not None and ends_well


def _without_open(piece: str) -> tuple[str, bool]:
    found = _OPEN.search(piece)
    if found is None or piece[: found.start()].endswith(("高", "中", "初", "均", "平", "同")):
        return piece, False
    return piece[: found.start()], True


def _joined_levels(names: list[str]) -> list[str]:
    """Put 各乡镇、街道 and 各市、县政府 together again."""
    joined: list[str] = []
    for name in names:
        previous = joined[-1].rpartition("、")[2] if joined else ""
        if joined and _belong_together(previous, name):
            joined[-1] = f"{joined[-1]}、{name}"
        else:
            joined.append(name)
    return joined


def _belong_together(previous: str, name: str) -> bool:
    if name in _SECOND_HALVES and _PARTY.search(previous):
        return True
    levels = _LEVEL_HEAD.match(previous) and _LEVEL_TAIL.match(name)
    return bool(levels) and not name.startswith("各")


_PERSON = re.compile(
    r"(?:市长|县长|区长|州长|省长|镇长|乡长|主任|书记|领导|同志|责任人|负责人|秘书长|某某)$"
)


def is_person(name: str) -> bool:
    """Whether the words name a person by post; persons are no bodies."""
    return _PERSON.search(name) is not None


def is_body(name: str) -> bool:
    """Whether the name ends as names of bodies do and is more than a slogan's word."""
    return is_possible(name) and _SUFFIX.search(name) is not None


def is_possible(name: str) -> bool:
    """Whether the words can be a name that this list of endings does not know."""
    return 2 <= len(name) <= LONGEST_NAME and name not in _GENERIC and _NEVER.search(name) is None
