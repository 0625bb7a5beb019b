"""What arrived inside the program."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.base.models.dispatch import Dispatch, labelled
from anlan.base.rules.dispatch import AddresseeKind


class InboxMessage(models.Model):
    """An outgoing row that the loop-back gateway laid into the program: there once, whoever sends
    it again. A bulk fact: what a reader does with it is a change of the row itself."""

    dispatch = models.OneToOneField(
        Dispatch,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="+",
        verbose_name=_("outgoing row"),
    )
    addressee_kind = models.CharField(
        _("kind of addressee"), max_length=8, choices=labelled(AddresseeKind)
    )
    addressee = models.CharField(_("addressee"), max_length=60)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-received_at",)
        indexes = (
            models.Index(
                fields=("addressee_kind", "addressee", "-received_at"), name="inbox_of_addressee"
            ),
        )

    def __str__(self) -> str:
        return str(self.dispatch)
