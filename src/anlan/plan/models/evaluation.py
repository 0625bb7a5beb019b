"""Evaluations: the paper's life, frozen editions of its figures, and what people wrote into it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.choices import EVALUATION_CHOICES, EVALUATION_KIND_CHOICES
from anlan.plan.models.notice import Notice
from anlan.plan.models.visibility import internal
from anlan.plan.rules.evaluation.facts import EvaluationKind, Facts, facts_from
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.evaluation.text import Edit
from anlan.registers.rules.scope import Scope


class Evaluation(Record):
    """One evaluation of a notice: of a year, at half time, or final. Once of its kind and year."""

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("notice")
    )
    office = models.ForeignKey(
        "registers.Body", on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=EVALUATION_KIND_CHOICES)
    year = models.PositiveSmallIntegerField(_("year"))
    title = models.CharField(_("title"), max_length=200)
    edition = models.PositiveSmallIntegerField(_("frozen edition"), default=1)
    state = models.CharField(
        _("state"), max_length=9, choices=EVALUATION_CHOICES, default=EvaluationState.DRAFT.value
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=80)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.CharField(_("submitted by"), max_length=80, blank=True)
    word = models.CharField(_("returned with"), max_length=300, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_at = models.DateTimeField(_("signature entered at"), null=True, blank=True)
    signed_by = models.CharField(_("signature entered by"), max_length=80, blank=True)
    file_digest = models.CharField(_("digest of the paper (SM3)"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ("-year", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("notice", "kind", "year"), name="evaluation_once_a_year"
            ),
            models.CheckConstraint(
                condition=(Q(state="signed", signed_on__isnull=False) & ~Q(document_number=""))
                | (~Q(state="signed") & Q(signed_on__isnull=True, document_number="")),
                name="evaluation_number_when_signed",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def kind_of(self) -> EvaluationKind:
        return EvaluationKind(self.kind)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class EvaluationEdition(Record):
    """Figures frozen at an instant, with their digest. Never changed; a draft may freeze anew."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"facts"})

    evaluation = models.ForeignKey(
        Evaluation,
        on_delete=models.PROTECT,
        related_name="editions",
        verbose_name=_("evaluation"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.CharField(_("frozen by"), max_length=80)
    facts = models.JSONField(_("frozen figures"), default=dict)
    digest = models.CharField(_("digest (SM3)"), max_length=64)

    class Meta:
        verbose_name = _("frozen edition")
        verbose_name_plural = _("frozen editions")
        ordering = ("evaluation", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation", "number"), name="evaluation_edition_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evaluation} · {self.number}"

    def to_facts(self) -> Facts:
        said: dict[str, Any] = self.facts
        return facts_from(said)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class EvaluationEdit(Record):
    """What a person wrote for one block, with the generated text that it replaced."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"block", "evidence"})

    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="edits", verbose_name=_("evaluation")
    )
    block = models.CharField(_("block"), max_length=60)
    text = models.TextField(_("text"), max_length=4000)
    replaced = models.TextField(_("generated text it replaced"))
    evidence = models.JSONField(_("cited figures"), default=list, blank=True)
    edited_at = models.DateTimeField(_("edited at"))
    edited_by = models.CharField(_("edited by"), max_length=80)

    class Meta:
        verbose_name = _("edited block")
        verbose_name_plural = _("edited blocks")
        ordering = ("evaluation", "block")
        constraints = (
            models.UniqueConstraint(fields=("evaluation", "block"), name="evaluation_edit_once"),
        )

    def __str__(self) -> str:
        return self.text[:80]

    def to_edit(self) -> Edit:
        return Edit(text=self.text, replaced=self.replaced, evidence=tuple(self.evidence))

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)
