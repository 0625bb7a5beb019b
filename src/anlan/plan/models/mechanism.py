"""The implementation mechanism of each body, quarter by quarter."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.models.visibility import in_view
from anlan.plan.rules.mechanism import Quarter
from anlan.registers.rules.scope import Scope


class MechanismQuarter(Record):
    """Office and named person of a body for the plan in one quarter; opened by the program with a
    due, confirmed by the body. The rows of a body are its history."""

    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    body = models.ForeignKey(
        "registers.Body", on_delete=models.PROTECT, related_name="+", verbose_name=_("body")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("quarter"))
    office = models.CharField(_("office in charge"), max_length=100, blank=True)
    person = models.ForeignKey(
        "registers.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person in charge"),
    )
    opened_at = models.DateTimeField(_("opened at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=80, blank=True)
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term"),
    )

    class Meta:
        verbose_name = _("implementation mechanism of a quarter")
        verbose_name_plural = _("implementation mechanisms by quarter")
        ordering = ("-year", "-number", "body__unit__position", "body__position")
        constraints = (
            models.UniqueConstraint(fields=("body", "year", "number"), name="mechanism_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=4), name="mechanism_quarter"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | (Q(person__isnull=False) & ~Q(office="")),
                name="mechanism_confirmed_names_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} {self.quarter}"

    @property
    def quarter(self) -> Quarter:
        return Quarter(year=self.year, number=self.number)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)
