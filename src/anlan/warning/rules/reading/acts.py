"""The acts in a text: who issued, changed or lifted which warning, when, as it is printed.

An act is one clause with a verb and a warning that is named by hazard and colour. A warning named
without a verb ("【暴雨红色预警】") is a label: it says hazard and level, and nothing else.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from anlan.warning.rules.reading.heads import Head, Piece, VerbAt, head_of, main_verb, piece
from anlan.warning.rules.reading.moment import PRINTED
from anlan.warning.rules.reading.plain import Plain
from anlan.warning.rules.reading.vocabulary import (
    COLOUR_WORDS,
    COLOURS,
    GRADE_WORDS,
    GRADES,
    HAZARD_WORDS,
    HAZARDS,
    VERB_WORDS,
    VERBS,
    Verb,
)
from anlan.warning.rules.signal import Hazard, Level

_BETWEEN: Final = r"(?:灾害)?(?:气象)?(?:风险)?(?:等级)?"
_OLD_WORDS: Final = "特别严重|特别重大|严重|较重|较大|重大|一般"
_NAMED: Final = re.compile(
    rf"(?:(?P<h>{HAZARDS}){_BETWEEN}(?:[(]?(?P<c>{COLOURS})[)]?(?:[(](?P<g3>{GRADES})[)])?"
    rf"|(?P<g>{GRADES})(?:[(](?P<c3>{COLOURS})[)])?)?{_BETWEEN}"
    rf"|(?P<c1>{COLOURS})(?:等级)?(?P<h1>{HAZARDS}){_BETWEEN})"
    r"预警(?:信号)?"
    rf"(?:[\[(/](?P<c2>{COLOURS})?[/、]?(?P<g2>{GRADES}|IV|I{{1,3}})?[/、]?(?:{_OLD_WORDS})?[\])]?)?"
)
_NO_HAZARD: Final = re.compile(
    rf"(?:{VERBS})(?P<w>[\u4e00-\u9fff]{{2,10}}?)(?P<c>{COLOURS})预警(?:信号)?"
)
_SHORT: Final = {"升": Verb.RAISED, "降": Verb.LOWERED}
_JOINED: Final = re.compile(r"[、,]?(?:和|及|与|以及|暨)|、")
_TO: Final = re.compile(
    rf"(?P<v>{VERBS}|更换|升|降)?(?:发布)?(?:为|至|到|成)(?P<h>{HAZARDS})?{_BETWEEN}(?P<c>{COLOURS})"
    r"(?:预警)?(?:信号)?"
)
_LIFTED: Final = re.compile(
    rf"[,]?[已现将于在]*(?:一并|同时)?(?P<t>{PRINTED.pattern})?(?:起)?[,]?"
    r"(?:[已现]?予以|一并|同时)?(?P<v>解除|取消|撤销)"
)
_TIME_BEHIND: Final = re.compile(rf"[(\[]?(?P<t>{PRINTED.pattern})(?:发布|签发)?[)\]]")
_HARD_END: Final = re.compile(r"[。;!?】\]]|:(?!\d)|(?<!\d):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What one clause says. `verb` is None for a label."""

    verb: Verb | None
    verb_piece: Piece
    hazards: tuple[Hazard, ...]
    hazard_piece: Piece
    level: Level | None
    level_piece: Piece
    head: Head
    is_level_doubtful: bool = False
    from_level: Level | None = None
    unknown_hazard: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What a clause does with the warning that it names."""

    verb: Verb | None
    piece: Piece
    end: int
    to: re.Match[str] | None = None
    later_time: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _SaidLevel:
    level: Level | None
    piece: Piece
    is_doubtful: bool


def acts_of(plain: Plain) -> tuple[Act, ...]:
    """Every act and label of a text, in its order."""
    found: list[Act] = []
    start = 0
    for named in _mentions(plain.text):
        if named.start() < start:
            continue
        begin = max(start, _clause_start(plain.text, named.start()))
        is_joined = bool(found) and bool(_JOINED.fullmatch(plain.text, start, named.start()))
        if "w" in named.groupdict():
            act, start = _unknown(plain, begin, named), named.end()
        else:
            act, start = _act(plain, begin, named)
        found.append(_like_the_last(act, found[-1]) if is_joined and act.verb is None else act)
    return tuple(found)


def _like_the_last(act: Act, last: Act) -> Act:
    """A warning that is named with the one before it ("解除甲预警和乙预警") shares its verb."""
    return replace(act, verb=last.verb, verb_piece=last.verb_piece, head=last.head)


def _mentions(text: str) -> list[re.Match[str]]:
    found = list(_NAMED.finditer(text))
    taken = [each.span() for each in found]
    found += [
        each
        for each in _NO_HAZARD.finditer(text)
        if not any(start < each.end() and each.start() < end for start, end in taken)
    ]
    return sorted(found, key=lambda each: each.start())


def _clause_start(text: str, before: int) -> int:
    return max((each.end() for each in _HARD_END.finditer(text, 0, before)), default=0)


def _act(plain: Plain, begin: int, named: re.Match[str]) -> tuple[Act, int]:
    """The act of a warning that is named, and where the next may begin."""
    prefix = plain.text[begin : named.start()]
    verb = main_verb(prefix)
    turn = _turn(plain, begin, named, verb)
    head = head_of(plain, begin, prefix, verb, turn.later_time)
    said = _said_level(plain, named)
    at = named.span("h") if named["h"] else named.span("h1")
    hazards = [HAZARD_WORDS[plain.text[slice(*at)]], *head.more_hazards]
    level, level_piece, old = said.level, said.piece, None
    if turn.to is not None:
        old, level = said.level, COLOUR_WORDS[turn.to["c"][0]]
        level_piece = piece(plain, *turn.to.span("c"))
        hazards += [HAZARD_WORDS[turn.to["h"]]] if turn.to["h"] else []
    act = Act(
        verb=turn.verb,
        verb_piece=turn.piece,
        hazards=tuple(dict.fromkeys(hazards)),
        hazard_piece=piece(plain, *at),
        level=level,
        level_piece=level_piece,
        head=head,
        is_level_doubtful=said.is_doubtful,
        from_level=old,
    )
    return act, turn.end


def _turn(plain: Plain, begin: int, named: re.Match[str], verb: VerbAt | None) -> _Turn:
    """The verb: behind the warning (升级为…, 已于…解除), else before it."""
    to = _TO.match(plain.text, named.end())
    if to is not None:
        word = to["v"] or (verb.word if verb else "")
        at = piece(plain, *(to.span("v") if to["v"] else to.span()))
        turned = _SHORT.get(word) or VERB_WORDS.get(word, Verb.CHANGED)
        return _Turn(verb=turned, piece=at, end=to.end(), to=to)
    later = _LIFTED.match(plain.text, named.end())
    if later is not None and (verb is None or verb.is_attribute):
        time = later.start("t") if later["t"] else None
        at = piece(plain, *later.span("v"))
        return _Turn(verb=Verb.LIFTED, piece=at, end=later.end(), later_time=time)
    if verb is None:
        return _Turn(verb=None, piece=Piece(), end=named.end())
    at = piece(plain, begin + verb.start, begin + verb.end)
    behind = None
    if not PRINTED.search(plain.text, begin, named.start()):
        behind = _TIME_BEHIND.match(plain.text, named.end())
    return _Turn(
        verb=VERB_WORDS[verb.word],
        piece=at,
        end=named.end(),
        later_time=behind.start("t") if behind else None,
    )


def _unknown(plain: Plain, begin: int, named: re.Match[str]) -> Act:
    """An act on a warning whose hazard no table knows."""
    prefix = plain.text[begin : named.start("w")]
    verb = main_verb(prefix)
    at = piece(plain, begin + verb.start, begin + verb.end) if verb else Piece()
    return Act(
        verb=VERB_WORDS[verb.word] if verb else None,
        verb_piece=at,
        hazards=(),
        hazard_piece=piece(plain, *named.span("w")),
        level=COLOUR_WORDS[named["c"][0]],
        level_piece=piece(plain, *named.span("c")),
        head=head_of(plain, begin, prefix, verb, None),
        unknown_hazard=named["w"],
    )


def _said_level(plain: Plain, named: re.Match[str]) -> _SaidLevel:
    """Level, where it stands, and whether colour and grade word contradict each other."""
    said: list[tuple[Level, tuple[int, int]]] = []
    hazard = HAZARD_WORDS[named["h"] or named["h1"]]
    for name in ("c", "c1", "c2", "c3"):
        if named[name]:
            said.append((COLOUR_WORDS[named[name][0]], named.span(name)))
    for name in ("g", "g2", "g3"):
        # Forest-fire danger counts upwards (五级 is the highest): its grade words name no colour.
        grade = GRADE_WORDS.get((named[name] or "").removesuffix("级"))
        if grade is not None and hazard is not Hazard.FOREST_FIRE:
            said.append((grade, named.span(name)))
    if not said:
        return _SaidLevel(level=None, piece=Piece(), is_doubtful=False)
    level, at = said[0]
    is_doubtful = len({each for each, _at in said}) > 1
    return _SaidLevel(level=level, piece=piece(plain, *at), is_doubtful=is_doubtful)
