"""Indicators: what the city chose with a paper, published editions, the composition of I7."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import BASIS_OF_FACTS_CHOICES, CHOICE_KIND_CHOICES, READING_CHOICES
from anlan.plan.models.notice import Notice
from anlan.plan.models.visibility import internal
from anlan.registers.rules.scope import Scope


class IndicatorChoice(Record):
    """One choice with the paper that makes it. A later row of the same matter takes its place;
    no row is overwritten."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="choices", verbose_name=_("notice")
    )
    kind = models.CharField(_("what is chosen"), max_length=10, choices=CHOICE_KIND_CHOICES)
    basis = models.CharField(
        _("register"), max_length=10, choices=BASIS_OF_FACTS_CHOICES, blank=True
    )
    first_year = models.PositiveSmallIntegerField(_("first year"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("last year"), null=True, blank=True)
    reading = models.CharField(
        _("reading of the yearly mean"), max_length=24, choices=READING_CHOICES, blank=True
    )
    source = models.CharField(_("paper that decides it"), max_length=300)
    holds = models.BooleanField(_("holds"), default=True)
    set_at = models.DateTimeField(_("set at"))
    set_by = models.CharField(_("set by"), max_length=80)

    class Meta:
        verbose_name = _("choice of an indicator")
        verbose_name_plural = _("choices of indicators")
        ordering = ("-set_at", "-id")
        constraints = (
            models.CheckConstraint(condition=~Q(source=""), name="choice_names_its_paper"),
            models.CheckConstraint(
                condition=Q(last_year__isnull=True)
                | Q(first_year__isnull=False, last_year__gte=F("first_year")),
                name="choice_window_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.source}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class IndicatorEdition(Record):
    """Figures as they were published, frozen. `figures` maps a key (`I2`, `I2/2024`,
    `I2/2024/yanhu`) to value, numerator, denominator and state as exact text."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"figures"})

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="figure_editions", verbose_name=_("notice")
    )
    number = models.PositiveSmallIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=200)
    document_number = models.CharField(_("document number"), max_length=60)
    published_on = models.DateField(_("published on"))
    cut_at = models.DateTimeField(_("as known at"))
    published_by = models.CharField(_("published by"), max_length=80)
    figures = models.JSONField(_("figures"), default=dict)
    digest = models.CharField(_("digest (SM3)"), max_length=64)

    class Meta:
        verbose_name = _("published edition of the indicators")
        verbose_name_plural = _("published editions of the indicators")
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("notice", "number"), name="figure_edition_once"),
        )

    def __str__(self) -> str:
        return f"{self.title}（{self.document_number}）"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class SubGoalComposition(Record):
    """Which measures stand for the four statements of I7, from which baselines. A signed version
    never changes; a later one takes its place. `components` are rows of statement, measure,
    baseline (exact text or null) and its source."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="compositions", verbose_name=_("notice")
    )
    number = models.PositiveSmallIntegerField(_("composition version"))
    components = models.JSONField(_("components"), default=list, blank=True)
    drafted_at = models.DateTimeField(_("drafted at"))
    drafted_by = models.CharField(_("drafted by"), max_length=80)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_by = models.CharField(_("signed by"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("composition of the sub-goal")
        verbose_name_plural = _("compositions of the sub-goal")
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("notice", "number"), name="composition_once"),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | ~Q(document_number=""),
                name="composition_signed_names_its_paper",
            ),
        )

    def __str__(self) -> str:
        return _("composition {number}").format(number=self.number)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)
