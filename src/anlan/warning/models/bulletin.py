"""Bulletins (预警稿): warnings that a body of ours writes, to publish them or to propose them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import (
    BULLETIN_STATE_CHOICES,
    CHANGE_CHOICES,
    HAZARD_CHOICES,
    LEVEL_CHOICES,
    WAY_CHOICES_OF_BULLETIN,
    hazard_and_level,
)
from anlan.warning.models.areas import Area, each_once, exactly_one
from anlan.warning.models.received import WarningMessage
from anlan.warning.rules.bulletin.cap import Sent
from anlan.warning.rules.bulletin.content import MOST_HEADLINE_CHARS, MOST_TEXT_CHARS
from anlan.warning.rules.bulletin.life import TOLD, BulletinState
from anlan.warning.rules.signal import Change

_TOLD = sorted(state.value for state in TOLD)


class Bulletin(Record):
    """A warning in the making. `way` follows from the register of rights; what was sent
    (`identifier`, `sender`, `sent_at`, `refers_to`) is frozen when it is issued."""

    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("body that writes"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    way = models.CharField(
        _("own warning or proposal"), max_length=8, choices=WAY_CHOICES_OF_BULLETIN
    )
    owner = models.CharField(_("owner of the warning"), max_length=120, blank=True)
    owner_body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner (body)"),
    )
    hazard = models.CharField(_("hazard"), max_length=20, choices=HAZARD_CHOICES)
    level = models.CharField(_("warning level"), max_length=6, choices=LEVEL_CHOICES)
    change = models.CharField(_("kind of change"), max_length=6, choices=CHANGE_CHOICES)
    headline = models.CharField(_("headline"), max_length=MOST_HEADLINE_CHARS, blank=True)
    text = models.TextField(_("what the warning says"), max_length=MOST_TEXT_CHARS, blank=True)
    instruction = models.TextField(
        _("what people are to do"), max_length=MOST_TEXT_CHARS, blank=True
    )
    effective_at = models.DateTimeField(_("holds from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    origin = models.CharField(_("written because of"), max_length=300, blank=True)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("bulletin that it follows"),
    )
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=BULLETIN_STATE_CHOICES,
        default=BulletinState.DRAFT.value,
    )
    drafted_at = models.DateTimeField(_("first written at"))
    written_by = models.CharField(_("last written by"), max_length=80)
    hands = models.JSONField(_("accounts and people that wrote it"), default=list)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.CharField(_("submitted by"), max_length=80, blank=True)
    due = models.UUIDField(_("term of its approval"), null=True, blank=True, editable=False)
    sent_back_because = models.CharField(_("sent back because"), max_length=300, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=80, blank=True)
    signer = models.CharField(_("signed by (post)"), max_length=80, blank=True)
    sent_at = models.DateTimeField(_("issued or proposed at"), null=True, blank=True)
    sent_by = models.CharField(_("issued or proposed by"), max_length=80, blank=True)
    mode = models.CharField(_("mode"), max_length=8, blank=True)
    sender = models.CharField(_("sender of the message"), max_length=80, blank=True)
    identifier = models.CharField(_("identifier of the message"), max_length=120, blank=True)
    refers_to = models.JSONField(_("references to earlier messages"), default=list, blank=True)
    message = models.OneToOneField(
        WarningMessage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bulletin",
        verbose_name=_("message"),
    )
    answered_at = models.DateTimeField(_("answered by the owner at"), null=True, blank=True)
    answer = models.CharField(_("answer of the owner"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ("-drafted_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("body", "hazard"),
                condition=Q(state=BulletinState.ISSUED.value),
                name="one_bulletin_in_force",
            ),
            models.UniqueConstraint(
                fields=("follows",),
                condition=Q(follows__isnull=False) & ~Q(state=BulletinState.DISCARDED.value),
                name="bulletin_followed_once",
            ),
            models.UniqueConstraint(
                fields=("identifier",), condition=~Q(identifier=""), name="bulletin_identifier"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_TOLD)
                | (Q(message__isnull=False, sent_at__isnull=False) & ~Q(identifier="")),
                name="bulletin_told_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(effective_at__isnull=True)
                | Q(expires_at__gt=F("effective_at")),
                name="bulletin_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        named = hazard_and_level(self.get_hazard_display(), self.get_level_display())
        return f"{self.body.short_name} {named} {self.get_change_display()}"

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.headline, self.text))

    @property
    def is_lift(self) -> bool:
        return self.change == Change.LIFT.value

    def to_sent(self) -> Sent:
        if self.sent_at is None:
            raise ValueError("it was not sent")
        return Sent(
            sender=self.sender,
            identifier=self.identifier,
            sent=self.sent_at,
            expires=self.expires_at,
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Drafts are the affair of their unit and of those above; what was issued is everybody's
        who works here."""
        if not scope.may(Capability.READ_INTERNAL):
            return None
        if scope.is_city_wide:
            return Q()
        own = Q(unit__code__in=scope.own_units) | Q(unit__parent__code__in=scope.own_units)
        return own | Q(state__in=_TOLD)


class BulletinArea(Area):
    """Where a bulletin holds."""

    bulletin = models.ForeignKey(
        Bulletin, on_delete=models.PROTECT, related_name="areas", verbose_name=_("bulletin")
    )

    class Meta:
        verbose_name = _("area of a bulletin")
        verbose_name_plural = _("areas of bulletins")
        ordering = ("bulletin", "id")
        constraints = (
            exactly_one("bulletin_area_region_or_outline"),
            each_once("bulletin", "region_of_bulletin_once"),
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        if not scope.may(Capability.READ_INTERNAL):
            return None
        if scope.is_city_wide:
            return Q()
        units = scope.own_units
        own = Q(bulletin__unit__code__in=units) | Q(bulletin__unit__parent__code__in=units)
        return own | Q(bulletin__state__in=_TOLD)
