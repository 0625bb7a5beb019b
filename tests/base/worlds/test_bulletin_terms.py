"""Bulletins of an exercise ask for their approval there, and nowhere else."""

import datetime as dt
from pathlib import Path
from typing import Any

from anlan.base import clock
from anlan.base.due.queries import my_work
from anlan.base.identity import new_id
from anlan.base.journal.sealing import seal
from anlan.base.models import Due
from anlan.base.worlds import forks
from anlan.warning.actions.bulletins.drafting import submit_bulletin, write_bulletin
from anlan.warning.actions.bulletins.reviewing import approve_bulletin
from anlan.warning.actions.bulletins.terms import SUBJECT
from tests.base.worlds.test_sweeping_exercises import exercise
from tests.warning.bulletin_life import draft, row


def test_an_exercise_has_its_own_terms(city: None, home: Path, keeper: Any, actor_as: Any) -> None:
    seal(clock.now())
    fork = exercise("审批演练", keeper)
    live = Due.objects.filter(subject_model=SUBJECT).count()
    with forks.inside(fork):

        def told(login: str) -> dict[str, Any]:
            how = {"actor": actor_as(login), "now": clock.now(), "reason": "演练"}
            return how | {"request_id": new_id().hex}

        day = {"expires_at": clock.now() + dt.timedelta(hours=6), "owner": "演示·省水利厅"}
        made = row(write_bulletin(draft(level="red", **day), **told("department")))
        found = row(submit_bulletin(made.pk, expected_version=made.version, **told("department")))
        term = Due.objects.get(pk=found.due)
        assert str(found.pk) in {due.subject_key for due in my_work(actor_as("bureau").scope)}
        how = told("bureau") | {"signer": "市长", "expected_version": found.version}
        approve_bulletin(found.pk, **how)
        term.refresh_from_db()
        assert term.state == "answered"
    assert Due.objects.filter(subject_model=SUBJECT).count() == live
