"""Two people paste at once: one message, one warning, nobody's paste is lost."""

import threading
from contextlib import closing
from typing import Any

import pytest
from django.db import OperationalError, connections

from anlan.warning.actions.receiving import receive_message
from anlan.warning.models import IssuedWarning, WarningMessage
from tests.registers.kept import make_kept_city, said
from tests.warning.life import AT, MINUTE, message

pytestmark = pytest.mark.django_db(transaction=True)


def pasted_at_once(asked: list[tuple[Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Every message received by a thread of its own, all starting together."""
    barrier, results, failures = threading.Barrier(len(asked)), [], []

    def paste(new: Any, how: dict[str, Any]) -> None:
        with closing(connections["default"]):
            barrier.wait()
            while True:
                try:
                    results.append(receive_message(new, **how))
                except OperationalError:  # locked: a person presses the button again
                    continue
                except Exception as error:
                    failures.append(error)
                return

    threads = [threading.Thread(target=paste, args=each) for each in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return results


def test_the_same_message_is_kept_once() -> None:
    make_kept_city()
    logins = ("bureau", "department", "bureau", "department")
    results = pasted_at_once([(message(), said(login)) for login in logins])
    assert len({result["id"] for result in results}) == 1
    assert sorted(result["is_repeated"] for result in results) == [False, True, True, True]
    assert (IssuedWarning.objects.count(), WarningMessage.objects.count()) == (1, 1)


def test_different_messages_make_one_warning_at_the_newest_level() -> None:
    make_kept_city()
    asked = [("issue", "blue", 0), ("raise", "yellow", 5), ("raise", "red", 9)]
    pasted_at_once(
        [
            (message(change=kind, level=level, issued_at=AT + minute * MINUTE), said())
            for kind, level, minute in asked
        ]
    )
    found = IssuedWarning.objects.get()
    assert (found.level, found.issued_at, found.messages.count()) == ("red", AT, 3)
