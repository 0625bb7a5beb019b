"""The working-day calendar: years and their notices; a new notice is counted at once."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.due.access import KEEP
from anlan.base.due.holiday_notices import NewNotice, set_year
from anlan.base.errors import NotFound
from anlan.base.models import READ_INTERNAL, HolidayYear
from anlan.base.rules.verdict import SourceStatus
from anlan.base.rules.working_days import FIRST_DAY, LAST_DAY
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import scope_of

SATURDAY = 5
TONES = {"V": "green", "M": "yellow", "D": "blue"}
_BETWEEN = re.compile(r"[\s,;，；、]+")
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[~～至](\d{4}-\d{2}-\d{2}))?")
LONGEST_SPAN = dt.timedelta(days=31)


def status_badge(row: HolidayYear) -> Badge:
    return Badge(text=row.get_status_display(), tone=TONES[row.status])


def year_url(row: HolidayYear) -> str:
    return reverse("holiday-year", args=[row.year])


class HolidayYearList(RegisterList):
    model = HolidayYear
    title = gettext_lazy("Working-day calendar")
    lead = gettext_lazy(
        "What each year's notice says beyond the ordinary week. All terms of working days are "
        "counted with it."
    )
    columns = (
        Column(
            name="year",
            label=gettext_lazy("year"),
            value=lambda row: str(row.year),
            link=year_url,
            sort=("year",),
            is_title=True,
        ),
        Column(
            name="number",
            label=gettext_lazy("document number"),
            value=lambda row: row.document_number,
            sort=("document_number",),
        ),
        Column(
            name="source",
            label=gettext_lazy("source"),
            value=lambda row: row.source,
            sort=("source",),
        ),
        Column(
            name="off",
            label=gettext_lazy("days off (Monday to Friday)"),
            value=lambda row: len(row.days_off),
            align="end",
        ),
        Column(
            name="worked",
            label=gettext_lazy("worked weekend days"),
            value=lambda row: len(row.worked_weekend_days),
            align="end",
        ),
        Column(name="status", label=gettext_lazy("proof"), value=status_badge, sort=("status",)),
    )
    search_fields = ("source__icontains", "document_number__icontains")
    default_sort = "-year"
    template_name = "base/due/holiday_years.html"

    def actions(self) -> Sequence[Action]:
        scope, found = scope_of(self.request), []
        if scope.may(READ_INTERNAL):
            url = f"{reverse('due-list')}?provisional=yes"
            found.append(Action(label=_("Dues that are provisional"), url=url))
        if scope.may(KEEP):
            url = reverse("holiday-year-add")
            label = _("Enter a year's notice")
            found.append(Action(label=label, url=url, icon="plus", is_primary=True))
        return tuple(found)


class HolidayYearObject(RegisterObject):
    model = HolidayYear
    lookup = "year"
    url_name = "holiday-year"
    subject = "base.holidayyear"
    order_key = ("year",)

    def heading(self, row: HolidayYear) -> Text:
        return _("Working days of {year}").format(year=row.year)

    def badges(self, row: HolidayYear) -> Sequence[Badge]:
        return (status_badge(row),)

    def crumbs(self, row: HolidayYear) -> Sequence[tuple[str, Text]]:
        return ((reverse("holiday-year-list"), _("Working-day calendar")),)

    def api_url(self, row: HolidayYear) -> str:
        return f"/api/v1/holiday-years/{row.year}"

    def actions(self, row: HolidayYear) -> Sequence[Action]:
        if not scope_of(self.request).may(KEEP):
            return ()
        url = reverse("holiday-year-change", args=[row.year])
        return (Action(label=_("Set right"), url=url, icon="edit"),)

    def facts(self, row: HolidayYear) -> Sequence[Fact]:
        return (
            fact(_("document number"), row.document_number, missing=_("not recorded")),
            fact(_("source"), row.source),
            fact(_("days off (Monday to Friday)"), _days(row.days_off)),
            fact(_("worked weekend days"), _days(row.worked_weekend_days)),
            fact(_("proof"), status_badge(row)),
        )


def _days(days: list[str]) -> list[str]:
    found = [dt.date.fromisoformat(day) for day in days]
    return [f"{day.isoformat()}（{date_format(day, 'D')}）" for day in found]


class DaysField(forms.CharField):
    """Days as text: `2027-01-01`, or a span `2027-02-06~2027-02-12`; of a span only the days that
    a notice changes are kept."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, weekend: bool, **kwargs: Any) -> None:
        self.weekend = weekend
        super().__init__(required=False, max_length=3000, **kwargs)

    def clean(self, value: Any) -> tuple[dt.date, ...]:
        found: list[dt.date] = []
        for word in filter(None, _BETWEEN.split(super().clean(value))):
            found += self._days(word)
        return tuple(sorted(set(found)))

    def _days(self, word: str) -> list[dt.date]:
        said = _("“{word}” is no day. Write 2027-01-01, or 2027-02-06~2027-02-12.")
        matched = _SPAN.fullmatch(word)
        try:
            first, last = (dt.date.fromisoformat(t or matched[1]) for t in matched.groups())  # type: ignore[index,union-attr]
        except (AttributeError, TypeError, ValueError) as error:
            raise forms.ValidationError(said.format(word=word[:40])) from error
        if last < first or last - first > LONGEST_SPAN:
            raise forms.ValidationError(said.format(word=word[:40]))
        if first == last:
            return [first]
        span = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in span if (day.weekday() >= SATURDAY) is self.weekend]


class YearForm(ReasonedForm):
    document_number = forms.CharField(
        label=gettext_lazy("document number"), max_length=60, required=False
    )
    source = forms.CharField(
        label=gettext_lazy("source"),
        max_length=200,
        help_text=gettext_lazy("Title of the notice as published."),
    )
    days_off = DaysField(
        label=gettext_lazy("days off (Monday to Friday)"),
        weekend=False,
        help_text=gettext_lazy(
            "One day a line, or a whole holiday as 2027-02-06~2027-02-12: its weekends are left "
            "out by themselves."
        ),
    )
    worked_weekend_days = DaysField(
        label=gettext_lazy("worked weekend days"),
        weekend=True,
        help_text=gettext_lazy("Saturdays and Sundays that are worked, one a line."),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("proof"),
        choices=[
            (s.value, gettext_lazy(s.label))
            for s in (SourceStatus.VERIFIED, SourceStatus.FROM_MEMORY)
        ],
    )


class NewYearForm(YearForm):
    year = forms.IntegerField(
        label=gettext_lazy("year"), min_value=FIRST_DAY.year, max_value=LAST_DAY.year
    )
    field_order = ("year",)


class HolidayYearAdd(RegisterForm):
    capability = KEEP
    form_class = NewYearForm
    title = gettext_lazy("Enter a year's notice")
    lead = gettext_lazy("Terms that rest on this year are counted anew in the same entry.")
    submit = gettext_lazy("Enter and count anew")

    def initial(self) -> dict[str, Any]:
        newest = HolidayYear.objects.order_by("-year").values_list("year", flat=True).first()
        return {"year": (newest or clock.today().year) + 1}

    def perform(self, asked: Asked) -> str:
        return _perform(self, asked.values["year"], asked)

    def back(self) -> str:
        return reverse("holiday-year-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("holiday-year-list"), _("Working-day calendar"))]


class HolidayYearChange(HolidayYearAdd):
    form_class = YearForm
    title = gettext_lazy("Set a year's notice right")

    def current(self) -> HolidayYear:
        visible = HolidayYear.objects.visible_to(scope_of(self.request))
        row: HolidayYear | None = visible.filter(year=self.kwargs["year"]).first()
        if row is None:
            raise NotFound
        return row

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {
            "document_number": row.document_number,
            "source": row.source,
            "status": row.status,
            "days_off": "\n".join(row.days_off),
            "worked_weekend_days": "\n".join(row.worked_weekend_days),
        }

    def perform(self, asked: Asked) -> str:
        return _perform(self, self.kwargs["year"], asked)

    def back(self) -> str:
        return reverse("holiday-year", args=[self.kwargs["year"]])


def _perform(view: RegisterForm, year: int, asked: Asked) -> str:
    values = {name: value for name, value in asked.values.items() if name != "year"}
    set_year(
        NewNotice(year=year, **values),
        expected_version=asked.expected_version,
        actor=view.request.actor,  # type: ignore[attr-defined]
        now=asked.now,
        request_id=asked.request_id,
        reason=asked.reason,
    )
    return reverse("holiday-year", args=[year])
