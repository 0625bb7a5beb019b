"""A program that writes until it is killed: two rows and a file in each entry, always equal.

python -m tests.site.backup.writer COUNT    0: for ever; prints each number once it is committed
"""

import itertools
import sys

import django

django.setup()

from django.conf import settings
from django.core.management import call_command

from anlan.base import clock
from anlan.base.journal import keys, sealing
from anlan.base.journal.recording import recording
from anlan.base.models import InstanceStamp
from anlan.registers.models import Body
from tests.registers.small_city import ADMINISTRATOR, make_small_city


def main(count: int) -> None:
    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0, interactive=False)
    if not InstanceStamp.objects.exists():
        make_small_city(is_demonstration=False)
    settings.ANLAN_UPLOADS.mkdir(exist_ok=True)
    begun = int(Body.objects.get(code="water").note or 0)
    for number in itertools.count(begun + 1):
        if count and number > begun + count:
            break
        (settings.ANLAN_UPLOADS / f"{number}.txt").write_text(f"文件 {number}")
        with recording(
            action="tests.pair",
            actor=ADMINISTRATOR,
            now=clock.now(),
            request_id=f"pair-{number:06}",
        ) as rec:
            for code in ("water", "emergency"):
                body = rec.lock(Body, Body.objects.get(code=code).pk)
                body.note = str(number)
                rec.save(body)
        if number % 3 == 0:
            sealing.seal(clock.now())
        print(number, flush=True)


main(int(sys.argv[1]))
