"""What goes with improvements that come by a file or by the administration."""

from anlan.base.journal.recording import Recording
from anlan.registers.access import require_keeping
from anlan.review.actions.errors import CheckTooEarly
from anlan.review.actions.figures import set_out
from anlan.review.actions.terms import owner_term
from anlan.review.models import Improvement


def prepare_improvement(rec: Recording, row: Improvement, stored: Improvement | None) -> None:
    """A new one gets its figure and its term, as on the screen; days that are past are taken, for
    lists that were kept elsewhere."""
    require_keeping(rec.actor, row.owner.unit.code, row.owner.code)
    if row.check_on < row.due_on:
        raise CheckTooEarly(field="check_on", day=row.due_on.isoformat())
    if stored is None:
        set_out(rec, row)
        if row.due_on >= row.before_on:
            row.due = owner_term(rec, row)


def follow_improvement(rec: Recording, row: Improvement, stored: Improvement | None) -> None:
    """Nothing goes with it."""
