"""An instance to measure on: the registers of the profile and one sign-in, no invented life."""

import datetime as dt

LOGIN = "bench"
PASSWORD = "measured-2026"  # noqa: S105 - of an instance that lives as long as the bench


def lay_city() -> None:
    """Fill the empty database that the environment names. Django is set up."""
    from django.conf import settings
    from django.core.management import call_command

    from anlan.base import clock
    from anlan.base.journal import keys, sealing
    from anlan.base.parts import registry
    from anlan.site import instance, preparing

    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0, interactive=False)
    city = preparing.profile()
    instance.claim(profile=city.folder.name, edition=city.edition, now=clock.now())
    loader = next(one for one in registry.loaders() if one.name == "registers")
    loader.load(city, lambda line: None)
    _add_reader()
    instance.mark_ready(clock.now())
    sealing.seal(clock.now())


def lay_rules() -> None:
    """The monitoring rules of the program, as they are."""
    from anlan.warning.actions.monitoring_rules import load_monitoring_rules

    load_monitoring_rules(None, lambda line: None)


def _add_reader() -> None:
    """Somebody of the plan office, who may read and correct notices."""
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.registers.actions.people import NewColleague, add_colleague
    from anlan.registers.models import Body
    from anlan.registers.rules.scope import PROGRAM, Role

    add_colleague(
        NewColleague(
            name="演示·测量",
            mobile="19900000099",
            body=Body.objects.get(code="emergency").id,
            title="测量",
            role=Role.BUREAU,
            held_from=dt.date(2021, 3, 1),
            login=LOGIN,
            password=PASSWORD,
            is_invented=True,
        ),
        actor=Actor(account="program:bench", scope=PROGRAM),
        now=clock.now(),
        request_id="bench-reader",
    )
