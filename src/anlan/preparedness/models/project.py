"""Project sheets (工程台账): what is built where, for how much, and what the notice checks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.preparedness.choices import ASKED_CHOICES, QuantityUnit
from anlan.registers.models import Sourced, by_unit
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Capability, Scope


class Project(Record, Sourced):
    """A project on the ground. `item_key` is the key of the plan's item that it serves, by name
    only: the plan stands to the right. Its state and progress are computed, never typed."""

    name = models.CharField(_("name"), max_length=160)
    item_key = models.CharField(_("item of the plan"), max_length=20, blank=True)
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    lead = models.ForeignKey(
        "registers.Body", on_delete=models.PROTECT, related_name="+", verbose_name=_("lead body")
    )
    budget_fen = models.BigIntegerField(_("budget (fen)"), null=True, blank=True)
    planned_start_on = models.DateField(_("planned start"), null=True, blank=True)
    planned_finish_on = models.DateField(_("planned finish"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    built_on = models.DateField(_("built on"), null=True, blank=True)
    is_back_filled = models.BooleanField(_("back-filled"), default=False, editable=False)
    back_fill_document = models.CharField(
        _("document that proves it"), max_length=60, blank=True, editable=False
    )
    confirmed_by = models.CharField(_("confirmed by"), max_length=120, blank=True, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("item_key", "id")
        constraints = (
            models.UniqueConstraint(fields=("unit", "name"), name="project_in_unit"),
            models.CheckConstraint(
                condition=Q(budget_fen__isnull=True) | Q(budget_fen__gt=0),
                name="project_budget_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_finish_on__isnull=True)
                | Q(planned_finish_on__gte=F("planned_start_on")),
                name="project_planned_in_order",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(built_on__isnull=True)
                | Q(built_on__gte=F("started_on")),
                name="project_built_after_start",
            ),
            models.CheckConstraint(
                condition=Q(is_back_filled=False) | ~Q(confirmed_by=""),
                name="project_back_fill_is_confirmed",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.name,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "unit__code")


class ProjectPlace(Record):
    """A place of a project with the work that is counted there, planned and done. Internal."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="places", verbose_name=_("project")
    )
    name = models.CharField(_("name of the place"), max_length=120)
    region = models.ForeignKey(
        "registers.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    longitude_deg = models.FloatField(_("longitude (°)"), null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude (°)"), null=True, blank=True)
    what = models.CharField(_("work that is counted"), max_length=60, blank=True)
    unit_of_work = models.CharField(
        _("counted in"), max_length=10, choices=QuantityUnit, blank=True
    )
    planned = models.DecimalField(
        _("planned (m, m², households, pieces)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
    )
    done = models.DecimalField(
        _("done (m, m², households, pieces)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("place of a project")
        verbose_name_plural = _("places of projects")
        ordering = ("project", "id")
        constraints = (
            models.UniqueConstraint(fields=("project", "name", "what"), name="project_place_once"),
            models.CheckConstraint(
                condition=(Q(planned__isnull=True) | Q(planned__gt=0))
                & (Q(done__isnull=True) | Q(done__gte=0)),
                name="project_place_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(longitude_deg__isnull=True, latitude_deg__isnull=True)
                | Q(longitude_deg__isnull=False, latitude_deg__isnull=False),
                name="project_place_whole_point",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project} · {self.name}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "project__unit__code")


class NoticeCheck(Record):
    """A check that a notice prints over its projects: by when, in which words, on which basis."""

    item_key = models.CharField(_("item of the plan"), max_length=20)
    asked = models.CharField(_("asks for"), max_length=10, choices=ASKED_CHOICES)
    by = models.DateField(_("by"))
    phrase = models.CharField(_("words of the notice"), max_length=120)
    basis = models.CharField(_("basis"), max_length=120)

    class Meta:
        verbose_name = _("check of the notice")
        verbose_name_plural = _("checks of the notice")
        ordering = ("item_key", "by")
        constraints = (
            models.UniqueConstraint(fields=("item_key", "by"), name="notice_check_once"),
        )

    def __str__(self) -> str:
        return f"{self.item_key} {self.by}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None
