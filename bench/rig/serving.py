"""The program served on loopback, asked by many readers at once, while somebody may be writing."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.rig.instance import LOGIN, PASSWORD
from bench.rig.measure import percentile
from bench.rig.run import CHECKOUT, BenchFailed, free_port, stop

START_S = 40
CLIENTS_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where it answers, and the process that leads all processes of it."""

    port: int
    pid: int


@contextmanager
def served(workers: int) -> Iterator[Server]:
    """A server over the instance that the environment names."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "anlan.site.asgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    command += ["--lifespan", "off", "--log-level", "warning"]
    command += ["--timeout-worker-healthcheck", "60"]
    server = subprocess.Popen(command, cwd=CHECKOUT, stdout=sys.stderr, start_new_session=True)
    try:
        _await_answer(port, server)
        yield Server(port=port, pid=server.pid)
    finally:
        stop(server)


def _await_answer(port: int, server: subprocess.Popen[Any]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/health")
            if line.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            line.close()
    raise BenchFailed(f"the server gave no answer within {START_S} s")


def readers(server: Server, order: dict[str, Any]) -> dict[str, Any]:
    """Latency and rate of the readers of `bench.rig.clients`, with every answer checked."""
    order = order | {"port": server.port, "login": LOGIN, "password": PASSWORD}
    order |= {"server_pid": server.pid}
    done = subprocess.run(
        [sys.executable, "-m", "bench.rig.clients", json.dumps(order)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=CLIENTS_S,
    )
    found = json.loads(done.stdout)
    if found["wrong"]:
        raise BenchFailed(f"{len(found['wrong'])} wrong answers, first: {found['wrong'][0]}")
    taken = found["taken"]
    return {
        "requests": len(taken),
        "p50_ms": percentile(taken, 0.5) * 1000,
        "p95_ms": percentile(taken, 0.95) * 1000,
        "max_ms": max(taken) * 1000,
        "requests_per_second": len(taken) / found["elapsed"],
        "server_cpu_ms": found["server_cpu_s"] / len(taken) * 1000,
        "client_cpu_ms": found["client_cpu_s"] / len(taken) * 1000,
    }


@contextmanager
def corrector(notice: str, corrections_per_second: float) -> Iterator[None]:
    """Somebody who corrects items of the notice all the while (`bench.rig.corrector`)."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.rig.corrector", notice, str(corrections_per_second)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        if writer.stdout is None or not writer.stdout.readline():
            raise BenchFailed("the corrector did not start")
        yield
        if writer.poll() is not None:
            raise BenchFailed(f"the corrector ended with {writer.returncode}")
    finally:
        stop(writer)
