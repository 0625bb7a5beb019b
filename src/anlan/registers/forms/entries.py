"""Forms of the register screens: what is typed, as values for one action."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.registers.choices import Mark, StatisticState
from anlan.registers.models import ROLE_CHOICES, Account, Body

rules_of_passwords = lazy(lambda: " ".join(password_validators_help_texts()), str)()
DATE = {"type": "date"}


class BodyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.short_name} · {obj.short_name}"


class AddMember(ReasonedForm):
    body = BodyChoice(label=_("body"), queryset=Body.objects.none(), empty_label=_("Choose"))
    valid_from = forms.DateField(
        label=_("member from"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=_("source"),
        max_length=200,
        help_text=_("The document that says so, with its number."),
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class EndMember(ReasonedForm):
    valid_until = forms.DateField(
        label=_("member until (this day excluded)"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )


class AddFigure(ReasonedForm):
    state = forms.ChoiceField(label=_("state"), choices=StatisticState.choices)
    value = forms.DecimalField(
        label=_("value"),
        max_digits=20,
        decimal_places=4,
        required=False,
        localize=False,
        help_text=_("In the base unit that is named above. Leave empty when it is unknown."),
    )
    edition = forms.CharField(
        label=_("edition"),
        max_length=80,
        help_text=_("Names this figure apart from the others, e.g. yearbook 2024, revised."),
    )
    published_on = forms.DateField(
        label=_("published on"), required=False, widget=forms.DateInput(attrs=DATE)
    )
    source = forms.CharField(
        label=_("source"),
        max_length=200,
        help_text=_("Bulletin, yearbook or page where the figure can be seen."),
    )
    mark = forms.ChoiceField(
        label=_("proof"),
        choices=[(code, label) for code, label in Mark.choices if code != Mark.INVENTED],
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        is_known = data.get("state") == StatisticState.KNOWN
        if is_known and data.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("A known figure needs its value; otherwise choose unknown."))
        if not is_known and data.get("value") is not None:
            self.add_error("value", _("An unknown figure has no value: leave the field empty."))
        return data


class OpenAccount(ReasonedForm):
    name = forms.CharField(label=_("name of the person"), max_length=60)
    mobile = forms.RegexField(
        label=_("mobile"),
        regex=r"^1\d{10}$",
        required=False,
        error_messages={"invalid": _("A mobile number has eleven digits and begins with 1.")},
        help_text=_("Used for calls about duties of the post; others see the last four digits."),
    )
    login = forms.SlugField(
        label=_("sign-in name"),
        max_length=40,
        help_text=_("Latin letters, digits, hyphen and underscore."),
    )
    password = forms.CharField(
        label=_("first password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=rules_of_passwords,
    )


class FirstPassword(ReasonedForm):
    password = forms.CharField(
        label=_("first password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=rules_of_passwords,
    )


class LinkIdentity(ReasonedForm):
    subject = forms.CharField(
        label=_("number at the provider"),
        max_length=255,
        help_text=_(
            "It stands on the page that refused the person, and in the provider's own list."
        ),
    )


class GivePost(ReasonedForm):
    body = BodyChoice(label=_("body"), queryset=Body.objects.none(), empty_label=_("Choose"))
    title = forms.CharField(label=_("post"), max_length=60)
    role = forms.ChoiceField(label=_("role in the program"), choices=ROLE_CHOICES)
    held_from = forms.DateField(
        label=_("held from"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class IssueToken(ReasonedForm):
    account = forms.ModelChoiceField(
        label=_("account"),
        queryset=Account.objects.none(),
        empty_label=_("Choose"),
        help_text=_("The system may do what this account may do, and nothing else."),
    )
    label = forms.CharField(
        label=_("label"), max_length=60, help_text=_("Which system, and who answers for it.")
    )
    days = forms.IntegerField(label=_("days of life"), min_value=1, max_value=365, initial=365)

    def __init__(self, *args: Any, accounts: QuerySet[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]


class EndPost(ReasonedForm):
    until = forms.DateField(
        label=_("held until (this day excluded)"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )


class Plain(ReasonedForm):
    """Nothing but the reason."""
