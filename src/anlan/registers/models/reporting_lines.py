"""To whom a body answers: its head, and the leader in charge of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.models.bodies import Body
from anlan.registers.models.common import Sourced, by_unit
from anlan.registers.models.people import Post
from anlan.registers.rules.scope import Scope


class ReportingLine(Record, Sourced):
    """The real line upward of a body for a span of time: the post of its head (主要负责人), and
    the post of the leader whom it reports to (分管领导), which stands in another body."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="lines", verbose_name=_("body")
    )
    head = models.ForeignKey(
        Post,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("post of the head"),
    )
    superior = models.ForeignKey(
        Post,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("post of the leader in charge"),
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporting line")
        verbose_name_plural = _("reporting lines")
        ordering = ("body__unit__position", "body__position", "-valid_from")
        constraints = (
            models.UniqueConstraint(fields=("body", "valid_from"), name="line_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="line_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} · {self.superior or self.head or '—'}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "body__unit__code")
