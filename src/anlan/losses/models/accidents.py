"""Accidents, their figures as they became known, and the sectors they belong to."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.records import Record
from anlan.losses.choices import AccidentKind, Counting, ReportKind, Threat
from anlan.losses.models.common import seen_losses
from anlan.losses.models.fen import FenField
from anlan.registers.choices import FocusSector
from anlan.registers.models import Body, Enterprise, Region, ReportingUnit, Sourced, published
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope

MOST_PEOPLE = 1_000_000


def people_column(label: str) -> models.PositiveIntegerField:
    """A count of people; empty is not known, never zero."""
    return models.PositiveIntegerField(
        label, null=True, blank=True, validators=[MaxValueValidator(MOST_PEOPLE)]
    )


class AccidentSector(Record, Sourced):
    """A sector in which accidents happen: the nine focus sectors, their parts, and others."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    focus = models.CharField(_("focus sector"), max_length=2, choices=FocusSector, blank=True)
    is_coal_mine = models.BooleanField(_("coal mines"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("sector of accidents")
        verbose_name_plural = _("sectors of accidents")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class Placed(models.Model):
    """What decides where and how an accident is counted."""

    kind = models.CharField(_("kind"), max_length=10, choices=AccidentKind)
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    counting = models.CharField(
        _("statistics"), max_length=16, choices=Counting, default=Counting.COUNTED
    )
    counting_note = models.CharField(_("why not counted"), max_length=200, blank=True)

    class Meta:
        abstract = True


class Accident(Record, Sourced, Placed):
    """A work-safety accident. Its figures are those known last; every earlier statement stands in
    `AccidentFigure`."""

    title = models.CharField(_("title"), max_length=120)
    occurred_at = models.DateTimeField(_("occurred at"), db_index=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude_deg = models.FloatField(
        _("longitude (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude_deg = models.FloatField(
        _("latitude (°)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    sector = models.ForeignKey(
        AccidentSector,
        on_delete=models.PROTECT,
        related_name="accidents",
        verbose_name=_("sector"),
    )
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("enterprise"),
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    head_told_at = models.DateTimeField(
        _("head of the unit told at"),
        null=True,
        blank=True,
        help_text=_("From then the clocks of the reports run."),
    )
    is_back_filled = models.BooleanField(_("entered afterwards"), default=False)
    people_at_risk = people_column(_("people at risk"))
    people_trapped = people_column(_("people trapped"))
    people_evacuated = people_column(_("people evacuated urgently"))
    people_observed = people_column(_("people in hospital for observation"))
    threat = models.CharField(
        _("what else is endangered"), max_length=10, choices=Threat, blank=True
    )
    deaths = people_column(_("deaths"))
    missing = people_column(_("missing people"))
    serious_injuries = people_column(_("serious injuries"))
    direct_loss_fen = FenField(_("direct economic loss (10 000 yuan)"), null=True, blank=True)
    counted_deaths = models.PositiveIntegerField(
        _("deaths counted"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("accident")
        verbose_name_plural = _("accidents")
        ordering = ("-occurred_at", "id")
        indexes = (models.Index(fields=("unit", "occurred_at"), name="accident_unit_time"),)

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if (self.longitude_deg is None) != (self.latitude_deg is None):
            message = gettext("Give longitude and latitude together, or neither.")
            raise ValidationError({"longitude_deg": message})
        if self.counting != Counting.COUNTED and not self.counting_note.strip():
            message = gettext("Say why it is not counted: document, decision, date.")
            raise ValidationError({"counting_note": message})
        if self.head_told_at and self.occurred_at and self.head_told_at < self.occurred_at:
            message = gettext("The head cannot have been told before the accident.")
            raise ValidationError({"head_told_at": message})

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.title,), mark=self.mark)

    @property
    def occurred_on(self) -> object:
        return self.occurred_at.astimezone(CITY_ZONE).date()

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return seen_losses(scope, unit="unit__code", body="body__code")


class AccidentFigure(Record, Sourced, Placed):
    """One statement about an accident: its figures, and where and how it was counted then.

    Never overwritten: what is known later is a further row, and this one says from when on it no
    longer held. As known at an instant: `known_at` ≤ instant, `superseded_at` empty or later.
    """

    accident = models.ForeignKey(
        Accident, on_delete=models.PROTECT, related_name="figures", verbose_name=_("accident")
    )
    number = models.PositiveSmallIntegerField(_("number of the statement"))
    report_kind = models.CharField(_("report"), max_length=10, choices=ReportKind)
    reported_at = models.DateTimeField(_("reported at"))
    known_at = models.DateTimeField(_("entered at"))
    superseded_at = models.DateTimeField(_("held until"), null=True, blank=True)
    entered_by = models.CharField(_("entered by"), max_length=80)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    occurred_on = models.DateField(_("occurred on"))
    year = models.PositiveSmallIntegerField(_("year"))
    sector = models.ForeignKey(
        AccidentSector, on_delete=models.PROTECT, related_name="+", verbose_name=_("sector")
    )
    changed_on = models.DateField(_("day on which the casualties changed"))
    in_window = models.BooleanField(_("within the follow-up window"), default=True)
    deaths = people_column(_("deaths"))
    counted_deaths = models.PositiveIntegerField(_("deaths counted"), null=True, blank=True)
    missing = people_column(_("missing people"))
    serious_injuries = people_column(_("serious injuries"))
    direct_loss_fen = FenField(_("direct economic loss (10 000 yuan)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("figures of an accident")
        verbose_name_plural = _("figures of accidents")
        ordering = ("accident", "number")
        constraints = (
            models.UniqueConstraint(fields=("accident", "number"), name="accident_figure_once"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True)
                | Q(superseded_at__gte=models.F("known_at")),
                name="accident_figure_span",
            ),
            models.CheckConstraint(
                condition=Q(counted_deaths__isnull=True)
                | Q(counted_deaths__lte=models.F("deaths")),
                name="accident_counted_deaths",
            ),
        )
        indexes = (models.Index(fields=("year", "unit"), name="accident_figure_year"),)

    def __str__(self) -> str:
        return f"{self.accident} · {self.number}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return seen_losses(scope, unit="accident__unit__code", body="accident__body__code")
