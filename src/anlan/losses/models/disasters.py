"""Natural disasters and their figures, unit by unit and report by report."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.losses.choices import Hazard, ReportKind
from anlan.losses.models.common import seen_losses
from anlan.losses.models.fen import FenField
from anlan.losses.rules.disaster_figures import FIELD_LABELS, DisasterFigures
from anlan.registers.models import Body, ReportingUnit, Sourced
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope

MOST_COUNT = 100_000_000
"""More than the people or rooms of a province: surely a slip."""


def count_column(name: str) -> models.PositiveIntegerField:
    return models.PositiveIntegerField(
        _(FIELD_LABELS[name]), null=True, blank=True, validators=[MaxValueValidator(MOST_COUNT)]
    )


def area_column(name: str) -> Any:
    return models.DecimalField(
        _(FIELD_LABELS[name]),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )


def loss_column(name: str) -> FenField:
    return FenField(_(FIELD_LABELS[name]), null=True, blank=True)


class Disaster(Record, Sourced):
    """One disaster process. It is counted in the year in which it began."""

    code = models.CharField(_("number of the process"), max_length=30, unique=True)
    title = models.CharField(_("title"), max_length=120)
    hazard = models.CharField(_("hazard"), max_length=12, choices=Hazard)
    began_on = models.DateField(_("began on"), db_index=True)
    began_at = models.DateTimeField(
        _("onset at"),
        null=True,
        blank=True,
        help_text=_("The hour of the onset. From then the clocks of the reports run."),
    )
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("natural disaster")
        verbose_name_plural = _("natural disasters")
        ordering = ("-began_on", "code")
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("began_on")),
                name="disaster_span",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.ended_on and self.began_on and self.ended_on < self.began_on:
            raise ValidationError({"ended_on": gettext("The end lies before the beginning.")})

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.title,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Processes opened by a unit in view, and those that hit one: figures stay by unit."""
        figures = DisasterFigure.visible_q(scope)
        if figures is None:
            return None
        hit = DisasterFigure.objects.filter(figures).values("disaster")
        return Q(unit__code__in=scope.units) | Q(pk__in=hit)


class DisasterFigure(Record, Sourced):
    """The core figures of one unit in one report. Never overwritten, see `AccidentFigure`."""

    disaster = models.ForeignKey(
        Disaster, on_delete=models.PROTECT, related_name="figures", verbose_name=_("disaster")
    )
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    number = models.PositiveSmallIntegerField(
        _("number of the statement"), default=0, editable=False
    )
    report_kind = models.CharField(_("report"), max_length=10, choices=ReportKind)
    reported_at = models.DateTimeField(_("reported at"))
    known_at = models.DateTimeField(_("entered at"), null=True, editable=False)
    superseded_at = models.DateTimeField(_("held until"), null=True, blank=True, editable=False)
    entered_by = models.CharField(_("entered by"), max_length=80, blank=True, editable=False)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    year = models.PositiveSmallIntegerField(_("year"), default=0, editable=False)
    affected_person_times = count_column("affected_person_times")
    deaths = count_column("deaths")
    missing = count_column("missing")
    injured_sick = count_column("injured_sick")
    evacuated_avoidance = count_column("evacuated_avoidance")
    relocated_collective = count_column("relocated_collective")
    relocated_scattered = count_column("relocated_scattered")
    need_urgent_relief = count_column("need_urgent_relief")
    water_shortage = count_column("water_shortage")
    crop_affected_ha = area_column("crop_affected_ha")
    crop_damaged_ha = area_column("crop_damaged_ha")
    crop_failed_ha = area_column("crop_failed_ha")
    house_collapsed_rooms = count_column("house_collapsed_rooms")
    house_collapsed_households = count_column("house_collapsed_households")
    house_severe_rooms = count_column("house_severe_rooms")
    house_severe_households = count_column("house_severe_households")
    house_slight_rooms = count_column("house_slight_rooms")
    house_slight_households = count_column("house_slight_households")
    direct_loss_fen = loss_column("direct_loss_fen")
    loss_housing_fen = loss_column("loss_housing_fen")
    loss_household_goods_fen = loss_column("loss_household_goods_fen")
    loss_agriculture_fen = loss_column("loss_agriculture_fen")
    loss_industry_fen = loss_column("loss_industry_fen")
    loss_infrastructure_fen = loss_column("loss_infrastructure_fen")
    loss_public_services_fen = loss_column("loss_public_services_fen")
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("figures of a disaster")
        verbose_name_plural = _("figures of disasters")
        ordering = ("disaster__began_on", "disaster__code", "unit__position", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("disaster", "unit", "number"),
                condition=Q(number__gt=0),
                name="disaster_figure_once",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True)
                | Q(superseded_at__gte=models.F("known_at")),
                name="disaster_figure_span",
            ),
        )
        indexes = (models.Index(fields=("year", "unit"), name="disaster_figure_year"),)

    def __str__(self) -> str:
        return f"{self.disaster} · {self.unit} · {self.number}"

    def to_domain(self) -> DisasterFigures:
        return DisasterFigures(**{name: getattr(self, name) for name in FIELD_LABELS})

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return seen_losses(scope, unit="unit__code", body="body__code")
