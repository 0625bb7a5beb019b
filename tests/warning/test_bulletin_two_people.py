"""Two people press at once: one bulletin is issued once, one follower wins, one approval counts."""

import threading
from contextlib import closing
from typing import Any

import pytest
from django.db import OperationalError, connections

from anlan.base.errors import Conflict, Refused
from anlan.warning.actions.bulletins.drafting import submit_bulletin, write_bulletin
from anlan.warning.actions.bulletins.issuing import issue_bulletin
from anlan.warning.actions.bulletins.reviewing import approve_bulletin
from anlan.warning.models import Bulletin, IssuedWarning, WarningMessage
from tests.warning.bulletin_life import approve, draft, give_right, issued, submit, write
from tests.warning.calling_life import make_called_city, told

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Any]) -> tuple[list[dict[str, Any]], list[Refused]]:
    """Every act by a thread of its own, all starting together."""
    barrier = threading.Barrier(len(acts))
    results: list[dict[str, Any]] = []
    refused: list[Refused] = []
    failures: list[Exception] = []

    def press(act: Any) -> None:
        with closing(connections["default"]):
            barrier.wait()
            while True:
                try:
                    results.append(act())
                except OperationalError:  # locked: a person presses the button again
                    continue
                except Refused as error:
                    refused.append(error)
                except Exception as error:
                    failures.append(error)
                return

    threads = [threading.Thread(target=press, args=(each,)) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return results, refused


def test_one_bulletin_is_issued_once() -> None:
    make_called_city()
    give_right()
    found = approve(submit(write()))
    how = [told(login) for login in ("department", "bureau", "department", "bureau")]

    def act(each: dict[str, Any]) -> Any:
        return lambda: issue_bulletin(found.pk, expected_version=found.version, **each)

    results, refused = at_once([act(each) for each in how])
    assert (len(results), len(refused)) == (1, 3)
    assert all(isinstance(error, Conflict) for error in refused)
    assert (IssuedWarning.objects.count(), WarningMessage.objects.count()) == (1, 1)


def test_one_follower_wins_and_the_other_is_told() -> None:
    make_called_city()
    give_right()
    first = issued()
    new = draft(change="raise", level="red", follows=first.pk)
    how = [told(login) for login in ("department", "bureau")]
    results, refused = at_once(
        [lambda each=each: write_bulletin(new, **each) for each in how]  # type: ignore[misc]
    )
    assert (len(results), len(refused)) == (1, 1)
    assert Bulletin.objects.filter(follows=first).count() == 1


def test_an_approval_and_a_new_submission_never_mix() -> None:
    make_called_city()
    give_right()
    found = submit(write())
    approving = told("bureau")
    submitting = told("department")
    results, refused = at_once(
        [
            lambda: approve_bulletin(
                found.pk, signer="市长", expected_version=found.version, **approving
            ),
            lambda: submit_bulletin(found.pk, expected_version=found.version, **submitting),
        ]
    )
    assert len(results) + len(refused) == 2
    assert len(results) == 1
    assert Bulletin.objects.get().state == "approved"
