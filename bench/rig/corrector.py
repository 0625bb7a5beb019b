"""Somebody who corrects headings of a notice, one after the other, until stopped.

    python -m bench.rig.corrector NOTICE CORRECTIONS_PER_SECOND

Every correction is an entry of the journal, so it makes what the server remembers outdated; the
sealer runs beside it, as under `anlan serve`.
"""

import sys
import threading
import time
from itertools import cycle


def main(notice: str, per_second: float) -> None:
    import django

    django.setup()
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.identity import new_id
    from anlan.base.journal.sealing import run_sealer
    from anlan.plan.actions.reviewing import NewCorrection, correct_item
    from anlan.plan.models import PlanItem
    from anlan.plan.rules.corrections import Field
    from anlan.registers.rules.scope import PROGRAM

    actor = Actor(account="program:bench", scope=PROGRAM)
    keys = PlanItem.objects.filter(notice=notice).order_by("position")[:500]
    threading.Thread(target=run_sealer, args=(threading.Event(),), daemon=True).start()
    print("ready", flush=True)
    for turn, key in enumerate(cycle(list(keys.values_list("id", flat=True)))):
        correct_item(
            NewCorrection(item=key, field=Field.HEADING, value=f"更正第{turn}次", reason="测量"),
            expected_version=PlanItem.objects.values_list("version", flat=True).get(pk=key),
            actor=actor,
            now=clock.now(),
            request_id=new_id().hex,
        )
        time.sleep(1 / per_second)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
