"""What the screens of the exchange share: badges, masked numbers, reasons in words."""

from django.utils.translation import gettext as _

from anlan.base.dispatch.guard import REASONS
from anlan.base.models.dispatch import Dispatch
from anlan.base.rules.dispatch import DispatchState, MessageMode
from anlan.base.screens.cells import Badge

TONES = {
    DispatchState.WAITING: ("blue", "info"),
    DispatchState.LEASED: ("blue", "info"),
    DispatchState.SENT: ("yellow", "info"),
    DispatchState.DELIVERED: ("green", "check"),
    DispatchState.ACKNOWLEDGED: ("green", "check"),
    DispatchState.FAILED: ("red", "warn"),
    DispatchState.REFUSED: ("red", "lock"),
    DispatchState.EXPIRED: ("orange", "warn"),
    DispatchState.CANCELLED: ("grey", "close"),
}


def mode_badge(mode: str) -> Badge:
    """The mode in words and colour; what is no mode is said to be none."""
    if mode == MessageMode.ACTUAL:
        return Badge(text=_(MessageMode.ACTUAL.label), tone="grey", icon="info")
    if mode in (MessageMode.EXERCISE, MessageMode.TEST):
        return Badge(text=_(MessageMode(mode).label), tone="orange", icon="warn")
    return Badge(text=_("unknown"), tone="red", icon="warn")


def state_badge(row: Dispatch) -> Badge:
    try:
        state = DispatchState(row.state)
    except ValueError:
        return Badge(text=_("unknown"), tone="red", icon="warn")
    tone, icon = TONES[state]
    return Badge(text=_(state.label), tone=tone, icon=icon)


def reason_text(detail: str) -> str:
    """The code of a reason in words; what a person wrote stays as it is."""
    return _(REASONS[detail]) if detail in REASONS else detail
