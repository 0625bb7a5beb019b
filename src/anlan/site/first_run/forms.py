"""Forms of the first run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.entries import rules_of_passwords
from anlan.registers.models import Body
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import ROLE_LABELS, Role


class BodyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.short_name} · {obj.full_name}"


class AccountForm(forms.Form):
    """One sign-in of the first run. The code is asked only of somebody not signed in."""

    code = forms.CharField(
        label=_("one-time code"),
        max_length=40,
        help_text=_("The server printed it when it started, like ABCD-EFGH-JKLM."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    role = forms.ChoiceField(label=_("what for"), choices=())
    body = BodyChoice(label=_("body"), queryset=Body.objects.none())
    name = forms.CharField(label=_("person's name"), max_length=60)
    mobile = forms.RegexField(
        label=_("mobile"),
        regex=r"^1[3-9]\d{9}$",
        error_messages={"invalid": _("A mobile number has eleven digits and begins with 1.")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    login = forms.SlugField(
        label=_("sign-in name"),
        max_length=40,
        help_text=_("Latin letters, digits, hyphen and underscore."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("password"),
        max_length=128,
        strip=False,
        help_text=rules_of_passwords,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    request_id = forms.RegexField(regex=r"^[0-9a-f]{32}$", widget=forms.HiddenInput())

    def __init__(self, *args: Any, needs_code: bool, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]
        choices = [(role.value, _(ROLE_LABELS[role])) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        bodies = Body.objects.select_related("unit")
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if is_invented(names=(data.get("name", ""),), mobile=data.get("mobile", "")):
            self.add_error(
                "name",
                _("This is a person of the demonstration. A real instance takes real people."),
            )
        if data.get("password") and data.get("repeated") not in (None, data["password"]):
            self.add_error("repeated", _("The two passwords differ. Type both again."))
        return data


class SignInForm(forms.Form):
    """Going on with a first run that was left."""

    login = forms.CharField(
        label=_("sign-in name"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
