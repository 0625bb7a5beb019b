"""Bulletins: four eyes, stale versions, undo; issued they are warnings like any other."""

import datetime as dt
import uuid
from typing import Any

import pytest

from anlan.base.documents.errors import SecretDocument
from anlan.base.errors import Conflict, NotAllowed, NotFound, RequestReused
from anlan.base.identity import new_id
from anlan.base.models import JournalEntry
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.warning.actions.bulletins.drafting import write_bulletin
from anlan.warning.actions.bulletins.errors import (
    ActRefused,
    ApprovalRefused,
    BulletinIncomplete,
    ChangeUnfit,
    FollowedAlready,
    InForceAlready,
    NotFollowable,
    OwnerMissing,
    ReasonMissing,
    RouteChanged,
    SignerMissing,
)
from anlan.warning.actions.bulletins.issuing import expire_bulletins, issue_bulletin
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.correcting import correct_message
from anlan.warning.actions.errors import OwnMessage, TimesOutOfOrder
from anlan.warning.actions.expiring import end_expired
from anlan.warning.actions.receiving import Drawn, Told
from anlan.warning.models import Bulletin, BulletinArea, CallRound, IssuedWarning
from anlan.warning.queries.bulletins import alert_of, bulletins, reached_by
from anlan.warning.rules.cap.chain import change_findings
from anlan.warning.rules.cap.validating import validate_cap
from anlan.warning.rules.cap.values import Status
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.kept import SQUARE, acting
from tests.registers.small_city import NOW, TODAY
from tests.warning.bulletin_life import (
    HOUR,
    approve,
    discard_bulletin,
    draft,
    give_right,
    issue,
    issued,
    propose_bulletin,
    record_answer,
    rewrite_bulletin,
    row,
    send_back_bulletin,
    step,
    submit,
    take_back_bulletin,
    write,
)
from tests.warning.calling_life import make_contact, told

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def right(town: None) -> None:
    give_right()


def test_the_way_follows_from_the_register_of_rights() -> None:
    found = write()
    assert (found.way, found.owner) == ("propose", "")
    give_right()
    again = write()
    assert (again.way, again.owner) == ("publish", "")
    other = write("bureau", body="emergency")
    assert (other.way, other.owner, other.owner_body.code) == (  # type: ignore[union-attr]
        "propose",
        "演示签发单位water",
        "water",
    )
    assert write(level="red").way == "publish"


def test_a_bulletin_becomes_a_warning_that_can_be_called(right: None) -> None:
    make_contact(name="演示·在册")
    found = issued(level="red")
    assert found.state == "issued"
    message = found.message
    assert message is not None
    warning = message.warning
    assert warning.issuer == "演示·运城市水务局"
    assert warning.issuer_body.code == "water"  # type: ignore[union-attr]
    assert (message.intake, message.identifier) == ("own", found.identifier)
    assert (warning.level, warning.hazard, warning.expires_at) == (
        "red",
        "river-flood",
        found.expires_at,
    )
    assert message.text.startswith("演示·运城市水务局2026年11月24日10时00分发布洪水红色预警：")
    assert [area.region.code for area in message.areas.all()] == ["140825"]  # type: ignore[union-attr]
    result = open_round(message.pk, **told("bureau"))
    assert result["addressees"] == 1
    assert reached_by(found, TODAY).called == 1


def test_a_drawn_outline_goes_with_the_message(right: None) -> None:
    drawn = (Drawn(outline=SQUARE, name="汾河滩"),)
    found = issued(codes=(), outlines=drawn)
    assert [(area.name, area.outline) for area in found.message.areas.all()] == [  # type: ignore[union-attr]
        ("汾河滩", SQUARE)
    ]
    assert validate_cap(write_cap(alert_of(found, NOW))).verdict.value is True


def test_whoever_wrote_it_does_not_approve_it(right: None) -> None:
    own = submit(write("bureau"), "bureau")
    with pytest.raises(ApprovalRefused):
        approve(own, "bureau")
    edited = write("department")
    edited = step(rewrite_bulletin, edited, "bureau", draft=draft(text="改写"))
    edited = submit(edited, "department")
    with pytest.raises(ApprovalRefused):  # whoever once wrote in it is a hand of it
        approve(edited, "bureau")
    assert row(edited.pk).state == "submitted"


def test_who_approves_which_level(right: None) -> None:
    high = submit(write("bureau", body="emergency", level="orange", owner="x"), "bureau")
    with pytest.raises(ApprovalRefused):
        approve(high, "officer")
    low = submit(write("bureau", body="emergency", level="blue", owner="x"), "bureau")
    assert approve(low, "officer").approved_by == "officer"
    for stranger, error in (("department", ApprovalRefused), ("public", NotFound)):
        with pytest.raises(error):
            approve(submit(write("officer", body="emergency", level="blue"), "officer"), stranger)


def test_a_county_writes_its_own_and_sees_no_draft_of_the_city(right: None) -> None:
    city, own = write(), write("county", body="emergency-xinjiang", owner="县政府")
    seen = set(bulletins(acting("county").scope).values_list("pk", flat=True))
    assert seen == {own.pk}
    assert not set(bulletins(acting("other").scope))
    assert not bulletins(acting("public").scope).exists()
    assert {city.pk, own.pk} <= set(bulletins(acting("bureau").scope).values_list("pk", flat=True))
    with pytest.raises(NotFound):
        submit(city, "county")
    with pytest.raises(NotAllowed):
        write("county", body="water")
    with pytest.raises(NotAllowed):
        write("public", body="emergency")
    out = issued(hazard="low-flow")
    assert out.pk in set(bulletins(acting("other").scope).values_list("pk", flat=True))


def test_nothing_incomplete_is_submitted(right: None) -> None:
    for more, part in (
        ({"headline": ""}, "标题"),
        ({"text": ""}, ""),
        ({"instruction": ""}, ""),
        ({"codes": ()}, ""),
        ({"expires_at": None}, ""),
        ({"expires_at": NOW}, ""),
    ):
        found = write(**more)  # type: ignore[arg-type]
        with pytest.raises(BulletinIncomplete):
            submit(found)
        assert row(found.pk).state == "draft", part
    with pytest.raises(ChangeUnfit):
        submit(write(change="raise"))
    with pytest.raises(TimesOutOfOrder):
        write(effective_at=NOW + 13 * HOUR)
    with pytest.raises(OwnerMissing):
        submit(write("bureau", body="emergency", hazard="geological"), "bureau")


@pytest.mark.parametrize("field", ["headline", "text", "instruction", "origin"])
def test_nothing_with_a_secrecy_mark_is_written_down(right: None, field: str) -> None:
    marked = draft(**{field: "机密★1年 演示"})
    with pytest.raises(SecretDocument):
        write_bulletin(marked, **told("department"))
    assert not Bulletin.objects.exists()
    made = write_bulletin(draft(), **told("department"))
    with pytest.raises(SecretDocument):
        rewrite_bulletin(
            uuid.UUID(made["id"]),
            marked,
            expected_version=made["version"],
            **told("department"),
        )


def test_two_writers_of_one_draft(right: None) -> None:
    found = write()
    version = found.version
    step(rewrite_bulletin, found, "bureau", draft=draft(text="第一人"), version=version)
    with pytest.raises(Conflict) as refused:
        step(rewrite_bulletin, found, "department", draft=draft(text="第二人"), version=version)
    assert (refused.value.expected, refused.value.current) == (version, version + 1)
    assert row(found.pk).text == "第一人"


def test_an_area_alone_makes_a_new_version(right: None) -> None:
    found = write()
    after = step(rewrite_bulletin, found, "department", draft=draft(codes=("140828",)))
    assert after.version == found.version + 1
    assert [area.region.code for area in after.areas.all()] == ["140828"]  # type: ignore[union-attr]


def test_nobody_approves_a_stale_version(right: None) -> None:
    found = submit(write())
    seen = found.version
    step(take_back_bulletin, found, "department")
    step(rewrite_bulletin, found, "department", draft=draft(text="后来改的话"))
    submit(found)
    with pytest.raises(Conflict):
        approve(found, version=seen)
    with pytest.raises(Conflict):
        issue(found, version=seen)
    assert row(found.pk).state == "submitted"


def test_undo_and_sending_back(right: None) -> None:
    found = approve(submit(write()))
    with pytest.raises(ActRefused):
        step(rewrite_bulletin, found, "department", draft=draft())
    found = step(take_back_bulletin, found, "department")
    assert (found.state, found.approved_by, found.signer) == ("draft", "", "")
    with pytest.raises(ActRefused):
        issue(found)
    found = submit(found)
    for why, refusal in ((" ", ReasonMissing), ("区域过大", None)):
        how = {"expected_version": found.version, **told("bureau", reason=why)}
        if refusal is not None:
            with pytest.raises(refusal):
                send_back_bulletin(found.pk, **how)
        else:
            send_back_bulletin(found.pk, **how)
    found = row(found.pk)
    assert (found.state, found.sent_back_because) == ("sent-back", "区域过大")
    found = step(rewrite_bulletin, found, "department", draft=draft(text="改小"))
    assert (found.state, found.sent_back_because) == ("draft", "")
    assert step(discard_bulletin, found, "department").state == "discarded"
    with pytest.raises(SignerMissing):
        approve(submit(write()), signer=" ")


def test_a_chain_refers_to_all_that_holds(right: None) -> None:
    first = issued()
    chain = [first]
    for minute, (change, level) in enumerate((("raise", "orange"), ("raise", "red")), start=1):
        at = NOW + minute * dt.timedelta(minutes=1)
        chain.append(issued(at=at, change=change, level=level, follows=chain[-1].pk, codes=()))
    lift_at = NOW + HOUR
    lift = issued(at=lift_at, change="lift", follows=chain[-1].pk, codes=(), text="水位回落")
    assert [row(each.pk).state for each in chain] == ["updated", "updated", "cancelled"]
    assert lift.state == "lifting"
    chain.append(lift)
    alerts = [alert_of(row(each.pk), NOW) for each in chain]
    for place, alert in enumerate(alerts):
        assert alert.status is Status.TEST  # a demonstration is never actual
        assert validate_cap(write_cap(alert)).verdict.value is True
        assert change_findings(alert, tuple(alerts[:place])) == ()
    assert len(alerts[-1].references) == 3
    warning = IssuedWarning.objects.get()
    assert (warning.ended_at, warning.messages.count()) == (lift_at, 4)
    assert [area.region.code for area in lift.areas.all()] == ["140825"]  # type: ignore[union-attr]


def test_a_lift_in_the_second_of_its_issue_ends_it(right: None) -> None:
    first = issued()
    second = issued(change="raise", level="orange", follows=first.pk, codes=())
    lift = issued(change="lift", follows=second.pk, codes=(), text="误发，立即解除")
    assert [row(each.pk).sent_at for each in (first, second, lift)] == [
        NOW + number * dt.timedelta(seconds=1) for number in range(3)
    ]
    assert IssuedWarning.objects.get().ended_at == lift.sent_at


def test_what_follows_fits_what_is_in_force(right: None) -> None:
    first = issued()
    with pytest.raises(InForceAlready):
        submit(write())
    with pytest.raises(ChangeUnfit):
        submit(write(change="raise", level="blue", follows=first.pk))
    with pytest.raises(FollowedAlready):
        write(change="raise", level="red", follows=first.pk)
    step(discard_bulletin, Bulletin.objects.get(follows=first), "department")
    late = NOW + 12 * HOUR
    with pytest.raises(NotFollowable):
        write(at=late, change="lift", follows=first.pk)
    follower = submit(write(change="renew", follows=first.pk, expires_at=NOW + 20 * HOUR))
    approve(follower)
    assert expire_bulletins(late) == 1
    assert expire_bulletins(late) == 0
    assert end_expired(late) == 1
    assert row(first.pk).state == "expired"
    with pytest.raises(NotFollowable):
        issue(follower, at=late)


def test_what_is_over_does_not_wait_for_the_sweep(right: None) -> None:
    first = issued()
    late = NOW + 12 * HOUR
    second = issued(at=late, expires_at=late + HOUR)
    assert (row(first.pk).state, second.state) == ("expired", "issued")


def test_rights_that_changed_stop_the_issue(right: None) -> None:
    from anlan.base.upkeep import change
    from anlan.warning.models import PublishingRight

    found = approve(submit(write()))
    held = PublishingRight.objects.get(body__code="water")
    change(
        PublishingRight,
        held.pk,
        {"valid_until": TODAY},
        expected_version=held.version,
        **told("admin"),
    )
    with pytest.raises(RouteChanged):
        issue(found)
    assert row(found.pk).state == "approved"


def test_a_proposal_goes_to_its_owner_and_is_no_warning(right: None) -> None:
    found = approve(submit(write("officer", body="emergency"), "officer"), "bureau")
    with pytest.raises(RouteChanged):
        issue(found, "officer")
    found = step(propose_bulletin, found, "officer")
    assert (found.state, found.message, found.identifier) == ("proposed", None, "")
    sent = OutgoingMessage.objects.get(purpose="bulletin-proposal")
    assert "建议发布洪水黄色预警建议" in sent.text
    assert Dispatch.objects.get(message=sent).addressee == "water"
    assert not IssuedWarning.objects.exists()
    assert alert_of(found, NOW).status is Status.DRAFT
    with pytest.raises(ReasonMissing):
        step(record_answer, found, "officer", is_adopted=True, answer="")
    found = step(record_answer, found, "officer", is_adopted=False, answer="暂不发布")
    assert (found.state, found.answer) == ("declined", "暂不发布")
    with pytest.raises(ActRefused):
        step(record_answer, found, "officer", is_adopted=True, answer="发布")


def test_an_owner_outside_the_register_gets_the_text_by_hand() -> None:
    station = "气象主管机构所属的气象台站"
    give_right(body="", kind="meteorological", bodies=station, is_exclusive=True)
    found = write("bureau", body="emergency", hazard="rainstorm")
    assert found.owner == station
    found = approve(submit(found, "bureau"), "admin")
    result = propose_bulletin(found.pk, expected_version=found.version, **told("bureau"))
    assert result["is_told"] is False
    assert not OutgoingMessage.objects.exists()


def test_a_repeated_request_writes_once(right: None) -> None:
    found = approve(submit(write()))
    how: dict[str, Any] = told("department", request_id=new_id().hex)
    first = issue_bulletin(found.pk, expected_version=found.version, **how)
    entries = JournalEntry.objects.count()
    assert issue_bulletin(found.pk, expected_version=found.version, **how) == first
    assert JournalEntry.objects.count() == entries
    with pytest.raises(RequestReused):
        write_bulletin(draft(), **how)
    with pytest.raises(ActRefused):
        issue(found)
    assert IssuedWarning.objects.count() == 1
    assert BulletinArea.objects.count() == 1
    assert not CallRound.objects.exists()


def test_an_own_message_is_not_corrected_but_updated(right: None) -> None:
    found = issued()
    message = found.message
    assert message is not None
    said = Told(
        issuer=message.warning.issuer,
        hazard="low-flow",
        level="red",
        change="issue",
        issued_at=message.issued_at,
        regions=(message.areas.get().region_id,),
    )
    with pytest.raises(OwnMessage):
        correct_message(message.pk, said, expected_version=1, **told("bureau"))
