"""On-site inspections: what was looked at, problems with measure and day, effects with proof."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.models.notice import Notice, PlanItem
from anlan.plan.models.visibility import in_view
from anlan.plan.rules.inspection import Known
from anlan.registers.rules.scope import Scope


class Inspection(Record):
    """A visit: when, where, to whom, by whom, which items were looked at."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("notice")
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    body = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("inspected body"),
    )
    inspector = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("inspecting body"),
    )
    inspected_on = models.DateField(_("inspected on"))
    place = models.CharField(_("place"), max_length=200)
    inspectors = models.CharField(_("inspectors"), max_length=200)
    looked_at = models.JSONField(_("items looked at"), default=list, blank=True)
    summary = models.CharField(_("what was found"), max_length=2000)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.CharField(_("recorded by"), max_length=80)

    class Meta:
        verbose_name = _("on-site inspection")
        verbose_name_plural = _("on-site inspections")
        ordering = ("-inspected_on", "-id")

    def __str__(self) -> str:
        return f"{self.inspected_on} {self.body} {self.place}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)


class Problem(Record):
    """A problem with the measure against it, its day, and the effect once said and proven."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, related_name="problems", verbose_name=_("inspection")
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="problems",
        verbose_name=_("plan item"),
    )
    text = models.CharField(_("problem"), max_length=1000)
    measure = models.CharField(_("measure against it"), max_length=500)
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("solved by"))
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("term"),
    )
    effect = models.CharField(_("effect"), max_length=1000, blank=True)
    effect_on = models.DateField(_("effect since"), null=True, blank=True)
    reported_by = models.CharField(_("effect said by"), max_length=80, blank=True)
    proven_on = models.DateField(_("proven on"), null=True, blank=True)
    proven_by = models.CharField(_("proven by"), max_length=80, blank=True)
    word = models.CharField(_("word of the inspectors"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("problem found on the spot")
        verbose_name_plural = _("problems found on the spot")
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(due_on__gte=F("found_on")), name="problem_day_after_finding"
            ),
            models.CheckConstraint(
                condition=Q(proven_on__isnull=True) | (Q(effect_on__isnull=False) & ~Q(effect="")),
                name="problem_proven_has_effect",
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]

    def to_known(self) -> Known:
        return Known(due_on=self.due_on, reported_on=self.effect_on, proven_on=self.proven_on)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)


class InspectionFile(Record):
    """A photograph or file of a visit, or the proof of an effect. Its content lies in the store of
    evidence under its digest."""

    inspection = models.ForeignKey(
        Inspection, on_delete=models.PROTECT, related_name="files", verbose_name=_("inspection")
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    problem = models.ForeignKey(
        Problem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proofs",
        verbose_name=_("proof of the effect on"),
    )
    digest = models.CharField(_("digest (SM3)"), max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    media_type = models.CharField(_("kind of file"), max_length=100)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    added_at = models.DateTimeField(_("added at"))
    added_by = models.CharField(_("added by"), max_length=80)

    class Meta:
        verbose_name = _("file of an inspection")
        verbose_name_plural = _("files of inspections")
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return in_view(scope)
