"""Who may publish which warning: rows of the law, and the signers that the city enters."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.base.rules.verdict import SourceStatus
from anlan.registers.choices import Mark
from anlan.registers.models.common import Sourced
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import KIND_CHOICES, LEVEL_CHOICES
from anlan.warning.rules.publishing import Kind, Right
from anlan.warning.rules.signal import Level

_STATUS = {
    Mark.VERIFIED.value: SourceStatus.VERIFIED,
    Mark.DESIGN.value: SourceStatus.HOUSE_DEFAULT,
}


class PublishingRight(Record, Sourced):
    """A right to publish: kind of warning, level (empty: every level), body, law and clause. The
    law names a class of bodies in words; a signer of the city is a body of the register."""

    kind = models.CharField(_("kind of warning"), max_length=16, choices=KIND_CHOICES)
    level = models.CharField(_("warning level"), max_length=6, choices=LEVEL_CHOICES, blank=True)
    bodies = models.CharField(_("who may publish, in words"), max_length=120)
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body"),
    )
    law = models.CharField(_("law or document"), max_length=120)
    article = models.CharField(_("article"), max_length=20, blank=True)
    is_exclusive = models.BooleanField(_("nobody else may"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("right to publish")
        verbose_name_plural = _("rights to publish")
        ordering = ("kind", "level", "bodies", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "level", "bodies", "law", "article"), name="publishing_right_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gt=F("valid_from")),
                name="publishing_right_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.bodies}"

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.bodies,), mark=self.mark)

    def to_domain(self) -> Right:
        return Right(
            kind=Kind(self.kind),
            level=Level(self.level) if self.level else None,
            bodies=self.bodies,
            body=self.body.code if self.body is not None else "",
            law=self.law,
            article=self.article,
            is_exclusive=self.is_exclusive,
            status=_STATUS.get(self.mark, SourceStatus.FROM_MEMORY),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None
