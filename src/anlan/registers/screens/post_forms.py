"""Forms of people, posts and tenures."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.registers.actions.holding import (
    add_person,
    add_post,
    begin_tenure,
    change_person,
    end_tenure,
)
from anlan.registers.actions.tenures import hand_over
from anlan.registers.forms.posts import (
    BeginForm,
    EndForm,
    HandOverForm,
    PersonForm,
    PostForm,
)
from anlan.registers.models import Body, Person, Post, Tenure
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm, columns_of, people_seen
from anlan.registers.screens.people import person_url
from anlan.registers.screens.posts import post_url

PERSON_COLUMNS = ("name", "mobile", "landline")


class KeeperForm(KeptForm):
    capability = Capability.KEEP_REGISTERS


class PersonAdd(KeeperForm):
    form_class = PersonForm
    title = _("Enter a person")
    lead = _("Without a sign-in. A post is given afterwards, on the page of the post.")

    def perform(self, asked: Asked) -> str:
        result = add_person(asked.values, **self.told(asked))
        return reverse("person", args=[result["id"]])

    def back(self) -> str:
        return reverse("person-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("person-list"), _("People"))]


class PersonChange(PersonAdd):
    title = _("Change a person")
    lead = _("A number that changes is unproven until somebody answers it.")

    def current(self) -> Person:
        row: Person = self.one(Person, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), PERSON_COLUMNS)

    def perform(self, asked: Asked) -> str:
        change_person(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("person", args=[self.kwargs["pk"]])


class PostAdd(KeeperForm):
    form_class = PostForm
    title = _("Enter a post")
    lead = _("A post with city-wide rights is made by a system administrator.")

    def initial(self) -> dict[str, Any]:
        code = self.request.GET.get("body", "")
        body = Body.objects.visible_to(self.scope).filter(code=code).first()
        return {"body": body and body.pk, "role": "department"}

    def form_arguments(self) -> dict[str, Any]:
        return {"offered": {"body": Body.objects.visible_to(self.scope).select_related("unit")}}

    def perform(self, asked: Asked) -> str:
        result = add_post(asked.values, **self.told(asked))
        return reverse("post", args=[result["id"]])

    def back(self) -> str:
        return reverse("post-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("post-list"), _("Posts"))]


class TenureBegin(KeeperForm):
    form_class = BeginForm
    title = _("Begin a tenure")

    def post_row(self) -> Post:
        row: Post = self.one(Post, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"held_from": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"person": people_seen(self.scope)}

    def perform(self, asked: Asked) -> str:
        row = self.post_row()
        begin_tenure(
            row.pk,
            person=asked.values["person"].pk,
            held_from=asked.values["held_from"],
            **self.told(asked),
        )
        return post_url(row)

    def back(self) -> str:
        return post_url(self.post_row())

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.post_row()
        return [(reverse("post-list"), _("Posts")), (post_url(row), str(row))]


class TenureEnd(KeeperForm):
    form_class = EndForm
    title = _("End a tenure")
    submit = _("End the tenure")
    lead = _("Without a successor the post is vacant from that day.")

    def current(self) -> Tenure:
        row: Tenure = self.one(Tenure, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"held_until": clock.today()}

    def perform(self, asked: Asked) -> str:
        end_tenure(
            self.kwargs["pk"],
            held_until=asked.values["held_until"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return post_url(self.current().post)

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("post-list"), _("Posts")),
            (post_url(row.post), str(row.post)),
            (person_url(row.person), row.person.name),
        ]


class TenureHandOver(TenureEnd):
    form_class = HandOverForm
    title = _("Hand over a post")
    submit = _("Hand over")
    lead = _("One day ends the old tenure and begins the new one.")

    def initial(self) -> dict[str, Any]:
        return {"on": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        row = self.current()
        posts = Post.objects.visible_to(self.scope).exclude(pk=row.post_id)
        return {
            "successor": people_seen(self.scope).exclude(pk=row.person_id),
            "next_post": posts.select_related("body"),
        }

    def perform(self, asked: Asked) -> str:
        values, row = asked.values, self.current()
        hand_over(
            row.pk,
            on=values["on"],
            successor=values["successor"] and values["successor"].pk,
            next_post=values["next_post"] and values["next_post"].pk,
            **self.told(asked),
        )
        return self.back()
