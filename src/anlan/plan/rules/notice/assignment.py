"""Which bodies a stretch of text assigns its work to, and the words that do it.

Source: House rule: work is assigned by a bracket that ends with an assignment formula (or, behind
the end of a sentence, holds nothing but bodies), by a label (责任单位：…), or by a sentence that
consists of nothing but bodies and formula, or begins so (由A局牵头完成普查). 负责 anywhere
else assigns nothing.
列第一位者为牵头单位 is the text's own rule and makes first bodies leads; 下同 makes it hold from
there on.
Units and valid range: clean positions; brackets longer than `LONGEST` characters are not read.
Edge cases: a bracket that nobody closed; several brackets, whose bodies are put together with
their roles; words that look like an assignment and are not understood are handed back as
`doubtful`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from anlan.plan.rules.notice.formula import FIRST_LEADS, Formula, Grant, Role, read_formula
from anlan.plan.rules.notice.label import (
    HAS_UNIT_LABEL,
    Label,
    Meaning,
    label_at,
    spaced_label_at,
)
from anlan.plan.rules.notice.mask import CLOSING, Masked, groups, mask, unclosed
from anlan.plan.rules.notice.normalise import CleanText
from anlan.plan.rules.notice.unit import (
    HOLE,
    STRONG,
    STRONG_SUFFIX,
    is_body,
    is_possible,
    split_names,
)

LONGEST: Final = 4000
ROLES: Final = {
    Meaning.LEAD: Role.LEAD,
    Meaning.SUPPORT: Role.SUPPORT,
    Meaning.HELP: Role.HELP,
}
_SLOGAN = re.compile(
    r"谁.{1,6}谁|党委领导|政府主导|社会协同|公众参与|分级负责|统一领导|属地管理|齐抓共管"
)
_LOOKS_LIKE = re.compile(
    rf"(?:{STRONG})[{HOLE}]?(?:按.{{0,12}})?(?:负责|牵头|配合|参与|落实)(?![^,;。]*的)"
)
_UNKNOWN_LABEL = re.compile(r"[;,][^;,:、。()]{2,12}:")
_FURTHER = re.compile(r"[;,](?=[^;,:。]*(?:负责|牵头|落实|配合)(?:实施|落实)?(?:$|[;,)\]】〕。]))")
_SENTENCE = re.compile(r"[^。;]+")
_SENTENCE_FORMULA = re.compile(
    r"牵头|按.{0,6}职责|会同|(?:分工|共同|分别|具体)负责|由[^,]{2,80}负责|以[^,]{2,30}为主"
)
_WHOLE_FORMULA = re.compile(
    r"牵头|按.{0,6}职责|会同|(?:分工|共同|分别|具体)负责|^[^,由]{0,10}由[^,]{2,80}负责|以[^,]{2,30}为主"
)
_TALKS = "会商|召集|召开|研判|协商"
_BY_WHOM = re.compile(
    rf"以(?=[^,]{{2,30}}为主)|(?<!凡)由(?=[^,由]{{2,60}}(?:牵头(?!{_TALKS}|而|的)|负责(?!解释)))"
)
_NAMES_A_LEAD = re.compile(
    rf"(?:{STRONG})[{HOLE}]?(?:共同)?牵头(?!单位|部门|的|人|领导|机构|制|责任|职责|作用|{_TALKS})"
)
_WITH_DEED = re.compile(r"负责|配合|协助|参与")
_DEED = re.compile(
    r"(?<=牵头)(?=[\u4e00-\u9fff])|(?<=[^,](?:配合|协助|参与|参加))(?=[\u4e00-\u9fff])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who does it and in which role; `start` and `end` enclose the words that say so."""

    start: int
    end: int
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything in one stretch of text.

    `due` are the stretches behind 完成时限, `marks` where assignments and labels start.
    """

    assignments: tuple[Assignment, ...] = ()
    due: tuple[tuple[int, int], ...] = ()
    doubtful: tuple[tuple[int, int], ...] = ()
    marks: tuple[int, ...] = ()


class _Finder:
    def __init__(self, source: CleanText, start: int, end: int) -> None:
        self.source = source
        self.text = source.text
        self.start = start
        self.end = end
        self.assignments: list[Assignment] = []
        self.due: list[tuple[int, int]] = []
        self.doubtful: list[tuple[int, int]] = []
        self.taken: list[tuple[int, int]] = []

    # -- brackets ---------------------------------------------------------------------------

    def read_brackets(self) -> None:
        found = groups(self.text, self.start, self.end)
        opened = unclosed(self.text, self.start, self.end)
        for start, end in found:
            self.read_bracket(start, end, end - 1)
        if opened is not None:
            end = self.end
            while end > opened + 1 and self.text[end - 1] in "。" + CLOSING:
                end -= 1
            self.read_bracket(opened, end, end)

    def read_bracket(self, start: int, end: int, inner_end: int) -> None:
        if end - start > LONGEST or (inner_end < end and label_at(self.text, start, end)):
            return
        if label_at(self.text, start + 1, inner_end) is not None:
            self.read_labels(start + 1, inner_end, whole=(start, end))
            return
        labelled = self.label_behind(start + 1, inner_end)
        if labelled is not None:
            self.read_labels(labelled, inner_end, whole=(start, end))
            inner_end = labelled - 1
        masked = mask(self.source, start + 1, inner_end).without(FIRST_LEADS)
        formula = read_formula(self.trimmed(masked))
        if formula is None or not self.counts(formula, start, end):
            self.doubt(masked, start, end)
            return
        self.add(formula, masked, start, end)

    def label_behind(self, start: int, end: int) -> int | None:
        """Where labels start behind words without a label (A局负责；完成时限：…)."""
        for sign in re.finditer(r"[;,。]", self.text[start:end]):
            if label_at(self.text, start + sign.end(), end) is not None:
                return start + sign.end()
        return None

    def trimmed(self, masked: Masked) -> Masked:
        kept = masked.text.rstrip("。;,、")
        return masked.part(0, len(kept)) if len(kept) < len(masked.text) else masked

    def counts(self, formula: Formula, start: int, end: int) -> bool:
        """Names without a verb assign only behind a sentence's end or at the item's very end."""
        if not formula.bare:
            return True
        names = [name for grant in formula.grants for name in grant.names]
        if not formula.certain:
            return False
        before = self.text[start - 1] if start > self.start else "。"
        follows = self.text[end : end + 1]
        several = len(names) > 1 or names[0].startswith(("各", "有关", "相关", "市直", "县直"))
        if before in "。;!?":
            ends = follows in ("", "。") or end >= self.end or self.starts_line(end)
            return ends or several
        rest = self.text[end : self.end].strip("。;")
        return not rest and several

    def starts_line(self, position: int) -> bool:
        return bool(self.source.broken(position - 1, position + 1)) or position >= self.end

    def doubt(self, masked: Masked, start: int, end: int) -> None:
        words = masked.text.rstrip("。;,、")
        if not _SLOGAN.search(words) and _LOOKS_LIKE.search(words):
            self.doubtful.append((start, end))

    def add(self, formula: Formula, masked: Masked, start: int, end: int) -> None:
        grants = tuple(
            Grant(
                role=grant.role,
                names=tuple(masked.shown(name) for name in grant.names),
                open_ended=grant.open_ended,
            )
            for grant in formula.grants
        )
        self.assignments.append(Assignment(start=start, end=end, grants=grants))
        self.taken.append((start, end))

    # -- labels -----------------------------------------------------------------------------

    def read_labels(self, start: int, end: int, whole: tuple[int, int] | None = None) -> None:
        """Labels from start on; `whole` is the bracket that holds them all."""
        labels = list(self.labels_in(start, end))
        if not labels:
            return
        bounds = [label.start for label in labels[1:]] + [end]
        for label, bound in zip(labels, bounds, strict=True):
            span = whole or (label.start, self.value_end(label, bound))
            value_end = bound if whole else span[1]
            self.read_value(label, value_end, span)
        if whole is not None:
            self.taken.append(whole)

    def labels_in(self, start: int, end: int) -> Iterator[Label]:
        at = start
        edges = set(self.source.broken(start, end))
        inside = iter(groups(self.text, start, end))
        group = next(inside, None)
        for position in sorted({start, *edges, *self.after_ends(start, end)}):
            while group is not None and group[1] <= position:
                group = next(inside, None)
            nested = group is not None and group[0] < position < group[1]
            if position < at or nested or self.is_taken(position):
                continue
            label = label_at(self.text, position, end)
            if label is None and position in edges:
                label = spaced_label_at(self.text, position, edges)
            if label is not None:
                at = label.end
                yield label

    def after_ends(self, start: int, end: int) -> Iterator[int]:
        for sign in re.finditer(r"[。;:!?,)】\]〕]", self.text[start:end]):
            yield start + sign.end()

    def is_taken(self, position: int) -> bool:
        return any(start <= position < end for start, end in self.taken[-8:])

    def value_end(self, label: Label, bound: int) -> int:
        """A value ends at 。, or at a line's end behind a complete name."""
        stop = self.text.find("。", label.end, bound)
        end = stop if stop >= 0 else bound
        for position in self.source.broken(label.end, end):
            left = self.text[label.end : position]
            if left and left[-1] not in "、,和及" and STRONG_SUFFIX.search(left):
                right = self.text[position : position + 60]
                if not right.startswith(
                    ("、", ",", "(", "等", "和", "及", "按", "交警", "牵头")
                ) and (not self.is_names(position, end)):
                    return position
        return end

    def is_names(self, start: int, end: int) -> bool:
        names = split_names(mask(self.source, start, min(end, start + LONGEST)).text).names
        return bool(names) and all(is_body(name) for name in names)

    def read_value(self, label: Label, end: int, span: tuple[int, int]) -> None:
        end = self.read_rest(label, end, span)
        if label.meaning is Meaning.DUE:
            self.due.append((label.end, end))
            self.taken.append((label.start, end))
            return
        if label.meaning in (Meaning.PERSON, Meaning.OTHER):
            self.taken.append((label.start, min(end, label.end + 60)))
            return
        role = ROLES[label.meaning]
        masked = self.trimmed(mask(self.source, label.end, min(end, label.end + LONGEST)))
        masked = self.trimmed(masked.without(FIRST_LEADS))
        formula = read_formula(masked, role) or self.plain(masked, role)
        if formula is not None:
            self.add(formula, masked, *span)
        elif masked.text and masked.text not in ("无", "/", "—", "——", "-"):
            self.doubtful.append((label.start, end))

    def read_rest(self, label: Label, end: int, span: tuple[int, int]) -> int:
        """Cut a value off where another thought starts; read that as words without label."""
        units = label.meaning in ROLES
        pattern = _UNKNOWN_LABEL if units else _FURTHER
        found = self.outside_brackets(pattern, label.end, min(end, label.end + LONGEST))
        if found is None:
            return end
        masked = self.trimmed(mask(self.source, found.start() + 1, end))
        formula = read_formula(masked)
        if formula is not None and not formula.bare:
            self.add(formula, masked, *span)
        elif units:
            self.doubtful.append((found.start() + 1, end))
        return found.start()

    def outside_brackets(
        self, pattern: re.Pattern[str], start: int, end: int
    ) -> re.Match[str] | None:
        """The first match that no inner bracket holds."""
        found = pattern.search(self.text, start, end)
        if found is None:
            return None
        inside = groups(self.text, start, end)
        while found is not None and any(a < found.start() < b for a, b in inside):
            found = pattern.search(self.text, found.end(), end)
        return found

    def plain(self, masked: Masked, role: Role) -> Formula | None:
        """Behind a label a short unknown name is a body's, too."""
        found = split_names(masked.text, masked.breaks)
        if not found.names or not all(
            is_possible(name) and len(name) < 25 for name in found.names
        ):
            return None
        grant = Grant(role=role, names=found.names, open_ended=found.open_ended)
        return Formula(grants=(grant,), bare=True, certain=False)

    # -- sentences --------------------------------------------------------------------------

    def read_sentences(self) -> None:
        """A sentence of nothing but bodies and formula, when nothing else assigned anything."""
        tail = self.text[max(self.start, self.end - 2 * LONGEST) : self.end]
        offset = self.end - len(tail)
        if not _SENTENCE_FORMULA.search(tail):
            return
        for found in _SENTENCE.finditer(tail):
            words = found[0]
            if len(words) > LONGEST // 4 or not _SENTENCE_FORMULA.search(words):
                continue
            start, end = offset + found.start(), offset + found.end()
            masked = mask(self.source, start, end)
            formula = self.formula_of_sentence(masked)
            if formula is not None:
                self.add(formula, masked, start, end)
            elif _NAMES_A_LEAD.search(masked.text):
                self.doubtful.append((start, end))

    def formula_of_sentence(self, masked: Masked) -> Formula | None:
        """A sentence of bodies and formula, or its beginning, before what they do; or what stands
        behind each 由 in it (燃气由A局牵头，供热由B局牵头)."""
        if _WHOLE_FORMULA.search(masked.text):
            whole = self.formula_at(masked)
            if whole is not None:
                return whole
        starts = [found.start() for found in _BY_WHOM.finditer(masked.text)]
        grants: list[Grant] = []
        for start, end in pairwise([*starts, len(masked.text)]):
            part = masked.part(start, end)
            behind_comma = start > 0 and masked.text[start - 1] == ","
            if behind_comma and part.text.startswith("由") and "牵头" not in part.text:
                continue
            formula = self.formula_at(part)
            if formula is not None:
                grants.extend(formula.grants)
        return Formula(grants=tuple(grants), bare=False, certain=True) if grants else None

    def formula_at(self, masked: Masked) -> Formula | None:
        ends = {len(masked.text)}
        ends |= {found.start() for found in re.finditer(",", masked.text)}
        ends |= {found.start() for found in _DEED.finditer(masked.text)}
        if masked.text.startswith("由"):
            ends |= {found.end() for found in re.finditer("负责(?!解释)", masked.text)}
        for end in sorted(ends, reverse=True):
            formula = read_formula(masked.part(0, end))
            if formula is not None and not formula.bare and self.all_bodies(formula):
                grants = [*formula.grants, *self.further_grants(masked, end)]
                return replace(formula, grants=tuple(grants))
        return None

    def further_grants(self, masked: Masked, start: int) -> Iterator[Grant]:
        """Bodies behind the assignment, each with a deed of its own (…，市财政局负责争取资金)."""
        for segment in re.finditer(r"[^,]+", masked.text[start:]):
            verb = _WITH_DEED.search(segment[0])
            if verb is None:
                continue
            at = start + segment.start()
            formula = read_formula(masked.part(at, at + verb.end()))
            if formula is not None and not formula.bare and self.all_bodies(formula):
                yield from formula.grants

    def all_bodies(self, formula: Formula) -> bool:
        return all(
            is_body(name) and len(name) < 25 for grant in formula.grants for name in grant.names
        )


def find_assignments(
    source: CleanText, start: int, end: int, *, with_sentences: bool = True
) -> Found:
    """Read one item's own text; `with_sentences` also where it assigns without any mark."""
    finder = _Finder(source, start, end)
    words = source.text[start:end]
    if BRACKETED.search(words):
        finder.read_brackets()
    if HAS_UNIT_LABEL.search(words) or ":" in words:
        finder.read_labels(start, end)
    if with_sentences and not finder.assignments:
        finder.read_sentences()
    return Found(
        assignments=tuple(finder.assignments),
        due=tuple(finder.due),
        doubtful=tuple(finder.doubtful),
        marks=tuple(sorted(taken[0] for taken in finder.taken)),
    )


BRACKETED: Final = re.compile(r"[(\[【〔]")
