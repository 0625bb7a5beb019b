"""What bodies and people need when two of them turn out to be one."""

import datetime as dt

from anlan.base.clock import CITY_ZONE
from anlan.base.due.applying import apply_succession
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.choices import NameKind, UnitKind
from anlan.registers.models import Body, BodyName, Instrument, Person


class DifferentUnits(Invalid):
    code = "different-units"
    message = gettext_noop(
        "“{first}” and “{second}” belong to different reporting units: they are not one body."
    )


def absorb_body(rec: Recording, winner: Body, loser: Body, now: dt.datetime) -> None:
    """The names of both stay findable as other names; the merged body exists no longer. What it
    still owes, or waits for, is the other's from now on."""
    if winner.unit_id != loser.unit_id:
        raise DifferentUnits(first=str(winner), second=str(loser))
    today = now.astimezone(CITY_ZONE).date()
    former = Body.objects.get(pk=winner.pk)
    known = {winner.full_name, winner.short_name}
    known |= set(BodyName.objects.filter(body=winner).values_list("name", flat=True))
    names = (former.full_name, loser.full_name, loser.short_name)
    for name in dict.fromkeys(names):
        if name in known:
            continue
        row = BodyName(
            body=winner,
            kind=NameKind.ALIAS,
            name=name,
            only_in_unit=name == loser.short_name and winner.unit.kind != UnitKind.CITY,
            source=rec.reason[:200],
            mark=loser.mark,
        )
        validate(row)
        rec.add(row)
    if loser.valid_until is None or loser.valid_until > today:
        loser.valid_until = today
        rec.save(loser)
    apply_succession(rec, names=("body", "issuer"), old=loser.code, new=winner.code)


def absorb_person(rec: Recording, winner: Person, loser: Person, now: dt.datetime) -> None:
    """Posts and sign-in were pointed to the winner; the entry of the other person stays. What the
    other was asked by name is asked of the winner."""
    apply_succession(rec, names=("person",), old=str(loser.pk), new=str(winner.pk))


def absorb_instrument(
    rec: Recording, winner: Instrument, loser: Instrument, now: dt.datetime
) -> None:
    """Uses and requirements were pointed to the winner; the page of the other leads on."""
