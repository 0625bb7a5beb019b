"""A real instance on files of its own, driven by separate processes that may be killed.

A stage has a script of verbs (`separate_process.py VERB:ARGUMENT… …`) that ends with
`print(json.dumps(run(globals(), sys.argv[1:])))`; its test drives it through `Instance`.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WAIT_S = 180


class Instance:
    """`script` is the stage's script of verbs."""

    def __init__(self, home: Path, script: Path, *, wait_s: float = WAIT_S) -> None:
        self.home, self.script, self.wait_s = home, script, wait_s
        self.environment = {k: v for k, v in os.environ.items() if k != "ANLAN_DATABASE_URL"}
        self.environment["ANLAN_HOME"] = str(home)
        self.environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "src")])

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(self.script), *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Any:
        return self.ended(self.start(*arguments))

    def ended(self, process: "subprocess.Popen[str]") -> Any:
        """What a process answered; it must have ended well."""
        out, err = process.communicate(timeout=self.wait_s)
        assert process.returncode == 0, err
        return json.loads(out)

    def killed(self, *arguments: str) -> None:
        process = self.start(*arguments)
        _, err = process.communicate(timeout=self.wait_s)
        assert process.returncode == -signal.SIGKILL, err


def run(verbs: Mapping[str, Any], arguments: list[str]) -> Any:
    """Verbs in their order, each with what stands behind its colons; the answer of the last."""
    answer: Any = None
    for step in arguments:
        verb, *rest = step.split(":")
        answer = verbs[verb](*rest)
    return answer
