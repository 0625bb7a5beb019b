"""Makes a demonstration instance and puts in what only files and exercises hold: a comment, an
attachment, an upload, an exercise with work of its own, a checkpoint; and signs somebody in."""

import django

django.setup()

from django.conf import settings

from anlan.base import clock
from anlan.base.journal import sealing
from anlan.base.keeping.attaching import attach
from anlan.base.keeping.remarks import add_comment
from anlan.base.worlds import checkpoints, forks
from anlan.registers import queries
from anlan.registers.models import Account, Body, SignInSession
from anlan.site import preparing

preparing.prepare(lambda line: None)
now = clock.now()
admin = Account.objects.get(login="admin")
actor = queries.actor_for(admin, clock.today())
body = Body.objects.get(code="water")
add_comment(body, "已电话核实", actor=actor, now=now, request_id="everything-comment")
attach(body, "来文.txt", "来文内容".encode(), actor=actor, now=now, request_id="everything-file")
settings.ANLAN_UPLOADS.mkdir(exist_ok=True)
(settings.ANLAN_UPLOADS / "waiting.txt").write_text("待处理")
SignInSession.objects.create(account=admin, key="k", began_at=now, seen_at=now)
sealing.seal(clock.now())
fork = forks.make("演练", actor=actor, now=clock.now(), request_id="everything-exercise")
with forks.inside(fork):
    add_comment(body, "演练中", actor=actor, now=clock.now(), request_id="inside-comment")
    sealing.seal(clock.now())
sealing.seal(clock.now())
checkpoints.make(clock.now())
