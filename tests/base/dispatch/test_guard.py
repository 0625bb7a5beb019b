"""The one guard: only ACTUAL rows of the live world of a real instance reach a real gateway."""

import datetime as dt
import itertools
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anlan.base.dispatch import guard
from anlan.base.dispatch.guard import Gateways, Outbound
from anlan.base.dispatch.seal import Sealer
from anlan.base.dispatch.standing import Standing, standing
from anlan.base.identity import new_id
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.rules.dispatch import INSIDE, Channel, DispatchState, Outcome
from anlan.base.worlds.current import World, standing_in
from anlan.exchange.outward.http import CarrierGateway, WebhookGateway
from anlan.exchange.outward.robots import AppriseGateway
from anlan.exchange.outward.settings import KIND_LABELS, GatewaySettings
from anlan.exchange.rules.request import Request
from anlan.exchange.sweep import sweep
from tests.conftest import ROOT
from tests.exchange.carrier_server import Carrier
from tests.exchange.outgoing import NOW, Listening, listening, stamp, write

FORGED = (
    *("ACTUAL", "EXERCISE", "TEST", "actual", "Actual", "ACTUAL ", " ACTUAL", "ＡＣＴＵＡＬ"),
    *("ACTUAL\x00", "ACTUAL\n", "АCTUAL", "", "REAL", "0", "None", "演练"),
)
WORLDS = ("live", "Live", "live ", "", "exercise 3", "as of 2024-05-01", "LIVE", "ｌｉｖｅ")


class Pretender(str):
    """A text that is equal to everything."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


modes = st.one_of(st.sampled_from(FORGED), st.text(max_size=12))
worlds = st.one_of(st.sampled_from(WORLDS), st.text(max_size=12))
oddities = st.one_of(
    modes, worlds, st.none(), st.booleans(), st.integers(), st.builds(Pretender, modes)
)
stamps = st.sampled_from([True, False, None, 0, 1, "", "real"])
EVERY_CHANNEL = frozenset(channel.value for channel in Channel if channel not in INSIDE)
BY_KIND = {
    "carrier": frozenset({"sms", "voice"}),
    "webhook": frozenset({"webhook"}),
    "apprise": frozenset({"email", "wecom", "dingtalk", "feishu"}),
}
REAL = {"carrier": CarrierGateway, "webhook": WebhookGateway, "apprise": AppriseGateway}
RANK = {name: place for place, name in enumerate(Outbound._fields)}
CHANGED = ("mode", "world", "channel", "addressee_kind", "addressee", "person", "number", "key")


def outbound(mode: Any, world: Any, channel: str = "sms") -> Outbound:
    """A row as the program writes it."""
    sealer = Sealer()
    message = OutgoingMessage(
        id=new_id(),
        mode=mode,
        world=world,
        channel=channel,
        purpose="p",
        subject="s",
        text="t",
        known_at=NOW,
    )
    message.seal = sealer.of_message(message)
    key = new_id()
    parts = (mode, world, channel, "account", "a1", "", "19900000001")
    return Outbound(
        key=key,
        mode=mode,
        world=world,
        channel=channel,
        addressee_kind="account",
        addressee="a1",
        person=None,
        number="19900000001",
        seal=sealer.of_row(key.hex, message.seal, *map(str, parts)),
        attempts=1,
        message=message,
    )


@pytest.fixture(scope="module")
def outside() -> Iterator[tuple[Gateways, Carrier]]:
    """Every real gateway that can be set, all leading to one server on this machine."""
    with Carrier(answers=[(200, b'{"code": 0}')]) as carrier:
        made = []
        for kind, channels in BY_KIND.items():
            settings_ = GatewaySettings(
                name=kind,
                kind=kind,
                channels=channels,
                url=carrier.url,
                secret="a-secret-of-the-tests",
                request=Request(fields={"m": "{number}", "t": "{text}"}),
                addressees={"*": (carrier.url.replace("http://", "json://"),)},
            )
            made.append(REAL[kind](settings_))
        yield Gateways(loopback=Listening("inside", False), real=tuple(made)), carrier  # type: ignore[arg-type]


@pytest.mark.django_db
@given(modes, worlds, worlds, stamps, st.sampled_from(sorted(EVERY_CHANNEL)))
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example("ACTUAL", "live", "live", False, "sms")
@example("ACTUAL", "live", "live", False, "webhook")
@example("ACTUAL", "live", "live", False, "wecom")
@example("EXERCISE", "live", "live", False, "sms")
@example("TEST", "live", "live", False, "voice")
@example("ACTUAL", "live", "live", True, "email")
def test_no_real_gateway_is_reached_by_a_row_that_may_not_leave(
    outside: tuple[Gateways, Carrier], mode: str, world: str, here: str, demo: Any, channel: str
) -> None:
    """The same as above over the wire: what counts is what the server on the other side heard."""
    gateways, carrier = outside
    carrier.calls.clear()
    row, where = outbound(mode, world, channel), Standing(world=here, is_demonstration=demo)
    guard.send([row], gateways, where, NOW)
    assert len(carrier.calls) == int(may_leave(row, where))


def test_the_gateways_of_the_fuzz_are_all_that_exist() -> None:
    served = frozenset().union(*BY_KIND.values())
    assert served == EVERY_CHANNEL
    assert set(BY_KIND) == set(KIND_LABELS)


def may_leave(row: Outbound, here: Standing) -> bool:
    return (
        type(row.mode) is str
        and row.mode == "ACTUAL"
        and row.world == here.world == "live"
        and here.is_demonstration is False
    )


@given(modes, worlds, worlds, stamps)
@settings(max_examples=400, deadline=None)
def test_whatever_was_written_wherever(mode: str, world: str, here: str, demo: Any) -> None:
    gateways, real, inside = listening()
    row, where = outbound(mode, world), Standing(world=here, is_demonstration=demo)
    receipts = guard.send([row], gateways, where, NOW)
    assert len(receipts) == 1
    assert bool(real.heard) == may_leave(row, where)
    if mode not in ("ACTUAL", "EXERCISE", "TEST") or world != here or not world:
        assert inside.heard == []
        assert receipts[0].outcome is Outcome.REFUSED


@given(st.sampled_from(CHANGED), oddities, st.sampled_from(["ACTUAL", "EXERCISE", "TEST"]), stamps)
@settings(max_examples=400, deadline=None)
def test_a_row_that_was_changed_after_writing_goes_nowhere(
    name: str, value: Any, mode: str, demo: Any
) -> None:
    gateways, real, inside = listening()
    row = outbound(mode, "live")
    if name == "person":
        value = uuid.uuid4()
    if name == "key":
        value = new_id()
    changed = row._replace(**{name: value})
    is_same = type(value) is type(getattr(row, name)) and value == getattr(row, name)
    receipts = guard.send([changed], gateways, Standing(world="live", is_demonstration=demo), NOW)
    if is_same:
        return
    assert real.heard == []
    forged = isinstance(value, str) and str.__str__(value) == getattr(row, name)
    if not forged:
        assert inside.heard == []
        assert receipts[0].outcome is Outcome.REFUSED


@pytest.mark.parametrize("name", ["mode", "world", "text", "subject", "channel", "expires_at"])
def test_a_message_that_was_changed_after_writing_goes_nowhere(name: str) -> None:
    gateways, real, inside = listening()
    row = outbound("ACTUAL", "live")
    setattr(row.message, name, NOW if name == "expires_at" else "x")
    guard.send([row], gateways, Standing(world="live", is_demonstration=False), NOW)
    assert real.heard == inside.heard == []


@pytest.mark.parametrize("claims", [True, None, 0, "", "no"])
def test_a_loopback_gateway_that_does_not_swear_is_not_used(claims: Any) -> None:
    doubtful = Listening("inside", claims)
    gateways = Gateways(loopback=doubtful)  # type: ignore[arg-type]
    for mode, demo in itertools.product(("ACTUAL", "EXERCISE"), (True, False)):
        here = Standing(world="live", is_demonstration=demo)
        guard.send([outbound(mode, "live", "in-app")], gateways, here, NOW)
    assert doubtful.heard == []


def test_a_meant_row_without_a_gateway_is_not_said_to_have_arrived() -> None:
    inside = Listening("inside", False)
    here = Standing(world="live", is_demonstration=False)
    gateways = Gateways(loopback=inside)  # type: ignore[arg-type]
    receipts = guard.send([outbound("ACTUAL", "live", "sms")], gateways, here, NOW)
    assert inside.heard == []
    assert (receipts[0].outcome, receipts[0].detail) == (Outcome.FAILED, "no-gateway")


class Slow(Listening):
    """Takes half a minute a call."""

    passed = 0.0

    def send(self, rows: Any, now: dt.datetime) -> Any:
        Slow.passed += 30
        return super().send(rows, now)


def slow(name: str, channel: str, *answers: object) -> Slow:
    one = Slow(name, True, *answers)
    one.channels = frozenset({channel})
    return one


def test_no_gateway_is_begun_that_would_outlast_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows are given back, unspent; what stays inside goes first and waits for nobody."""
    Slow.passed = 0.0
    monkeypatch.setattr(guard, "monotonic", lambda: Slow.passed)
    sms, voice, inside = slow("sms", "sms"), slow("voice", "voice"), Listening("inside", False)
    gateways = Gateways(loopback=inside, real=(sms, voice))  # type: ignore[arg-type]
    rows = [outbound("ACTUAL", "live", each) for each in ("sms", "voice", "in-app")]
    here = Standing(world="live", is_demonstration=False)
    found = {one.key: one for one in guard.send(rows, gateways, here, NOW)}
    assert (len(sms.heard), voice.heard, len(inside.heard)) == (1, [], 1)
    given_back = found[rows[1].key]
    assert (given_back.outcome, given_back.was_tried) == (Outcome.POSTPONED, False)
    assert found[rows[0].key].outcome is Outcome.DELIVERED


def test_a_spare_that_cannot_begin_in_time_leaves_the_row_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Slow.passed = 0.0
    monkeypatch.setattr(guard, "monotonic", lambda: Slow.passed)
    first, spare = slow("first", "sms", Refusing()), slow("spare", "sms")
    gateways = Gateways(loopback=Listening("inside", False), real=(first, spare))  # type: ignore[arg-type]
    row = outbound("ACTUAL", "live", "sms")
    here = Standing(world="live", is_demonstration=False)
    (receipt,) = guard.send([row], gateways, here, NOW)
    assert (receipt.outcome, receipt.was_tried, spare.heard) == (Outcome.POSTPONED, True, [])


class Refusing(OSError):
    """No connection."""


CHANGES = st.dictionaries(
    st.sampled_from(["mode", "world", "channel", "state", "addressee", "number", "lease_by"]),
    st.one_of(
        st.sampled_from([*FORGED[:6], *WORLDS[:5], *(s.value for s in DispatchState), "sms"]),
        st.from_regex(r"\A[ -~]{0,8}\Z"),
    ),
    max_size=3,
)


@pytest.mark.django_db
@given(
    mode=st.sampled_from(["ACTUAL", "EXERCISE", "TEST"]),
    world=st.sampled_from(["live", "exercise 3"]),
    here=st.sampled_from(["live", "exercise 3"]),
    demo=st.booleans(),
    changes=CHANGES,
    said=CHANGES,
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_whole_way_with_rows_changed_in_the_table(
    journal_key: None,
    mode: str,
    world: str,
    here: str,
    demo: bool,
    changes: dict[str, str],
    said: dict[str, str],
) -> None:
    """Written, changed behind the program's back, swept three times, far apart."""
    stamp(is_demonstration=demo)
    with standing_in(World(name=world)):
        message = write(mode=mode)
    row = Dispatch.objects.get(message=message)
    before = {name: getattr(row, name) for name in changes}
    said = {name: value for name, value in said.items() if name in ("mode", "world", "channel")}
    meant = {name: getattr(message, name) for name in said}
    set_columns("base_dispatch", row.pk, changes)
    set_columns("base_outgoingmessage", message.pk, said)
    gateways, real, _ = listening()
    for minutes in (0, 5, 300):
        with standing_in(World(name=here)):
            sweep(NOW + dt.timedelta(minutes=minutes), gateways=gateways)
    mine = [heard for heard in real.heard if heard.key == row.pk]
    sealed = {k: v for k, v in changes.items() if k not in ("state", "lease_by")}
    is_whole = all(before[k] == v for k, v in sealed.items()) and meant == said
    if not (is_whole and mode == "ACTUAL" and world == here == "live" and demo is False):
        assert mine == []
    assert len(mine) <= 1


def set_columns(table: str, key: uuid.UUID, values: dict[str, str]) -> None:
    """Raw statements that no guard of the program sees."""
    shown = key if connection.vendor == "postgresql" else key.hex
    with connection.cursor() as cursor:
        for name, value in values.items():
            room = {"mode": 8, "channel": 12, "state": 12}.get(name, 30)
            sql = f"UPDATE {table} SET {name} = %s WHERE id = %s"  # noqa: S608
            cursor.execute(sql, [value[:room], shown])
            values[name] = value[:room]


@pytest.mark.django_db
def test_a_database_without_a_stamp_is_trusted_with_nothing() -> None:
    assert standing() == Standing(world="live", is_demonstration=None)
    gateways, real, inside = listening()
    write()
    sweep(NOW, gateways=gateways)
    assert real.heard == inside.heard == []
    assert Dispatch.objects.get().state == DispatchState.REFUSED


def test_nothing_else_calls_a_gateway() -> None:
    """One place: `send` of a gateway is called by the guard and by nobody else."""
    source = ROOT / "src" / "anlan"
    calls = [
        path.relative_to(source).as_posix()
        for path in sorted(source.rglob("*.py"))
        for _ in re.findall(r"gateway\w*\.send\(|loopback\.send\(", path.read_text("utf-8"))
    ]
    assert calls == ["base/dispatch/guard.py"]
