"""Makes an instance ready: key, tables, stamp, profile, and the invented life of a demonstration."""

from django.conf import settings
from django.core.management import call_command

from anlan.base import clock
from anlan.base.journal import keys, sealing
from anlan.base.parts import Progress, registry
from anlan.base.profile import Profile
from anlan.site import instance


def profile() -> Profile:
    return Profile(folder=settings.ANLAN_PROFILE, build_folder=settings.ANLAN_PROFILE_BUILD)


def prepare(progress: Progress) -> None:
    """Idempotent: a second call only does what is new."""
    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    if keys.make_key_if_absent():
        progress("journal key made: keep a copy of it outside this machine")
    call_command("migrate", verbosity=0, interactive=False)
    city = profile()
    stamp = instance.claim(profile=city.folder.name, edition=city.edition, now=clock.now())
    for loader in registry.loaders():
        if not (loader.automatic or stamp.is_demonstration):
            continue
        progress(f"[{loader.name}]")
        loader.load(city, progress)
    if stamp.is_demonstration:
        for story in registry.stories():
            progress(f"[{story.name}]")
            story.tell(city, progress)
        instance.mark_ready(clock.now())
    sealing.seal(clock.now())
