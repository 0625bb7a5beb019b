"""A text in lines of labels: 发布单位：…, 预警类型：…, 预警级别：….

`labelled_act` reads such a text as one act, where it has no sentence that says it.

Source: House rule: the labels that platforms of early warning print. What a line says counts only
where it is one of the known words and nothing else; the kind of change is that of its own line.
Edge cases: fewer than `FEWEST` of the labels: no such text; a label that stands twice and says two
things is left to a person, as is a hazard that no table knows.
"""

import re
from itertools import zip_longest
from typing import Final

from anlan.warning.rules.reading.acts import Act
from anlan.warning.rules.reading.heads import Head, Piece, bodies_of, piece
from anlan.warning.rules.reading.moment import PRINTED, printed_of
from anlan.warning.rules.reading.plain import Plain
from anlan.warning.rules.reading.vocabulary import (
    COLOUR_WORDS,
    COLOURS,
    GRADES,
    HAZARD_WORDS,
    HAZARDS,
    VERB_WORDS,
    VERBS,
)

FEWEST: Final = 3
_ISSUER, _TIME, _HAZARD, _LEVEL, _CHANGE = "issuer", "time", "hazard", "level", "change"
_LABELS: Final = {
    _ISSUER: "(?:预警)?(?:发布单位|发布机构|发布部门|签发单位)",
    _TIME: "(?:预警)?(?:发布|签发)时间",
    _HAZARD: "预警(?:类型|种类|类别|灾种|名称)|灾害(?:类型|种类)|灾种",
    _LEVEL: "(?:预警)?(?:级别|等级|颜色)",
    _CHANGE: "(?:发布|预警|信息)状态|(?:发布|信息)类型",
}
_LABEL: Final = re.compile("|".join(f"(?P<{name}>{words}):" for name, words in _LABELS.items()))
_A_LEVEL: Final = re.compile(
    rf"(?:{GRADES})?[(/]?(?P<c>{COLOURS})(?:预警)?[)]?(?:[(/](?:{GRADES})[)]?)?"
)
_A_HAZARD: Final = re.compile(rf"(?P<h>{HAZARDS})(?:灾害)?(?:气象)?(?:风险)?(?:预警)?")
_A_CHANGE: Final = re.compile(rf"(?P<v>{VERBS})(?:预警)?(?:信息)?")


def labelled_act(plain: Plain) -> Act | None:
    """The act of such a text; None where it is none."""
    lines = _lines(plain)
    if len(lines) < FEWEST or _HAZARD not in lines or _LEVEL not in lines:
        return None
    hazard = _A_HAZARD.fullmatch(plain.text, *lines[_HAZARD])
    level = _A_LEVEL.fullmatch(plain.text, *lines[_LEVEL])
    change = _A_CHANGE.fullmatch(plain.text, *lines[_CHANGE]) if _CHANGE in lines else None
    return Act(
        verb=VERB_WORDS[change["v"]] if change else None,
        verb_piece=piece(plain, *change.span("v")) if change else Piece(),
        hazards=(HAZARD_WORDS[hazard["h"]],) if hazard else (),
        hazard_piece=piece(plain, *lines[_HAZARD]),
        level=COLOUR_WORDS[level["c"][0]] if level else None,
        level_piece=piece(plain, *lines[_LEVEL]),
        head=_head(plain, lines),
        unknown_hazard="" if hazard else plain.text[slice(*lines[_HAZARD])],
    )


def _head(plain: Plain, lines: dict[str, tuple[int, int]]) -> Head:
    issuer = lines.get(_ISSUER, (0, 0))
    bodies = bodies_of(plain.text[slice(*issuer)])
    time = PRINTED.match(plain.text, *lines[_TIME]) if _TIME in lines else None
    return Head(
        issuers=bodies,
        issuer=piece(plain, *issuer) if bodies else Piece(),
        printed=printed_of(time) if time else None,
        time=piece(plain, *time.span()) if time else Piece(),
    )


def _lines(plain: Plain) -> dict[str, tuple[int, int]]:
    """Where the words of each label stand: to the end of its line, or to the next label."""
    found: dict[str, tuple[int, int]] = {}
    labels = [each for each in _LABEL.finditer(plain.text) if _begins(plain, each.start())]
    for each, following in zip_longest(labels, labels[1:]):
        ends = [at for at in plain.breaks if at > each.end()]
        end = min([*ends, following.start() if following else len(plain.text)])
        while end > each.end() and plain.text[end - 1] in ",;。":
            end -= 1
        name = each.lastgroup or ""
        if end > each.end() and name not in found:
            found[name] = (each.end(), end)
    return found


def _begins(plain: Plain, at: int) -> bool:
    """A label begins a line, or follows a mark."""
    return at == 0 or at in plain.breaks or plain.text[at - 1] in ",;。:】]"
