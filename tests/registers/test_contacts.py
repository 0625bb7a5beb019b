"""Proof that a number is answered, thresholds by unit, and posts that change hands."""

import datetime as dt

import pytest

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.registers import contact_queries
from anlan.registers.actions import contacts, holding
from anlan.registers.actions.contacts import Attempt, record_attempt
from anlan.registers.actions.tenures import TenureEnded, hand_over
from anlan.registers.models import (
    Body,
    ContactProof,
    Person,
    Post,
    PostNumber,
    ReportingUnit,
    Tenure,
)
from anlan.registers.rules.contact_proof import Threshold, contact_state
from tests.registers.kept import acting, make_kept_city, person, said
from tests.registers.small_city import NOW, TODAY

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    make_kept_city()


def tried(login: str, days_ago: float, outcome: str = "answered", by: str = "bureau") -> None:
    attempt = Attempt(
        outcome=outcome, way="call", tried_at=NOW - days_ago * DAY, person=person(login).pk
    )
    record_attempt(attempt, **said(by))


def weak() -> set[str]:
    """People whose number is unproven, in SQL and by the rule: both must agree."""
    thresholds = contact_queries.thresholds_on(TODAY)
    rows = contact_queries.with_answers(Person.objects.all())
    found = rows.filter(
        contact_queries.unproven(NOW, thresholds, contact_queries.of_units_today(TODAY))
    )
    by_rule = set()
    for row in rows.prefetch_related("tenures__post__body__unit"):
        units = [t.post.body.unit.code for t in row.tenures.all()]
        verdict = contact_state(
            has_number=True,
            answered_at=row.answered_at,
            wrong_at=row.wrong_at,
            now=NOW,
            threshold=contact_queries.threshold_of(units, thresholds),
        )
        if verdict.known() != "alive":
            by_rule.add(row.name)
    assert {row.name for row in found} == by_rule
    return by_rule


def test_the_list_agrees_with_the_rule_around_the_threshold() -> None:
    assert len(weak()) == Person.objects.count(), "never answered is unproven"
    for login, days in (("bureau", 0), ("leader", 90), ("officer", 91), ("county", 60)):
        tried(login, days)
    assert weak() == {"演示·值守", "演示·水务", "演示·夏县", "演示·公众"}


def test_a_unit_sets_its_own_threshold_by_row() -> None:
    tried("county", 60)
    tried("leader", 60)
    unit = ReportingUnit.objects.get(code="xinjiang")
    values = {"unit": unit, "valid_from": TODAY, "mark": "D", "source": "县局规定"}
    with pytest.raises(NotAllowed):
        contacts.set_threshold({**values, "stale_after_calendar_days": 30}, **said("other"))
    contacts.set_threshold({**values, "stale_after_calendar_days": 59}, **said("county"))
    assert contact_queries.thresholds_on(TODAY) == {
        "xinjiang": Threshold(calendar_days=59, is_default=False)
    }
    assert contact_queries.thresholds_on(TODAY - DAY) == {}
    found = weak()
    assert "演示·新绛" in found
    assert "演示·带班" not in found
    later = {**values, "valid_from": TODAY + DAY, "stale_after_calendar_days": 1}
    contacts.set_threshold(later, **said("county"))
    assert contact_queries.thresholds_on(TODAY)["xinjiang"].calendar_days == 59


def test_a_changed_number_is_unproven_and_history_stays() -> None:
    tried("leader", 1)
    assert "演示·带班" not in weak()
    row = person("leader")
    values = {"name": row.name, "mobile": "19900009999", "landline": ""}
    holding.change_person(row.pk, values, expected_version=1, **said())
    assert "演示·带班" in weak()
    tried("leader", 0, "wrong-number")
    assert ContactProof.objects.filter(person=row).count() == 2


def test_a_wrong_number_is_found_until_it_is_answered() -> None:
    tried("leader", 3)
    tried("leader", 2, "wrong-number")
    tried("leader", 1, "no-answer")
    assert "演示·带班" in weak()
    tried("leader", 0)
    assert "演示·带班" not in weak()


def test_refusals_of_an_attempt() -> None:
    with pytest.raises(contacts.TriedInFuture):
        tried("leader", -1)
    with pytest.raises(NotAllowed):
        tried("leader", 0, by="public")
    with pytest.raises(NotFound):
        tried("bureau", 0, by="other")
    with pytest.raises(contacts.NoNumber):
        attempt = Attempt(
            outcome="answered",
            way="call",
            tried_at=NOW,
            person=person("leader").pk,
            kind="landline",
        )
        record_attempt(attempt, **said())
    with pytest.raises(contacts.AnsweredByNobody):
        attempt = Attempt(
            outcome="no-answer",
            way="call",
            tried_at=NOW,
            person=person("leader").pk,
            answered_by=person("leader").pk,
        )
        record_attempt(attempt, **said())
    assert not ContactProof.objects.exists()


def test_one_tap_twice_is_one_row() -> None:
    attempt = Attempt(outcome="answered", way="call", tried_at=NOW, person=person("leader").pk)
    asked = said(request_id="tap-00000001")
    assert record_attempt(attempt, **asked) == record_attempt(attempt, **asked)
    row = ContactProof.objects.get()
    assert row.answered_by == person("leader")
    assert row.number == person("leader").mobile


def test_the_number_enters_the_journal_sealed() -> None:
    from anlan.base.models import JournalEntry

    tried("leader", 0)
    content = JournalEntry.objects.latest("position").content
    assert person("leader").mobile not in content


def test_numbers_of_posts() -> None:
    post = Post.objects.get(title="县联络员", body__code="emergency-xinjiang")
    values = {"post": post, "mark": "X", "source": "演示"}
    with pytest.raises(contacts.NotANumber):
        contacts.add_post_number({**values, "number": "12"}, **said("county"))
    with pytest.raises(NotAllowed):
        contacts.add_post_number({**values, "number": "0359-7520000"}, **said("other"))
    contacts.add_post_number({**values, "number": "（0359）7520000"}, **said("county"))
    number = PostNumber.objects.get()
    assert number.number == "0359-7520000"
    attempt = Attempt(outcome="answered", way="call", tried_at=NOW, post_number=number.pk)
    record_attempt(attempt, **said("county"))
    assert contact_queries.with_post_answers(PostNumber.objects.all()).get().answered_at == NOW
    assert ContactProof.objects.get().number == ""


def test_scope_of_proofs() -> None:
    tried("leader", 0)
    seen = [
        ContactProof.objects.visible_to(acting(w).scope).count()
        for w in ("bureau", "county", "public")
    ]
    assert seen == [1, 0, 0]


# posts


def test_a_person_a_post_and_a_tenure() -> None:
    body = Body.objects.get(code="water")
    result = holding.add_person(
        {"name": "演示·新人", "mobile": "199-0000-8888", "landline": "0359 2060000 转 8"}, **said()
    )
    row = Person.objects.get(pk=result["id"])
    assert (row.mobile, row.landline, row.is_invented) == ("19900008888", "0359-2060000-8", True)
    with pytest.raises(Invalid):
        holding.add_person({"name": "演示·错", "mobile": "12345", "landline": ""}, **said())
    with pytest.raises(NotAllowed):
        holding.add_post({"body": body, "title": "局长", "role": "department"}, **said("county"))
    with pytest.raises(NotAllowed):
        holding.add_post({"body": body, "title": "管", "role": "bureau"}, **said("bureau"))
    made = holding.add_post({"body": body, "title": "局长", "role": "department"}, **said())
    begun = {"person": row.pk, "held_from": TODAY}
    holding.begin_tenure(made["id"], **begun, **said())
    with pytest.raises(holding.AlreadyHolds):
        holding.begin_tenure(made["id"], **begun, **said())
    tenure = Tenure.objects.get(person=row)
    with pytest.raises(Invalid):
        holding.end_tenure(tenure.pk, held_until=TODAY, expected_version=1, **said())
    holding.end_tenure(tenure.pk, held_until=TODAY + DAY, expected_version=1, **said())
    with pytest.raises(Conflict):
        holding.end_tenure(tenure.pk, held_until=TODAY + 2 * DAY, expected_version=1, **said())


def test_a_second_hand_over_is_refused() -> None:
    tenure = Tenure.objects.get(person=person("leader"))
    hand_over(tenure.pk, on=TODAY, successor=person("officer").pk, **said())
    with pytest.raises(TenureEnded):
        hand_over(tenure.pk, on=TODAY, successor=person("department").pk, **said())
    assert Tenure.objects.filter(post=tenure.post, held_until=None).count() == 1
