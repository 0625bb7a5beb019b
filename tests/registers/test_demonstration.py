"""The invented life 2021–2026: in order of time, marked as invented, told once."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count, Q
from django.test import override_settings

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.base.parts import Scene, Story, registry
from anlan.registers.actions.demonstration import FILE, register_scenes
from anlan.registers.models import (
    Account,
    Body,
    BodyName,
    GroupMembership,
    Person,
    Post,
    Statistic,
    Tenure,
)
from anlan.sensing.store import engine
from anlan.site import instance, preparing
from tests.registers.small_city import ADMINISTRATOR

CITY_TIME = ZoneInfo("Asia/Shanghai")
NOTICE_DAY = dt.date(2023, 2, 6)


def silent(line: str) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def life(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The whole demonstration, made once for this file and taken back after it. Yields seconds."""
    from django.db import transaction

    engine.close()
    readings = tmp_path_factory.mktemp("observations")
    with (
        override_settings(ANLAN_OBSERVATIONS=readings),
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        transaction.atomic(),
    ):
        instance.forget()
        profile = preparing.profile()
        instance.claim(profile=profile.folder.name, edition=profile.edition, now=clock.now())
        preparing.fill(profile, silent, is_demonstration=True)
        yield
        transaction.set_rollback(True)
    engine.close()
    instance.forget()


@pytest.fixture(autouse=True)
def told(life: None, db: None) -> None:
    """Each test sees the life; `db` takes its own changes back."""


def entries() -> list[JournalEntry]:
    return list(JournalEntry.objects.order_by("position"))


def test_the_journal_is_in_the_order_of_time() -> None:
    times = [entry.known_at for entry in entries()]
    assert times == sorted(times)
    assert times[0].astimezone(CITY_TIME).date() == dt.date(2021, 1, 4)
    years = {moment.astimezone(CITY_TIME).year for moment in times}
    assert years >= {2021, 2022, 2023, 2024, 2025, 2026}  # and what lives to this day
    assert times[-1] < clock.now()


def test_people_work_at_working_hours() -> None:
    for entry in entries():
        moment = entry.known_at.astimezone(CITY_TIME)
        if entry.action == "registers.duty.sign":  # shifts hand over on Sundays as well
            continue
        if entry.action.startswith(("losses.", "sensing.", "warning.")):  # day and night
            continue
        if entry.request_id.startswith("story-disaster-"):  # and so do the clocks of reports
            continue
        assert moment.weekday() < 5, entry.request_id
        assert dt.time(8) <= moment.time() < dt.time(18), entry.request_id


def test_the_registers_are_there_before_anybody_acts() -> None:
    loads = [entry for entry in entries() if entry.action == "registers.profile.load"]
    assert {entry.known_at.astimezone(CITY_TIME).date() for entry in loads} == {
        dt.date(2021, 1, 4)
    }
    assert entries()[: len(loads)] == loads


def test_the_notice_arrives_on_its_day_between_the_acts_of_the_registers() -> None:
    arrived = JournalEntry.objects.get(action="plan.notice.import")
    assert arrived.known_at.astimezone(CITY_TIME).date() == NOTICE_DAY
    before = JournalEntry.objects.filter(position__lt=arrived.position)
    after = JournalEntry.objects.filter(position__gt=arrived.position)
    assert before.filter(action="registers.tenure.hand_over").exists()
    assert after.filter(action="registers.tenure.hand_over").exists()


def test_corrections_give_reasons_and_one_is_taken_back() -> None:
    corrected = JournalEntry.objects.filter(action="plan.item.correct")
    withdrawn = JournalEntry.objects.get(action="plan.correction.withdraw")
    decided = JournalEntry.objects.filter(action="plan.name.decide")
    assert (corrected.count(), decided.count()) == (5, 3)
    for entry in (*corrected, withdrawn, *decided):
        assert '"reason":"演示：' in entry.content.replace(": ", ":")
    assert {entry.known_at.year for entry in corrected} == {2023, 2024, 2026}


def test_everybody_is_invented() -> None:
    for person in Person.objects.all():
        assert person.name.startswith("演示·")
        assert person.mobile[:7] == "1990000"
        assert person.is_invented
    mobiles = list(Person.objects.values_list("mobile", flat=True))
    assert len(set(mobiles)) == len(mobiles)


def test_the_city_has_its_contacts() -> None:
    assert set(Account.objects.values_list("login", flat=True)) == {
        "admin",
        "audit",
        "bureau",
        "county",
        "department",
        "leader",
        "public",
        "security",
    }
    assert Person.objects.filter(account__isnull=True).count() >= 45
    assert Body.objects.filter(posts__isnull=False).distinct().count() >= 43


def test_posts_changed_hands_and_one_is_vacant() -> None:
    ended = Tenure.objects.filter(held_until__isnull=False)
    assert {tenure.held_until.year for tenure in ended} == {2022, 2023, 2024, 2025, 2026}
    now_held = Count("tenures", filter=Q(tenures__held_until__isnull=True))
    vacant = Post.objects.annotate(holders=now_held).filter(holders=0)
    assert [str(post) for post in vacant] == ["市通联办 规划联络员"]
    moved = Person.objects.annotate(posts=Count("tenures")).filter(posts__gt=1)
    assert moved.count() >= 4


@pytest.mark.parametrize("model", [BodyName, GroupMembership, Statistic])
def test_invented_facts_say_so_and_are_marked(model: type) -> None:
    invented = model.objects.filter(mark="X")
    assert invented.count() >= 4
    assert set(invented.values_list("source", flat=True)) == {"演示数据"}
    assert not model.objects.filter(source="演示数据").exclude(mark="X").exists()


def test_members_come_and_go() -> None:
    spans = GroupMembership.objects.filter(mark="X").values_list("valid_from", "valid_until")
    assert {start.year for start, _ in spans} == {2021, 2023, 2024}
    assert sum(end is not None for _, end in spans) == 2


def test_real_facts_stay_as_the_profile_gave_them() -> None:
    profile = preparing.profile()
    for model, file in (
        (BodyName, "body_names.csv"),
        (GroupMembership, "body_group_members.csv"),
        (Statistic, "statistics.csv"),
    ):
        real = model.objects.exclude(mark="X")
        assert real.count() == len(profile.rows(file))
        assert not real.filter(version__gt=1).exists()


def test_invented_figures_are_editions_of_their_own_where_none_is_known() -> None:
    for figure in Statistic.objects.filter(mark="X"):
        assert figure.edition.startswith("演示·")
        same = Statistic.objects.filter(
            region=figure.region, year=figure.year, indicator=figure.indicator, state="known"
        )
        assert not same.exclude(mark="X").exists(), figure
    restated = Statistic.objects.filter(mark="X", indicator="gdp-yuan", year=2024)
    assert restated.count() == 2


@pytest.mark.parametrize("indicator", ["population-persons", "gdp-yuan"])
def test_the_counties_add_up_to_the_city(indicator: str) -> None:
    figures = Statistic.objects.filter(mark="X", indicator=indicator, year=2025)
    city = figures.get(region__code="140800").value
    counties = figures.filter(edition="演示·2025年县级年报").values_list("value", flat=True)
    assert (len(counties), sum(counties)) == (13, city)


def test_telling_it_again_adds_nothing() -> None:
    before = JournalEntry.objects.count()
    lines: list[str] = []
    preparing.fill(preparing.profile(), lines.append, is_demonstration=True)
    assert JournalEntry.objects.count() == before
    assert lines[-1].startswith("invented life: 0 of ")


def test_scenes_have_keys_of_their_own() -> None:
    scenes = list(register_scenes(preparing.profile()))
    assert len({scene.key for scene in scenes}) == len(scenes)
    assert all(len(scene.key) <= 64 for scene in scenes)
    entered = set(JournalEntry.objects.values_list("request_id", flat=True))
    assert {scene.key for scene in scenes} <= entered


def refusing_story() -> Story:
    def play() -> None:
        raise Refused

    scene = Scene(key="story-refused", at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC), play=play)
    return Story(name="refused", order=99, scenes=lambda profile: [scene])


def test_a_scene_that_no_longer_fits_is_left_out_once_people_looked_around(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "stories", lambda: [refusing_story()])
    profile, lines = preparing.profile(), []
    with pytest.raises(Refused):
        preparing.tell_stories(profile, silent)
    instance.mark_ready(clock.now())
    preparing.tell_stories(profile, lines.append)
    assert lines[0].startswith("story-refused: left out")
    instance.forget()


def test_one_story_can_be_told_alone() -> None:
    """As tests do that need only one stage."""
    seen: list[dt.datetime] = []

    def play() -> None:
        seen.append(clock.now())
        with recording(
            action="tests.scene", actor=ADMINISTRATOR, now=clock.now(), request_id="story-alone"
        ) as rec:
            rec.note(told=True)

    at = dt.datetime(2024, 5, 6, 1, tzinfo=dt.UTC)
    scenes = [Scene(key="story-alone", at=at, play=play)]
    Story(name="alone", order=1, scenes=lambda profile: scenes).tell(preparing.profile(), silent)
    assert seen == [at]


def test_the_file_holds_no_secret_beyond_the_password_that_is_shown() -> None:
    story = preparing.profile().table(FILE)
    assert story["password"] == "anlan-demo-2026"
    assert {"password"} == {name for name, value in story.items() if isinstance(value, str)}
