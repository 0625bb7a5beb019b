"""What of review points at records of the registers: for the relations tab and for merges."""

from django.db.models import Q

from anlan.base.keeping.pointing import page, points
from anlan.base.rules.labels import gettext_noop
from anlan.review.models import Improvement

OPEN_IMPROVEMENTS = Q(effect="", withdrawn_on__isnull=True)
"""What was checked or withdrawn is a fact of the body as it was then."""
CARRIED_OUT = gettext_noop("Improvements")

REFERENCES = (
    points(Improvement, "owner", CARRIED_OUT, page("improvement"), open_rows=OPEN_IMPROVEMENTS),
    points(Improvement, "person", CARRIED_OUT, page("improvement")),
    points(Improvement, "unit", CARRIED_OUT, page("improvement")),
)
