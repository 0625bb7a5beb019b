"""Fields that several register forms share."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.screens.register_form import ReasonedForm
from anlan.registers.choices import DataGrade, Mark

CHOOSE = _("Choose")
UNKNOWN = _("unknown")


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class CityTimeField(forms.DateTimeField):
    """A day and a time of the city."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "datetime-local", "step": "60"}
        widget = forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(CITY_ZONE).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        found = super().to_python(value)
        return None if found is None else found.replace(tzinfo=CITY_ZONE)


class RecordChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the records that the screen offers, none before it does."""

    def __init__(self, *, model: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", CHOOSE if kwargs.get("required", True) else UNKNOWN)
        super().__init__(queryset=model.objects.none(), **kwargs)


class PersonChoice(RecordChoice):
    """Two people may have one name: the posts of today tell them apart."""

    def label_from_instance(self, obj: Any) -> str:
        posts = "、".join(str(tenure.post) for tenure in getattr(obj, "held", ()))
        return f"{obj.name}（{posts}）" if posts else str(obj.name)


class OfferingForm(ReasonedForm):
    """A form whose choices the screen offers: `offered` is field → queryset."""

    def __init__(
        self, *args: Any, offered: dict[str, QuerySet[Any]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (offered or {}).items():
            if name in self.fields:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]


class ProvenForm(OfferingForm):
    """A form of a sourced record."""

    source = forms.CharField(
        label=_("source"), max_length=200, help_text=_("Licence, letter or visit that shows it.")
    )
    mark = forms.ChoiceField(
        label=_("proof"),
        choices=[(code, label) for code, label in Mark.choices if code != Mark.INVENTED],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = ("source", "mark", "reason")
        self.order_fields([*(n for n in self.fields if n not in last), "source", "mark"])
        if self.initial.get("mark") == Mark.INVENTED or self.data.get("mark") == Mark.INVENTED:
            self.fields["mark"].choices = Mark.choices  # type: ignore[attr-defined]


def grade_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("data grade"),
        choices=DataGrade.choices,
        initial=DataGrade.INTERNAL,
        help_text=_("Sensitive and important rows are seen by their own unit and the city only."),
    )
