"""What the exchange offers: messages, the outbox, the sweep, its share of the invented life."""

from collections.abc import Callable
from typing import Any

from anlan.base.parts import NavigationItem, Parts, Story, Sweep
from anlan.base.rules.dispatch import OUTCOME_LABELS, Outcome
from anlan.base.rules.labels import gettext_noop
from anlan.exchange.actions.demonstration import exchange_scenes
from anlan.exchange.sweep import sweep
from anlan.registers.rules.scope import Capability, Scope

MESSAGES = gettext_noop("Messages")
EVERY_S = 1.0


def permitted(capability: Capability) -> Callable[[Any], bool]:
    return lambda scope: isinstance(scope, Scope) and scope.may(capability)


PARTS = Parts(
    stage="exchange",
    navigation=(
        NavigationItem(
            label=gettext_noop("Messages"),
            url_name="messages",
            group=MESSAGES,
            order=300,
            permits=permitted(Capability.READ_PUBLISHED),
        ),
        NavigationItem(
            label=gettext_noop("Outbox"),
            url_name="outbox",
            group=MESSAGES,
            order=310,
            permits=permitted(Capability.MANAGE_DISPATCH),
        ),
        NavigationItem(
            label=gettext_noop("Channels"),
            url_name="channels",
            group=MESSAGES,
            order=320,
            permits=permitted(Capability.KEEP_INSTANCE),
        ),
        NavigationItem(
            label=gettext_noop("Warnings for the public"),
            url_name="public-setting",
            group=gettext_noop("People and rights"),
            order=645,
            permits=permitted(Capability.KEEP_INSTANCE),
        ),
    ),
    sweeps=(Sweep(name="dispatch", every_s=EVERY_S, run=sweep),),
    stories=(Story(name="exchange", order=30, scenes=exchange_scenes),),
    actions=(
        ("exchange.public.set", gettext_noop("Release to the public set")),
        ("exchange.notice.send", gettext_noop("Message written")),
        ("exchange.channel.check", gettext_noop("Channel checked")),
        ("exchange.outcomes.record", gettext_noop("Delivery recorded")),
        ("exchange.dispatch.retried", OUTCOME_LABELS[Outcome.RETRIED]),
        ("exchange.dispatch.cancelled", OUTCOME_LABELS[Outcome.CANCELLED]),
        ("exchange.message.acknowledge", OUTCOME_LABELS[Outcome.ACKNOWLEDGED]),
        ("base.dispatch.tell", gettext_noop("Outcome of a message taken in")),
    ),
)
