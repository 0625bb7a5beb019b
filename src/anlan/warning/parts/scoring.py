"""The score of warnings and notices."""

from anlan.base.parts import (
    NavigationItem,
    Parts,
)
from anlan.base.rules.labels import gettext_noop
from anlan.warning.parts.common import WARNING
from anlan.warning.queries import (
    scoring_measures,
)
from anlan.warning.queries.scoring_records import may_score

SCORING = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Score of warnings"),
            url_name="warning-scores",
            group=WARNING,
            order=258,
            permits=may_score,
        ),
        NavigationItem(
            label=gettext_noop("Statistics of warnings"),
            url_name="warning-tallies",
            group=WARNING,
            order=259,
            permits=may_score,
        ),
    ),
    measures=scoring_measures.MEASURES,
)
