"""Verbs of the site itself: prepare, serve, journal, and Django's own for developers."""

import argparse
import json
import sys
import threading

from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.journal import sealing, verification
from anlan.base.parts import Command, registry
from anlan.base.sweeping import run_sweeps
from anlan.site import instance, preparing
from anlan.site.backup.commands import BACKUP_COMMANDS
from anlan.site.demo_logins import demo_logins, demo_password
from anlan.site.first_run import code as first_run_code
from anlan.site.world_commands import WORLD_COMMANDS

STOP_WITHIN_S = 3
"""Live streams never end by themselves: a stop waits this long for what is being answered."""
ANSWERS_WITHIN_S = 60
"""A process that reads a long notice on a busy machine is slow, not dead: it is not replaced."""


def _nothing(parser: argparse.ArgumentParser) -> None:
    """A verb without options of its own."""


def _say(line: str) -> None:
    print(f"  {line}", file=sys.stderr, flush=True)


def _prepare(options: argparse.Namespace) -> int:
    preparing.prepare(_say)
    return 0


def _serve_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="web processes")
    parser.add_argument("--notice", help="read this published notice into the plan first")


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    from anlan.site.cli import main

    preparing.prepare(_say)
    if options.notice and main(["plan", "import", options.notice]) != 0:
        return 1
    address = f"http://{options.host}:{options.port}"
    print(f"\n安澜 Anlan  {address}\n", flush=True)
    if instance.is_demonstration():
        print("演示数据·非真实 Demonstration, invented data. Sign-ins:")
        for demo in demo_logins():
            print(f"  {demo['login']:<12} {demo_password()}   {demo['label']}")
    elif not instance.is_ready():
        print(f"首次使用 First run: open {address}/first-run/")
        print(f"一次性代码 One-time code: {first_run_code.current()}")
    print("\nCtrl+C 停止 stops the program.", flush=True)
    stop = threading.Event()
    workers = [
        threading.Thread(target=sealing.run_sealer, args=(stop,), daemon=True),
        threading.Thread(target=run_sweeps, args=(registry.sweeps(), stop), daemon=True),
        *(
            threading.Thread(target=service.run, args=(stop,), name=service.name, daemon=True)
            for service in registry.services()
        ),
    ]
    for worker in workers:
        worker.start()
    try:
        uvicorn.run(
            "anlan.site.asgi:application",
            host=options.host,
            port=options.port,
            workers=options.workers,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=STOP_WITHIN_S,
            timeout_worker_healthcheck=ANSWERS_WITHIN_S,
        )
    finally:
        stop.set()
        for worker in workers:
            worker.join(timeout=5)
    return 0


def _verify(options: argparse.Namespace) -> int:
    report = verification.verify()
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        print(f"sealed {report.sealed}, anchored to {report.anchored_seq}")
        print(f"unsealed tail, not proven: {report.unproven}")
    if report.ok:
        return 0
    where = "" if report.first_bad_seq is None else f" at entry {report.first_bad_seq}"
    label = _(verification.LABELS[report.finding]) if report.finding else ""
    print(f"{report.finding}{where}: {label} {report.detail}".rstrip(), file=sys.stderr)
    print(
        _("Keep the file as it is and take an older backup: docs/operate/backup.md"),
        file=sys.stderr,
    )
    return 1


def _seal(options: argparse.Namespace) -> int:
    sealed = sealing.seal(clock.now())
    print(f"sealed {sealed.entries} entries, chain ends at {sealed.seq}")
    return 0


def _django_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def _django(options: argparse.Namespace) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["anlan django", *options.arguments])
    return 0


COMMANDS = [
    *WORLD_COMMANDS,
    Command(
        path=("prepare",),
        help="create or upgrade this instance and load its profile",
        configure=_nothing,
        run=_prepare,
    ),
    Command(path=("serve",), help="prepare, then serve", configure=_serve_options, run=_serve),
    Command(
        path=("journal", "verify"),
        help="prove the journal against the newest anchor",
        configure=_nothing,
        run=_verify,
    ),
    Command(path=("journal", "seal"), help="seal what waits", configure=_nothing, run=_seal),
    Command(
        path=("django",),
        help="a command of the framework, for developers",
        configure=_django_options,
        run=_django,
    ),
    *BACKUP_COMMANDS,
]
