"""The journal's key file."""

import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from anlan.base.journal import keys


@pytest.fixture
def path(settings: Any, tmp_path: Path) -> Path:
    settings.ANLAN_JOURNAL_KEY_FILE = tmp_path / "keys" / "journal.key"
    return tmp_path / "keys" / "journal.key"


def test_it_is_made_once_for_the_owner_alone(path: Path) -> None:
    assert keys.make_key_if_absent()
    key = keys.journal_key()
    assert not keys.make_key_if_absent()
    assert keys.journal_key() == key
    assert len(key) == keys.KEY_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_many_that_start_together_share_one(path: Path) -> None:
    made: list[bool] = []
    threads = [
        threading.Thread(target=lambda: made.append(keys.make_key_if_absent())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [*[False] * 7, True]
    assert list(path.parent.iterdir()) == [path]


def test_no_key_and_a_bad_key_are_said(path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="no journal key"):
        keys.journal_key()
    path.parent.mkdir()
    path.write_text("00")
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        keys.journal_key()
