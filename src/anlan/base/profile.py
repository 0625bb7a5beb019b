"""A profile: the data that make one city. A folder of TOML and CSV files, never code."""

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop


class ProfileIncomplete(Refused):
    code = "profile-incomplete"
    message = gettext_noop("The profile at {folder} lacks {file}. Restore it, then start again.")


@dataclass(frozen=True)
class Profile:
    """`folder` holds what is kept in version control, `build_folder` what was built from
    packages (outlines)."""

    folder: Path
    build_folder: Path

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The contents of `profile.toml`."""
        return self.table("profile.toml")

    @cached_property
    def sources(self) -> dict[str, Any]:
        return self.table("sources.toml")

    @property
    def edition(self) -> str:
        return str(self.meta["edition"])

    def table(self, name: str) -> dict[str, Any]:
        return tomllib.loads(self._path(name).read_text(encoding="utf-8"))

    def rows(self, name: str) -> list[dict[str, str]]:
        """Rows of a CSV file; an empty cell is the empty string."""
        with self._path(name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def built(self, name: str) -> dict[str, Any] | None:
        """A built GeoJSON file, or None when it was not built on this machine."""
        path = self.build_folder / name
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def source(self, key: str) -> str:
        """The words for a source key of the files: title and edition."""
        entry = self.sources.get(key)
        return key if entry is None else f"{entry['title']} ({entry['edition']})"

    def _path(self, name: str) -> Path:
        path = self.folder / name
        if not path.exists():
            raise ProfileIncomplete(folder=self.folder, file=name)
        return path
