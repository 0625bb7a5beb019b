"""What the way in remembers beside the registers: sessions and the use of tokens.

They are facts of operation, changed with every request, and therefore no records: the journal
holds what was decided (opened, locked, unlocked, ended), not every sight of a browser.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id


class SignInSession(models.Model):
    """A signed-in browser of an account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(
        "registers.Account", on_delete=models.CASCADE, related_name="sessions"
    )
    key = models.CharField(_("session key"), max_length=40, db_index=True)
    began_at = models.DateTimeField(_("signed in at"))
    seen_at = models.DateTimeField(_("last used at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    address = models.CharField(_("network address"), max_length=60, blank=True)
    agent = models.CharField(_("program of the browser"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"{self.account_id} {self.began_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"


class TokenUse(models.Model):
    """When a token was last used, to the minute."""

    token = models.OneToOneField(
        "registers.ApiToken", on_delete=models.CASCADE, related_name="use", primary_key=True
    )
    used_at = models.DateTimeField(_("last used at"))

    class Meta:
        verbose_name = _("use of a token")

    def __str__(self) -> str:
        return f"{self.used_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}"
