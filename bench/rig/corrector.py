"""Somebody who corrects items of a notice, one after the other, until stopped.

    python -m bench.rig.corrector NOTICE CORRECTIONS_PER_SECOND

Every correction is an entry of the journal; every fifth names another lead body, so that figures
change and not words alone. The sealer runs beside it, as under `anlan serve`.
"""

import sys
import threading
import time
from collections.abc import Callable
from itertools import count, cycle

LEAD_EVERY = 5


def corrections(notice: str) -> Callable[[str], None]:
    """Corrects the next item: its `heading`, or its `lead` body."""
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.identity import new_id
    from anlan.plan.actions.reviewing import NewCorrection, correct_item
    from anlan.plan.models import PlanItem
    from anlan.plan.rules.corrections import Field
    from anlan.registers.models import Body
    from anlan.registers.rules.scope import PROGRAM

    actor = Actor(account="program:bench", scope=PROGRAM)
    items = PlanItem.objects.filter(notice=notice).order_by("position")
    keys = cycle(list(items.values_list("id", flat=True)[:500]))
    names = cycle(list(Body.objects.order_by("code").values_list("full_name", flat=True)[:7]))
    turns = count()

    def correct(what: str) -> None:
        key, turn = next(keys), next(turns)
        is_lead = what == "lead"
        correct_item(
            NewCorrection(
                item=key,
                field=Field.LEAD_UNITS if is_lead else Field.HEADING,
                value=[next(names)] if is_lead else f"更正第{turn}次",
                reason="测量",
            ),
            expected_version=PlanItem.objects.values_list("version", flat=True).get(pk=key),
            actor=actor,
            now=clock.now(),
            request_id=new_id().hex,
        )

    return correct


def main(notice: str, per_second: float) -> None:
    import django

    django.setup()
    from anlan.base.journal.sealing import run_sealer

    correct = corrections(notice)
    threading.Thread(target=run_sealer, args=(threading.Event(),), daemon=True).start()
    print("ready", flush=True)
    for turn in count(1):
        correct("lead" if turn % LEAD_EVERY == 0 else "heading")
        time.sleep(1 / per_second)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
