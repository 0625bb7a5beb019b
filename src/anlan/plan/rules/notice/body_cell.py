"""Which bodies one cell of a table names, and in which role.

Source: House rule, from published 任务分解表.
Units and valid range: clean positions of one cell.
Edge cases: labels inside the cell (牵头单位：… 配合单位：…) say more than its column; white space
parts two complete names even where the second starts like no other (省财政厅 太原铁路局), but not
a body from its own branch (市公安局 交警支队, 国家税务总局 运城市税务局); 同上 is nobody's name;
a cell that holds anything not understood grants nothing.
"""

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Final

from anlan.plan.rules.notice.assignment import ROLES
from anlan.plan.rules.notice.cells import DITTO, NOBODY, Cell
from anlan.plan.rules.notice.formula import Grant, Role, read_formula
from anlan.plan.rules.notice.label import Label, label_at
from anlan.plan.rules.notice.mask import Masked, groups, mask
from anlan.plan.rules.notice.normalise import CleanText
from anlan.plan.rules.notice.unit import HOLE, is_body, is_possible, split_names

_SIGNS = re.compile(r"[、,;/。]")
_ENDS = "。;,、"
_LEFT = re.compile(
    rf"(?<!总)(?:局|厅|委|委员会|办|办公室|中心|部|院|会|政府|大学|学院|海关|支队|总队|公司|集团|银行)[{HOLE}]?$"
)
_RIGHT = re.compile(
    rf"(?:(?<!分)局|厅|委|委员会|政府|海关|大学|学院|法院|检察院|集团|公司|银行)[{HOLE}]?$"
)
_FIRM = re.compile(rf"(?:公司|集团|银行)[{HOLE}]?$")
_WHOLE_COUNTRY = re.compile(r"^(?:国家|中国|国网)")
_SHORTEST: Final = 4


def cell_grants(source: CleanText, cell: Cell, role: Role) -> tuple[Grant, ...]:
    """What a cell grants; `role` is that of its column."""
    start, end = cell
    labels = _labels(source, cell)
    if not labels:
        return _grants(mask(source, start, end), role)
    found: list[Grant] = []
    before = (start, labels[0].start, role)
    bounds = [label.start for label in labels[1:]] + [end]
    values = [
        (label.end, bound, ROLES[label.meaning])
        for label, bound in zip(labels, bounds, strict=True)
        if label.meaning in ROLES
    ]
    for value_start, value_end, own in [before, *values]:
        masked = _trimmed(mask(source, value_start, value_end))
        grants = _grants(masked, own)
        if not grants and masked.text not in NOBODY:
            return ()
        found.extend(grants)
    return tuple(found)


def _labels(source: CleanText, cell: Cell) -> list[Label]:
    """Labels at the cell's start, behind white space, and behind a stop; never in brackets."""
    start, end = cell
    text = source.text
    if text.find(":", start, end) < 0:
        return []
    behind = {start + sign.end() for sign in _SIGNS.finditer(text[start:end])}
    inside = groups(text, start, end)
    found: list[Label] = []
    for at in sorted({start, *source.broken(start, end), *behind}):
        near = bisect_left(inside, (at, at)) - 1
        if near >= 0 and at < inside[near][1]:
            continue
        label = label_at(text, at, end)
        if label is not None and (not found or at >= found[-1].end):
            found.append(label)
    return found


def _trimmed(masked: Masked) -> Masked:
    return masked.part(0, len(masked.text.rstrip(_ENDS)))


def _grants(masked: Masked, role: Role) -> tuple[Grant, ...]:
    if masked.text in NOBODY:
        return ()
    masked = _parted(masked)
    formula = read_formula(masked, role)
    if formula is not None:
        grants = formula.grants
    else:
        names = split_names(masked.text.rstrip("。;"), masked.breaks)
        if not all(is_possible(name) for name in names.names):
            return ()
        grants = (Grant(role=role, names=names.names, open_ended=names.open_ended),)
    if any(name in DITTO for grant in grants for name in grant.names):
        return ()
    return tuple(
        Grant(
            role=grant.role,
            names=tuple(masked.shown(name) for name in grant.names),
            open_ended=grant.open_ended,
        )
        for grant in grants
    )


def _parted(masked: Masked) -> Masked:
    """The same with 、 where white space parts two complete names."""
    places = _places(masked)
    if not places:
        return masked
    edges = [0, *places, len(masked.text)]
    text = "、".join(masked.text[a:b] for a, b in pairwise(edges))
    breaks = tuple(at + bisect_right(places, at) for at in masked.breaks)
    return Masked(text=text, holes=masked.holes, breaks=breaks)


def _places(masked: Masked) -> list[int]:
    places: list[int] = []
    edges = [0, *masked.breaks, len(masked.text)]
    for before, at, after in zip(edges, edges[1:], edges[2:], strict=False):
        left = _SIGNS.split(masked.text[before:at])[-1]
        right = _SIGNS.split(masked.text[at:after])[0]
        if _parts(left, right):
            places.append(at)
    return places


def _parts(left: str, right: str) -> bool:
    """Whether two neighbours are two bodies and not one and its branch."""
    if len(left) < _SHORTEST or len(right) < _SHORTEST or _WHOLE_COUNTRY.match(left):
        return False
    if not (_LEFT.search(left) and _RIGHT.search(right)):
        return False
    return is_body(left) and is_body(right) and not (_FIRM.search(left) and _FIRM.search(right))
