"""Files outside the database: each kept once under its SM3 digest, which the journal names.

Each store is a folder of ANLAN_HOME; all of them are in a backup. What belongs to a store is told
by the rows that name its digests; a file that is no longer named by any is dropped by whoever
removed the last.
"""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.content import plain_digest
from anlan.base.rules.labels import gettext_noop

DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class FileLost(Invalid):
    code = "file-lost"
    message = gettext_noop(
        "The file “{name}” is missing from the store, or was altered there. Restore it from a "
        "backup, or attach it again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStore:
    """A folder of files by digest."""

    folder: str

    def keep(self, content: bytes) -> str:
        """Whole or not at all: written beside, flushed, then moved to its place. Its digest."""
        digest = plain_digest(content)
        place = self.place(digest)
        if place.is_file() and place.read_bytes() == content:
            return digest
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=place.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(place)
        except OSError:
            Path(beside).unlink(missing_ok=True)
            raise
        return digest

    def content(self, digest: str, *, name: str = "") -> bytes:
        """The bytes, proven by their digest; FileLost says the name that people know."""
        try:
            content = self.place(digest).read_bytes()
        except FileNotFoundError as error:
            raise FileLost(name=name or digest[:12]) from error
        if plain_digest(content) != digest:
            raise FileLost(name=name or digest[:12])
        return content

    def drop(self, digest: str) -> None:
        """Remove a file that no row names any more; quiet when it is gone."""
        self.place(digest).unlink(missing_ok=True)

    def place(self, digest: str) -> Path:
        """Where a file lies; NotFound for what is no digest."""
        if not DIGEST.fullmatch(digest):
            raise NotFound
        return Path(settings.ANLAN_HOME) / self.folder / digest[:2] / digest


ATTACHMENTS: Final = FileStore(folder="attachments")
"""Of records of any register."""
EVIDENCE: Final = FileStore(folder="evidence")
"""Of reports, deliverables, inspections, and workbooks that came back."""
CAP_FILES: Final = FileStore(folder="cap")
"""Warnings as they came as CAP."""
ASIDE: Final = FileStore(folder="aside")
"""Messages of brokers that always failed, as they came."""
STORES: Final = (ATTACHMENTS, EVIDENCE, CAP_FILES, ASIDE)
