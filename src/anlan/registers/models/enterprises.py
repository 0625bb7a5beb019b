"""Enterprises: who produces what, who answers for its safety, which unit supervises it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import DataGrade, EnterpriseSize, EnterpriseState, FocusSector
from anlan.registers.models.common import Sourced, by_unit
from anlan.registers.models.people import Person
from anlan.registers.models.places import Region, ReportingUnit
from anlan.registers.rules.credit_code import check_credit_code
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope


def proven_credit_code(text: str) -> None:
    """A column that is filled holds a code whose check character is right."""
    verdict = check_credit_code(text)
    if verdict.value is not True:
        note = verdict.reasons[0].note
        raise ValidationError(note.text(gettext) if note else text)


class Enterprise(Record, Sourced):
    """An enterprise. An unknown credit code stays empty, a wrong one is never kept."""

    name = models.CharField(_("name"), max_length=120)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    unit = models.ForeignKey(
        ReportingUnit,
        on_delete=models.PROTECT,
        related_name="enterprises",
        verbose_name=_("supervised by the unit"),
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="enterprises", verbose_name=_("region")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        validators=[proven_credit_code],
    )
    sector = models.CharField(_("focus sector"), max_length=2, choices=FocusSector, blank=True)
    size = models.CharField(_("size"), max_length=6, choices=EnterpriseSize, blank=True)
    employees_persons = models.PositiveIntegerField(
        _("employees (persons)"), null=True, blank=True
    )
    legal_representative = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="represented_enterprises",
        verbose_name=_("legal representative"),
    )
    safety_officer = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="safety_enterprises",
        verbose_name=_("safety officer"),
    )
    safety_post = models.CharField(_("post of the safety officer"), max_length=60, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=EnterpriseState, default=EnterpriseState.OPERATING
    )
    state_since = models.DateField(_("in this state since"), null=True, blank=True)
    grade = models.CharField(
        _("data grade"), max_length=10, choices=DataGrade, default=DataGrade.INTERNAL
    )

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=("unit", "name"), name="enterprise_in_unit"),
            models.UniqueConstraint(
                Upper("credit_code"),
                condition=~Q(credit_code=""),
                name="enterprise_credit_code_once",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.name,), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return graded(scope, "unit__code")


def graded(scope: Scope, path: str, grade: str = "grade") -> Q | None:
    """Internal rows of the units in view; rows of higher grades by those who supervise them."""
    seen = by_unit(scope, path)
    if seen is None:
        return None
    low = Q(**{f"{grade}__in": (DataGrade.PUBLIC, DataGrade.INTERNAL)})
    own = scope.units if scope.is_city_wide else scope.own_units
    return seen & (low | Q(**{f"{path}__in": own}))
