"""A text set beside what is in force: matched names, and the edition it would replace."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from anlan.plan.models import Correction, Notice, NoticeEdition
from anlan.plan.queries.directory import targets_for
from anlan.plan.rules.corrections import Corrected, Field, lay_over
from anlan.plan.rules.matching import Match, MatchState, match_name
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import Clause, Mode, ParsedNotice
from anlan.registers import queries as registers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text would bring. `current` is the edition in force of the same number."""

    parsed: ParsedNotice
    matches: dict[str, Match]
    current: NoticeEdition | None

    @property
    def assigned(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.parsed.clauses if clause.mode is not Mode.NONE)

    @property
    def unmatched(self) -> list[Match]:
        return [m for m in self.matches.values() if m.state is MatchState.OPEN]

    @property
    def unread_chars(self) -> int:
        return self.parsed.coverage.chars - self.parsed.coverage.read


def reading_of(parsed: ParsedNotice, scope: Any) -> Reading:
    unit = registers.city_unit()
    names = dict.fromkeys(name for clause in parsed.clauses for name in clause.units())
    known = targets_for(unit.code).known if unit else None
    number = parsed.document.number
    current = None
    if number and unit:
        notice = Notice.objects.visible_to(scope).filter(unit=unit, number=number).first()
        current = notice and NoticeEdition.objects.get(
            notice=notice, edition=notice.current_edition
        )
    return Reading(
        parsed=parsed,
        matches={name: match_name(name, known) for name in names} if known else {},
        current=current,
    )


@lru_cache(maxsize=8)
def _parsed(digest: str, text: str) -> ParsedNotice:
    return parse(text)


def parsed_edition(edition: NoticeEdition) -> ParsedNotice:
    """An edition as it was read, corrections of people laid over."""
    return corrected_as(_parsed(str(edition.pk), edition.text), edition)


def corrected_as(parsed: ParsedNotice, edition: NoticeEdition) -> ParsedNotice:
    """A text with the corrections of the notice that `edition` belongs to."""
    corrections = [
        Corrected(item=row.item_key, field=Field(row.field), value=row.corrected_to)
        for row in Correction.objects.filter(notice=edition.notice_id)
    ]
    return replace(parsed, clauses=lay_over(parsed.clauses, corrections))
