"""Forms of carrying a notice over to its successor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import DECISION_CHOICES
from anlan.plan.forms.loop import DAY, Choices

WITHDRAW = "withdraw"


class OpenForm(ReasonedForm):
    predecessor = forms.ChoiceField(label=_("predecessor notice"))
    successor = forms.ChoiceField(
        label=_("successor notice"),
        help_text=_("It was imported before; a draft may be prepared, and is not closed."),
    )

    def __init__(self, *args: Any, notices: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("predecessor", "successor"):
            self.fields[name].choices = [("", "—"), *notices]  # type: ignore[attr-defined]


class _Decides(ReasonedForm):
    """What a decision needs; what does not belong to the chosen one is not looked at."""

    decision = forms.ChoiceField(
        label=_("decision"), choices=DECISION_CHOICES, widget=forms.RadioSelect
    )
    new_day = forms.DateField(
        label=_("new day"),
        required=False,
        widget=DAY,
        help_text=_("Carried: for all dated work of the item. Empty keeps a day still ahead."),
    )
    document = forms.CharField(
        label=_("document"),
        required=False,
        max_length=60,
        help_text=_("Finished: the proof. Ended: what allows it. With its number."),
    )
    finished_on = forms.DateField(
        label=_("finished on"), required=False, widget=DAY, help_text=_("Finished only.")
    )
    confirmed_by = forms.CharField(
        label=_("confirmed by"),
        required=False,
        max_length=120,
        help_text=_("Finished only: name and post."),
    )


class DecideForm(_Decides):
    target = forms.ChoiceField(
        label=_("item of the successor"),
        required=False,
        help_text=_("Carried only. What is proposed stands first; it is a proposal."),
    )

    def __init__(self, *args: Any, targets: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [("", "—"), *targets]  # type: ignore[attr-defined]
        self.order_fields(["decision", "target"])


class DecideManyForm(_Decides):
    rows = forms.MultipleChoiceField(
        label=_("items to carry over"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, rows: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rows"].choices = rows  # type: ignore[attr-defined]
        self.order_fields(["rows", "decision"])


class OwnerForm(ReasonedForm):
    new_body = forms.ChoiceField(label=_("taken on by the body"))

    def __init__(self, *args: Any, bodies: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = (WITHDRAW, _("nobody: the work is withdrawn"))
        self.fields["new_body"].choices = [("", "—"), *bodies, nobody]  # type: ignore[attr-defined]


class PlaceForm(OwnerForm):
    """Running work after an amendment: its item, its body, its day."""

    item = forms.ChoiceField(label=_("plan item"), required=False)
    new_day = forms.DateField(
        label=_("new day"),
        required=False,
        widget=DAY,
        help_text=_("Empty keeps a day still ahead; a day that is over needs a new one."),
    )

    def __init__(self, *args: Any, items: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", "—"), *items]  # type: ignore[attr-defined]
        self.order_fields(["new_body", "item", "new_day"])
