"""A real instance of the program in a process of its own, on a free port of loopback."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

START_WITHIN_S = 240


@dataclass(frozen=True)
class Served:
    """Where an instance answers, and its files."""

    url: str
    home: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path, *, demo: bool = True, **more: str) -> Iterator[Served]:
    """Start `anlan serve`, wait until it answers, stop it afterwards."""
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("ANLAN_")},
        "ANLAN_HOME": str(home),
        "ANLAN_DEMO": str(int(demo)),
        **more,
    }
    log = (home / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "anlan.site.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url, home)
        yield Served(url=url, home=home)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait(process: subprocess.Popen, url: str, home: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError((home / "serve.log").read_text())
