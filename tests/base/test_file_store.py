"""The one store of files: once under the digest, whole or not at all, proven when read."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.errors import NotFound
from anlan.base.file_store import ATTACHMENTS, EVIDENCE, STORES, FileLost
from anlan.base.journal.content import plain_digest
from anlan.site.backup.contents import TAKEN_FOLDERS

CONTENT = "现场记录".encode()


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.ANLAN_HOME = tmp_path
    return tmp_path


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("store", "folder"), [(ATTACHMENTS, "attachments"), (EVIDENCE, "evidence")]
)
def test_files_lie_where_older_versions_put_them(home: Path, store: Any, folder: str) -> None:
    digest = plain_digest(CONTENT)
    old = home / folder / digest[:2] / digest
    old.parent.mkdir(parents=True)
    old.write_bytes(CONTENT)
    assert store.content(digest) == CONTENT
    assert store.keep(CONTENT) == digest
    assert files_of(home) == [old]


def test_every_store_is_in_the_backup() -> None:
    assert {store.folder for store in STORES} <= set(TAKEN_FOLDERS)


def test_the_same_content_is_kept_once_and_apart_in_each_store(home: Path) -> None:
    assert EVIDENCE.keep(CONTENT) == EVIDENCE.keep(CONTENT) == ATTACHMENTS.keep(CONTENT)
    assert len(files_of(home)) == 2
    ATTACHMENTS.drop(plain_digest(CONTENT))
    ATTACHMENTS.drop(plain_digest(CONTENT))
    assert EVIDENCE.content(plain_digest(CONTENT)) == CONTENT
    with pytest.raises(FileLost):
        ATTACHMENTS.content(plain_digest(CONTENT), name="现场记录.txt")


@pytest.mark.parametrize("altered", [b"", CONTENT[:-1], b"x" + CONTENT[1:]])
def test_what_was_altered_is_not_given_out_and_is_put_right_by_keeping_it_again(
    altered: bytes,
) -> None:
    digest = EVIDENCE.keep(CONTENT)
    EVIDENCE.place(digest).write_bytes(altered)
    with pytest.raises(FileLost):
        EVIDENCE.content(digest)
    EVIDENCE.keep(CONTENT)
    assert EVIDENCE.content(digest) == CONTENT


@pytest.mark.parametrize("point", ["fsync", "replace"])
def test_a_full_disk_leaves_nothing_half_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    def fail(*_given: Any, **_named: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if point == "fsync" else (Path, "replace")), fail)
    with pytest.raises(OSError, match="No space"):
        EVIDENCE.keep(CONTENT)
    monkeypatch.undo()
    assert files_of(home) == []
    assert EVIDENCE.content(EVIDENCE.keep(CONTENT)) == CONTENT


@pytest.mark.parametrize("digest", ["", "../../keys", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_digest_leads_nowhere(digest: str) -> None:
    with pytest.raises(NotFound):
        EVIDENCE.content(digest)
    with pytest.raises(NotFound):
        EVIDENCE.drop(digest)


@given(st.binary(max_size=2000))
def test_what_was_kept_comes_back(content: bytes) -> None:
    assert EVIDENCE.content(EVIDENCE.keep(content)) == content
