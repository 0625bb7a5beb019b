"""A real instance with workers in processes of their own, on SQLite or on the server of the run."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import ROOT

SCRIPT = ROOT / "tests" / "sensing" / "separate_process.py"
MADE = ("make", "more_stations", "found_nothing")
WAIT_S = 120


class Instance:
    """Its files, its database, and the processes that a test started on it."""

    def __init__(
        self, home: Path, database: str = "", script: Path = SCRIPT, **settings: str
    ) -> None:
        self.home, self.database, self.script = home, database, script
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ANLAN_")}
        self.environment = {
            **kept,
            "ANLAN_HOME": str(home),
            "ANLAN_DEMO": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            **settings,
        }
        if database:
            self.environment["ANLAN_DATABASE_URL"] = database
        self.workers: list[subprocess.Popen[str]] = []

    def run(self, *verbs: str) -> Any:
        done = subprocess.run(
            [sys.executable, str(self.script), *verbs],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *verbs: str) -> "subprocess.Popen[str]":
        """The same, until it ends by itself or is killed."""
        started = subprocess.Popen(
            [sys.executable, str(self.script), *verbs],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(started)
        return started

    def work(self, verb: str) -> "subprocess.Popen[str]":
        """`anlan sense VERB`, until killed."""
        log = (self.home / f"{verb}.log").open("a")
        worker = subprocess.Popen(
            [sys.executable, "-m", "anlan.site.cli", "sense", verb],
            env=self.environment,
            stdout=log,
            stderr=log,
            text=True,
        )
        log.close()
        self.workers.append(worker)
        return worker

    def kill(self, worker: "subprocess.Popen[str]") -> None:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=WAIT_S)

    def instants(self) -> int:
        """How many readings the store has now, asked beside the program."""
        statement = (
            "SELECT COUNT(*) FROM (SELECT DISTINCT stream, at_us FROM sensing_observation) x"
        )
        if self.database:
            with psycopg.connect(self.database) as server:
                return int(server.execute(statement).fetchall()[0][0])
        with closing(sqlite3.connect(self.home / "observations" / "observations.sqlite3")) as file:
            return int(file.execute(statement).fetchone()[0])

    def wait_for(self, instants: int) -> None:
        """Until so many readings are kept; gives up after a while."""
        deadline = time.monotonic() + WAIT_S
        while self.instants() < instants and time.monotonic() < deadline:
            time.sleep(0.1)

    def sums_when(self, instants: int) -> dict[str, Any]:
        """What is kept, once so many readings are."""
        self.wait_for(instants)
        found: dict[str, Any] = self.run("sweep", "sums")
        return found

    def end(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.terminate()
                try:
                    worker.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    worker.kill()
                    worker.wait()


class Template:
    """An instance that was made once by some verbs of a script; every test works on a copy."""

    def __init__(self, folder: Path, script: Path = SCRIPT, verbs: tuple[str, ...] = MADE) -> None:
        self.home, self.script = folder / "home", script
        self.server = os.environ.get("ANLAN_DATABASE_URL", "")
        self.name = f"made_{uuid.uuid4().hex[:12]}"
        if self.server:
            self._do(f"CREATE DATABASE {self.name}")
        Instance(self.home, self._url(self.name), script).run(*verbs)

    def copy(self, home: Path, **settings: str) -> Instance:
        shutil.copytree(self.home, home)
        name = f"copy_{uuid.uuid4().hex[:12]}"
        if self.server:
            self._do(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return Instance(home, self._url(name), self.script, **settings)

    def _url(self, name: str) -> str:
        return f"{self.server.rpartition('/')[0]}/{name}" if self.server else ""

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement.encode())
