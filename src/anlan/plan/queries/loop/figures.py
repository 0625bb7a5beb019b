"""The check of a control table as it stands."""

from anlan.base.rules.verdict import Verdict
from anlan.plan.models import ControlTable
from anlan.plan.rules.loop.control_figures import Nature, Sum, check_sum
from anlan.registers import queries as registers


def check_table(table: ControlTable) -> Verdict[Sum]:
    """All units' figures against the city's, whoever looks."""
    given = dict(table.figures.values_list("unit", "value"))
    units = {unit.short_name: given.get(unit.pk) for unit in registers.reporting_units()}
    return check_sum(table.city_value, units, Nature(table.nature))
