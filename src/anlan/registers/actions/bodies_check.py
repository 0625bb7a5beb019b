"""The dry run of an upload of bodies: every row against the register and the other rows.

RowRefused (row_errors.py)
├── UnknownKind           the kind is none of the register's
├── BadCode               a code holds other signs than small letters, digits and hyphens
├── CodeOfAnother         the code belongs to a body of another unit
└── NameOfAnother         another body of the unit has that name
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pypinyin import lazy_pinyin

from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.registers.actions.naming import units_by_name
from anlan.registers.actions.row_errors import (
    CellMissing,
    CellTooLong,
    InventedRow,
    NoSuchUnit,
    RepeatedRow,
    RowError,
    RowRefused,
    may_be_invented,
)
from anlan.registers.choices import BodyKind, Mark, UnitKind
from anlan.registers.models import Body, ReportingUnit
from anlan.registers.rules.body_name import plain
from anlan.registers.rules.invented import is_invented

LIMITS = {"full_name": 120, "short_name": 60, "unit": 60, "code": 60, "source": 200}
_CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


class UnknownKind(RowRefused):
    code = "unknown-kind"
    message = gettext_noop("“{printed}” is no kind of body. Use one of: {kinds}.")


class BadCode(RowRefused):
    code = "bad-code"
    message = gettext_noop(
        "A code has small Latin letters, digits and hyphens. Leave it empty and one is made."
    )


class CodeOfAnother(RowRefused):
    code = "code-of-another"
    message = gettext_noop("The code “{printed}” is that of {name}. Leave the code empty.")


class NameOfAnother(RowRefused):
    code = "name-of-another"
    message = gettext_noop("{name} has this name already, in the same unit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLine:
    """One row as it was typed. `row` is its line in the file."""

    row: int
    full_name: str
    short_name: str
    unit: str
    kind: str = ""
    code: str = ""
    source: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBody:
    """`outcome`: new, renamed (full name set right), confirmed (same name, the city vouches for
    it now), unchanged."""

    line: BodyLine
    unit: ReportingUnit
    body: Body | None
    code: str
    kind: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodiesPlan:
    """What an import would do. Nothing is imported while there are errors."""

    bodies: tuple[PlannedBody, ...] = ()
    errors: tuple[RowError, ...] = ()

    def count(self, outcome: str) -> int:
        return sum(planned.outcome == outcome for planned in self.bodies)


def check_bodies(lines: Sequence[BodyLine]) -> BodiesPlan:
    """Repair and check every row; reads the register once."""
    check = _Check()
    bodies = [check.body(_repaired(line)) for line in lines]
    return BodiesPlan(bodies=tuple(b for b in bodies if b is not None), errors=tuple(check.errors))


def _repaired(line: BodyLine) -> BodyLine:
    return replace(
        line,
        full_name=plain(line.full_name),
        short_name=plain(line.short_name),
        unit=line.unit.strip(),
        kind=line.kind.strip(),
        code=line.code.strip().lower(),
        source=line.source.strip(),
    )


class _Check:
    """Compares rows with the register and with each other."""

    def __init__(self) -> None:
        bodies = list(Body.objects.select_related("unit"))
        self.units = {unit.code: unit for unit in ReportingUnit.objects.all()}
        self.spellings = units_by_name()
        self.kinds = _kinds()
        self.by_code = {body.code: body for body in bodies}
        self.by_short = {(b.unit.code, plain(b.short_name)): b for b in bodies}
        self.by_full = {(b.unit.code, plain(b.full_name)): b for b in bodies}
        self.allows_invented = may_be_invented()
        self.rows: dict[tuple[str, str], int] = {}
        self.codes = set(self.by_code)
        self.errors: list[RowError] = []

    def body(self, line: BodyLine) -> PlannedBody | None:
        unit = self.units.get(self.spellings.get(plain(line.unit), ""))
        kind = self.kinds.get(line.kind.lower(), "")
        refusal = self._in_itself(line, unit, kind)
        if refusal is None and unit is not None:
            refusal = self._beside_others(line, unit)
        if refusal is not None or unit is None:
            self.errors.append(RowError(row=line.row, refusal=refusal or CellMissing()))
            return None
        body = self._known(line, unit)
        code = body.code if body else line.code or self._new_code(line, unit)
        self.codes.add(code)
        return PlannedBody(
            line=line, unit=unit, body=body, code=code, kind=kind, outcome=_outcome(line, body)
        )

    def _known(self, line: BodyLine, unit: ReportingUnit) -> Body | None:
        by_code = self.by_code.get(line.code) if line.code else None
        return by_code or self.by_short.get((unit.code, line.short_name))

    def _in_itself(self, line: BodyLine, unit: ReportingUnit | None, kind: str) -> Invalid | None:
        for name, limit in LIMITS.items():
            text = getattr(line, name)
            if not text and name in ("full_name", "short_name", "unit"):
                return CellMissing(field=name)
            if len(text) > limit:
                return CellTooLong(field=name, limit=limit)
        names = (line.full_name, line.short_name, line.source)
        if not self.allows_invented and is_invented(names=names, mark=line.mark):
            return InventedRow(field="full_name")
        if unit is None:
            return NoSuchUnit(field="unit", printed=line.unit)
        if not kind:
            kinds = "、".join(str(label) for label in BodyKind.labels)
            return UnknownKind(field="kind", printed=line.kind, kinds=kinds)
        return BadCode(field="code") if line.code and not _CODE.match(line.code) else None

    def _beside_others(self, line: BodyLine, unit: ReportingUnit) -> Invalid | None:
        keys = {(unit.code, line.short_name), (unit.code, line.full_name), ("code", line.code)}
        keys -= {("code", "")}
        for key in keys:
            if key in self.rows:
                return RepeatedRow(field="short_name", row=self.rows[key])
        self.rows.update(dict.fromkeys(keys, line.row))
        body = self._known(line, unit)
        if body is not None and body.unit.code != unit.code:
            return CodeOfAnother(field="code", printed=line.code, name=_named(body))
        for name, others in (("full_name", self.by_full), ("short_name", self.by_short)):
            other = others.get((unit.code, getattr(line, name)))
            if other is not None and other != body:
                return NameOfAnother(field=name, name=_named(other))
        return None

    def _new_code(self, line: BodyLine, unit: ReportingUnit) -> str:
        """Readable and stable: pinyin of the short name, the unit's code behind it."""
        short = line.short_name.removeprefix(unit.short_name)
        letters = "".join(lazy_pinyin(short, errors="ignore")).lower()
        tail = "" if unit.kind == UnitKind.CITY else f"-{unit.code}"
        stem = f"{letters[: LIMITS['code'] - len(tail) - 4] or 'body'}"
        code, number = f"{stem}{tail}", 2
        while code in self.codes:
            code, number = f"{stem}-{number}{tail}", number + 1
        return code


def _kinds() -> dict[str, str]:
    """Accepted spellings of a kind: its code, its label; nothing means a department."""
    spelled = {"": BodyKind.DEPARTMENT.value}
    for kind in BodyKind:
        spelled[kind.value] = kind.value
        spelled[str(kind.label).lower()] = kind.value
    return spelled


def _outcome(line: BodyLine, body: Body | None) -> str:
    if body is None:
        return "new"
    if body.full_name != line.full_name or body.short_name != line.short_name:
        return "renamed"
    return "unchanged" if body.mark == mark_of(line) else "confirmed"


def mark_of(line: BodyLine) -> str:
    """The city vouches for what it uploads; a demonstration uploads invented rows."""
    invented = is_invented(names=(line.full_name, line.source), mark=line.mark)
    return Mark.INVENTED.value if invented else Mark.VERIFIED.value


def _named(body: Body) -> str:
    return f"{body.short_name}（{body.unit.short_name}）"
