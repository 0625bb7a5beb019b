"""The page of a person: numbers and their proof, posts over time, why each field is held."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.models import Person
from anlan.registers.rules.personal_data import PERSONAL_FIELDS, PersonalField
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.contacts import person_contact_facts, person_proofs
from anlan.registers.screens.people import remark, shown_number, with_tenures


class PersonObject(RegisterObject):
    model = Person
    capability = Capability.READ_PEOPLE
    lookup = "pk"
    url_name = "person"
    subject = "registers.person"
    history_capability = Capability.READ_JOURNAL

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_tenures(rows)

    def badges(self, row: Person) -> Sequence[Badge]:
        found = remark(row)
        return (found,) if found else ()

    def crumbs(self, row: Person) -> Sequence[tuple[str, Text]]:
        return ((reverse("person-list"), _("People")),)

    def neighbours_among(self, row: Person) -> QuerySet[Any] | None:
        return None

    def facts(self, row: Person) -> Sequence[Fact]:
        scope = scope_of(self.request)
        return (
            fact(_("name of the person"), row.name, missing=_("erased")),
            fact(_("mobile"), shown_number(row, row.mobile, scope), missing=_("not entered")),
            fact(
                _("office telephone"),
                shown_number(row, row.landline, scope),
                missing=_("not entered"),
            ),
            fact(_("pinyin initials"), row.initials.upper()),
            *person_contact_facts(row),
        )

    def actions(self, row: Person) -> Sequence[Action]:
        scope, key = scope_of(self.request), [row.pk]
        if row.erased_at is not None:
            return ()
        found: list[Action] = []
        if scope.may(Capability.KEEP_REGISTERS):
            found.append(Action(label=_("Change"), url=reverse("person-change", args=key)))
        if scope.may(Capability.ERASE_PERSON):
            erase = reverse("person-erase", args=key)
            found.append(Action(label=_("Erase this person's data"), url=erase, icon="warn"))
        return tuple(found)

    def api_url(self, row: Person) -> str:
        return f"/api/v1/people/{row.pk}"

    def relations(self, row: Person) -> Sequence[Relation]:
        tenures = list(row.tenures.all())
        return (
            Relation(
                label=_("Posts"),
                columns=(
                    Column(
                        name="post",
                        label=_("post"),
                        value=lambda t: t.post.title,
                        link=lambda t: reverse("post", args=[t.post_id]),
                        is_title=True,
                    ),
                    Column(
                        name="body",
                        label=_("body"),
                        value=lambda t: t.post.body.full_name,
                        link=lambda t: reverse("body", args=[t.post.body.code]),
                    ),
                    Column(
                        name="role",
                        label=_("role in the program"),
                        value=lambda t: t.post.get_role_display(),
                    ),
                    Column(name="from", label=_("held from"), value=lambda t: t.held_from),
                    Column(
                        name="until",
                        label=_("held until (excluded)"),
                        value=lambda t: t.held_until,
                        missing=_("until now"),
                    ),
                ),
                rows=tenures,
                count=len(tenures),
                empty=_("This person holds no post, so the program lets them do nothing."),
            ),
            person_proofs(row, scope_of(self.request)),
            personal_fields(),
        )


def field_label(row: PersonalField) -> str:
    model = apps.get_model("registers", row.table)
    return str(model._meta.get_field(row.column).verbose_name)


def personal_fields() -> Relation:
    """Purpose, basis and retention of every personal field."""
    return Relation(
        label=_("Why these fields are held"),
        columns=(
            Column(name="field", label=_("field"), value=field_label, is_title=True),
            Column(name="purpose", label=_("purpose"), value=lambda f: gettext(f.purpose)),
            Column(name="basis", label=_("basis"), value=lambda f: gettext(f.basis)),
            Column(name="retention", label=_("kept"), value=lambda f: gettext(f.retention)),
        ),
        rows=PERSONAL_FIELDS,
        empty="",
    )
