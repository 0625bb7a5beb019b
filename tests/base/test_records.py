"""The guard: no write of a Record passes beside a recording."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import models

from anlan.base.actor import Actor
from anlan.base.errors import UnjournaledWrite
from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.base.records import Record
from anlan.base.rows import row_image
from anlan.registers.models import Account, Region

KEEPER = Actor(account="keeper")


def region(code: str = "999001") -> Region:
    return Region(code=code, name="测试县", level="county")


def stored(now: dt.datetime, request_id: str) -> Region:
    with recording(action="t.add", actor=KEEPER, now=now, request_id=request_id) as rec:
        row = region()
        rec.add(row)
    return row


WRITES: dict[str, Callable[[Region], object]] = {
    "save": lambda row: row.save(),
    "delete": lambda row: row.delete(),
    "create": lambda row: Region.objects.create(code="999009", name="x", level="county"),
    "get_or_create": lambda row: Region.objects.get_or_create(code="999009", name="x"),
    "update_or_create": lambda row: Region.objects.update_or_create(
        code=row.code, defaults={"name": "x"}
    ),
    "update": lambda row: Region.objects.filter(pk=row.pk).update(name="x"),
    "delete_many": lambda row: Region.objects.filter(pk=row.pk).delete(),
    "bulk_create": lambda row: Region.objects.bulk_create([region("999009")]),
    "bulk_update": lambda row: Region.objects.bulk_update([row], ["name"]),
    "related_update": lambda row: row.children.update(name="x"),
    "related_add": lambda row: row.children.add(row),
    "related_create": lambda row: row.children.create(code="999009", name="x"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", WRITES)
def test_no_write_outside_a_recording(
    name: str, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    row = stored(now, request_ids())
    row.name = "x"
    with pytest.raises(UnjournaledWrite):
        WRITES[name](row)
    assert list(Region.objects.values_list("code", "name")) == [("999001", "测试县")]


@pytest.mark.django_db
@pytest.mark.parametrize("name", WRITES)
def test_no_write_past_an_open_recording(
    name: str, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    """A row saved by itself inside a recording would have no image: refused as well."""
    row = stored(now, request_ids())
    row.name = "x"
    with (
        pytest.raises(UnjournaledWrite),
        recording(action="t.x", actor=KEEPER, now=now, request_id=request_ids()) as rec,
    ):
        rec.add(region("999002"))
        WRITES[name](row)
    assert list(Region.objects.values_list("code", "name")) == [("999001", "测试县")]
    assert JournalEntry.objects.count() == 1


def test_every_link_between_records_is_protected() -> None:
    """A cascade would delete rows without an image."""
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is models.PROTECT, field
            assert not isinstance(field, models.ManyToManyField), field


def test_every_record_keeps_the_guarded_manager() -> None:
    from anlan.base.records import RecordQuerySet

    for model in apps.get_models():
        if issubclass(model, Record):
            assert isinstance(model._default_manager.all(), RecordQuerySet), model


def test_personal_and_secret_columns_exist() -> None:
    for model in apps.get_models():
        if issubclass(model, Record):
            columns = {field.attname for field in model._meta.concrete_fields}
            assert columns >= model.PERSONAL | model.SECRET | model.IMAGE_BY_DIGEST, model
    assert "password" in Account.SECRET


@pytest.mark.django_db
def test_row_image_before_and_after_the_database_agree(
    now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    row = stored(now, request_ids())
    assert row_image(row) == row_image(Region.objects.get(pk=row.pk))
