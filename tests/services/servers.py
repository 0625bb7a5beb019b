"""Brokers of a test alone, on loopback: started from the files that operators copy, killed at will."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

CONFIGURATION = ROOT / "docs" / "operate" / "services"
ANSWERS_WITHIN_S = 20
USERS = ("anlan", "bureau", "county", "ghost")


def wait_for(port: int) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            os.sched_yield()
    raise AssertionError(f"nothing answers on {port}")


class Server:
    """A server that may be killed and started again on its own files."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port = folder, port
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd=self.folder
            )
        wait_for(self.port)

    def kill(self) -> None:
        """Signal 9: what was in memory alone is gone."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=ANSWERS_WITHIN_S)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=ANSWERS_WITHIN_S)


class Mosquitto(Server):
    """With users, rights and limits as in docs/operate/services."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port)
        text = (CONFIGURATION / "mosquitto.conf").read_text()
        for was, here in (
            ("listener 1883 127.0.0.1", f"listener {port} 127.0.0.1"),
            ("/etc/mosquitto/anlan", str(folder / "anlan")),
            ("/var/lib/mosquitto/", f"{folder}/"),
        ):
            assert was in text
            text = text.replace(was, here)
        if os.getuid() == 0:
            text += "user root\n"
        (folder / "conf").write_text(text)
        shutil.copy(CONFIGURATION / "mosquitto.acl", folder / "anlan.acl")
        passwords = folder / "anlan.passwords"
        passwords.write_text("".join(f"{name}:word-of-{name}\n" for name in USERS))
        subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)

    def command(self) -> list[str]:
        return [str(mosquitto()), "-c", str(self.folder / "conf")]


class Nats(Server):
    """JetStream; an older server does without the line that it does not know."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port)
        text = (CONFIGURATION / "nats.conf").read_text()
        for was, here in (("127.0.0.1:4222", f"127.0.0.1:{port}"), ("/var/lib/nats", str(folder))):
            assert was in text
            text = text.replace(was, here)
        version = subprocess.run([str(nats()), "-v"], capture_output=True, text=True).stdout
        if "v2.9" in version:
            text = text.replace("sync_interval: always", "")
        (folder / "conf").write_text(text)

    def command(self) -> list[str]:
        return [str(nats()), "-c", str(self.folder / "conf")]


def mosquitto() -> Path | None:
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    return Path(found) if found else None


def nats() -> Path | None:
    """The one of the development requirements; Debian's otherwise."""
    own = Path(sys.executable).with_name("nats-server")
    found = str(own) if own.exists() else shutil.which("nats-server", path="/usr/sbin:/usr/bin")
    return Path(found) if found else None


def needed(found: Path | None, name: str) -> None:
    if found is None:
        pytest.skip(f"not run: {name} is not on this machine (make test-tools installs it)")
