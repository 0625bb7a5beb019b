"""What supervision offers: journal labels, the subject of its clocks, the sweep."""

import uuid
from collections.abc import Callable
from typing import Final

from django.urls import reverse

from anlan.base.parts import EVERY_ACT, DueSubject, Sweep
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.supervision.climbing import supervise
from anlan.plan.models import SlipAppeal, SlipReply, SupervisionOrder, SupervisionSlip
from anlan.plan.screens.common import page_of

EVERY_S: Final = 300


def order_page(model: type[Record], order: str) -> Callable[[str], str]:
    """The order that a paper, reply or appeal belongs to; empty when it is gone."""

    def url(key: str) -> str:
        try:
            rows = model._default_manager.filter(pk=uuid.UUID(key))
        except ValueError:
            return ""
        found = rows.values_list(order, flat=True).first()
        return reverse("plan-supervision-order", args=[found]) if found is not None else ""

    return url


ACTIONS = (
    ("plan.supervision.open", gettext_noop("Put under supervision")),
    ("plan.supervision.climb", gettext_noop("Next level of supervision prepared")),
    ("plan.supervision.settle", gettext_noop("Supervision settled")),
    ("plan.supervision.sign", gettext_noop("Paper of supervision issued")),
    ("plan.supervision.reply", gettext_noop("Paper of supervision replied to")),
    ("plan.supervision.accept", gettext_noop("Reply accepted, order closed")),
    ("plan.supervision.return", gettext_noop("Reply to a paper returned")),
    ("plan.supervision.appeal", gettext_noop("Paper of supervision appealed against")),
    ("plan.supervision.dismiss", gettext_noop("Appeal dismissed")),
    ("plan.supervision.uphold", gettext_noop("Appeal upheld, order withdrawn")),
    ("plan.supervision.stop", gettext_noop("Clock of a paper stopped")),
    ("plan.supervision.run", gettext_noop("Clock of a paper runs on")),
    ("plan.supervision.withdraw", gettext_noop("Supervision order withdrawn")),
    ("plan.supervision.ladder", gettext_noop("Ladder of supervision set")),
    ("plan.supervision.designate", gettext_noop("Body designated to issue slips")),
    ("plan.supervision.undesignate", gettext_noop("Designation to issue slips ended")),
)
DUE_SUBJECTS = (
    DueSubject(
        model="plan.supervisionorder",
        label=gettext_noop("supervision order"),
        url=page_of("plan-supervision-order", SupervisionOrder),
    ),
    DueSubject(
        model="plan.supervisionslip",
        label=gettext_noop("paper of supervision"),
        url=order_page(SupervisionSlip, "order"),
        own_acts=EVERY_ACT,
    ),
    DueSubject(
        model="plan.slipreply",
        label=gettext_noop("reply to a slip"),
        url=order_page(SlipReply, "slip__order"),
        own_acts=EVERY_ACT,
    ),
    DueSubject(
        model="plan.slipappeal",
        label=gettext_noop("appeal against a slip"),
        url=order_page(SlipAppeal, "slip__order"),
        own_acts=EVERY_ACT,
    ),
)
SWEEPS = (Sweep(name="supervision", every_s=EVERY_S, run=supervise),)
