"""The demonstration city made once a file: each test takes its own changes back."""

from collections.abc import Iterator

import pytest

from anlan.site import instance


@pytest.fixture(scope="module")
def lasting_city(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    from django.conf import settings
    from django.contrib.auth.hashers import MD5PasswordHasher
    from django.db import transaction

    from anlan.sensing.store import engine
    from anlan.site import preparing
    from tests.conftest import NOW

    engine.close()  # readings of its own: no rollback empties their file
    settings.ANLAN_OBSERVATIONS = tmp_path_factory.mktemp("observations")

    hashers = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = [f"{MD5PasswordHasher.__module__}.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        instance.forget()
        profile = preparing.profile()
        instance.claim(profile=profile.folder.name, edition=profile.edition, now=NOW)
        preparing.fill(profile, lambda line: None, is_demonstration=True)
        instance.mark_ready(NOW)
        settings.PASSWORD_HASHERS = hashers
        yield
        transaction.set_rollback(True)
    instance.forget()


@pytest.fixture
def city(lasting_city: None, db: None) -> None:
    """Instead of the city of `tests/conftest.py`, which is made for each test."""
