"""Makes an instance ready: key, tables, stamp, profile; a demonstration also lives its years."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Refused
from anlan.base.journal import keys as journal_keys
from anlan.base.journal import sealing
from anlan.base.models import JournalEntry
from anlan.base.parts import Progress, registry
from anlan.base.profile import Profile
from anlan.site import instance

DEMONSTRATION = "demonstration.toml"
OPENING_TIME = dt.time(8, 30)


def profile() -> Profile:
    return Profile(folder=settings.ANLAN_PROFILE, build_folder=settings.ANLAN_PROFILE_BUILD)


def prepare(progress: Progress) -> None:
    """Idempotent: a second call only does what is new."""
    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns when it is absent
    if journal_keys.make_key_if_absent():
        progress(gettext("Journal key made: keep a copy of it outside this machine."))
    call_command("migrate", verbosity=0, interactive=False)
    city = profile()
    stamp = instance.claim(profile=city.folder.name, edition=city.edition, now=clock.now())
    fill(city, progress, is_demonstration=stamp.is_demonstration)
    if stamp.is_demonstration:
        instance.mark_ready(clock.now())
    sealing.seal(clock.now())


def fill(city: Profile, progress: Progress, *, is_demonstration: bool) -> None:
    """Load what a profile gives by itself; a demonstration then lives its invented years."""
    with opening_day(city) if is_demonstration else nullcontext():
        for loader in registry.loaders():
            if loader.automatic:
                progress(f"[{loader.name}]")
                loader.load(city, progress)
    if is_demonstration:
        tell_stories(city, progress)


@contextmanager
def opening_day(city: Profile) -> Iterator[None]:
    """The clock stands at the morning on which the invented life begins."""
    begins_on: dt.date = city.table(DEMONSTRATION)["begins_on"]
    with clock.at(dt.datetime.combine(begins_on, OPENING_TIME, CITY_ZONE)):
        yield


def tell_stories(city: Profile, progress: Progress) -> None:
    """Play the scenes of all stages in the order of their times; those told before are left.

    A scene that no longer fits (somebody changed the record while looking around) is left out.
    """
    scenes = [scene for story in registry.stories() for scene in story.scenes(city)]
    keys = [scene.key for scene in scenes]
    told = set(
        JournalEntry.objects.filter(request_id__in=keys).values_list("request_id", flat=True)
    )
    waiting = [scene for scene in scenes if scene.key not in told]
    for scene in sorted(waiting, key=lambda scene: scene.at):
        try:
            with clock.at(scene.at):
                scene.play()
        except Refused as refusal:
            if not instance.is_ready():
                raise
            progress(f"{scene.key}: left out, {refusal}")
    progress(f"invented life: {len(waiting)} of {len(scenes)} scenes told")
