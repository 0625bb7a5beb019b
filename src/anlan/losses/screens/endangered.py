"""Who and what an incident endangers, as the page of an accident shows it."""

from django.utils.translation import gettext_lazy as _

from anlan.base.rules.verdict import UNKNOWN as UNDECIDED
from anlan.base.rules.verdict import Verdict
from anlan.base.screens.cells import Badge
from anlan.base.screens.register_object import Fact, fact
from anlan.losses.models import Accident
from anlan.losses.queries.accidents import near_serious_of
from anlan.registers.screens.common import UNKNOWN

PEOPLE = ("people_at_risk", "people_trapped", "people_evacuated", "people_observed")


def near_serious_badge(row: Accident) -> list[Badge]:
    """Said where it changes what is owed."""
    if near_serious_of(row).value is not True:
        return []
    text = _("reported like a relatively serious accident")
    return [Badge(text=text, tone="orange", icon="warn")]


def endangered_facts(row: Accident) -> list[Fact]:
    """A number that nobody said is unknown, never zero."""
    found = []
    for name in PEOPLE:
        value = getattr(row, name)
        label = Accident._meta.get_field(name).verbose_name
        found.append(fact(label, "" if value is None else str(value), missing=UNKNOWN))
    threat = row.get_threat_display() if row.threat else ""
    found.append(fact(_("what else is endangered"), threat, missing=_("nothing known")))
    return found


def yes_no(verdict: Verdict[bool]) -> str:
    if verdict.value is UNDECIDED:
        return str(_("not known yet"))
    return str(_("yes") if verdict.known() else _("no"))
