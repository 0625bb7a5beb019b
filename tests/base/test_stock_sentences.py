"""What people read when a value is refused: never a stock sentence of the framework."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core import validators
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client
from django.utils.translation import gettext, ngettext, override

import anlan
from anlan.base.stock_sentences import COUNTED, OF_FIELDS

STOCK = {
    "zh-hans": (
        "该变量",
        "该值",
        "字段",
        "有效",
        "确保",
        "确认总共",
        "确认小数",
        "必填项",
        "null",
        "字符串",
    ),
    "en": ("Ensure", "This field", "a valid", "Select", "null", "already exists", "Constraint"),
}
NOT_STOCK = ("这不是有效的 JSON",)
ODD = ("", " ", "x" * 5000, "\x00", "2026-13-45", "2", "-1", "9" * 20 + "." + "1" * 20, "[", "是")
SPOKEN = pytest.mark.parametrize("language", STOCK)


class Whatever(dict[str, Any]):
    """Gives every name of a sentence."""

    def __missing__(self, key: str) -> Any:
        return 2


def is_stock(text: str, language: str) -> bool:
    is_ours = text.startswith(NOT_STOCK)
    return not is_ours and any(words in text for words in STOCK[language])


def sentences() -> Iterator[Any]:
    """Everything that a field or a validator of the framework says."""
    for module in (forms.fields, forms.models, models.fields, models.fields.related, validators):
        for _, found in inspect.getmembers(module, inspect.isclass):
            yield from vars(found).get("default_error_messages", {}).values()
            if isinstance(found.__dict__.get("messages"), dict):
                yield from found.messages.values()
            if not isinstance(found.__dict__.get("message"), property):
                yield found.__dict__.get("message")


@SPOKEN
def test_every_sentence_of_the_framework_is_ours(language: str) -> None:
    said = [sentence for sentence in sentences() if sentence]
    assert len(said) > 60
    with override(language):
        shown = [str(sentence % Whatever()) for sentence in said]
    assert [text for text in shown if is_stock(text, language)] == []


@SPOKEN
def test_what_is_replaced_is_said_by_this_framework(language: str) -> None:
    """A sentence that a new version of the framework words otherwise is not ours any more."""
    with override(language):
        for message in OF_FIELDS:
            assert gettext(message) != message, message
        for one in (1, 2):
            for sentence in COUNTED:
                assert not is_stock(str(sentence % Whatever(limit_value=one)), language)
    assert ngettext("a", "b", 1) == "a"


def field_classes() -> Iterator[tuple[str, forms.Field]]:
    """Every field of every form that the program declares."""
    for found in pkgutil.walk_packages(anlan.__path__, "anlan."):
        if ".forms" in found.name or ".screens" in found.name:
            importlib.import_module(found.name)
    for form in descendants(forms.BaseForm):
        if form.__module__.startswith("anlan."):
            for name, field in form.base_fields.items():
                if getattr(field, "queryset", field) is not None:
                    yield f"{form.__qualname__}.{name}", field


def descendants(one: type) -> Iterator[Any]:
    for below in one.__subclasses__():
        yield below
        yield from descendants(below)


def reasons(refuse: Callable[[Any], Any]) -> Iterator[str]:
    for value in ODD:
        try:
            refuse(value)
        except ValidationError as refused:
            yield from refused.messages


@SPOKEN
@pytest.mark.django_db
def test_no_form_of_the_program_says_a_stock_sentence(language: str) -> None:
    walked = list(field_classes())
    assert len(walked) > 300
    with override(language):
        for name, field in walked:
            for text in reasons(field.clean):
                assert not is_stock(text, language), (name, text)


@SPOKEN
@pytest.mark.django_db
def test_no_column_of_the_program_says_a_stock_sentence(language: str) -> None:
    rows = [model for model in apps.get_models() if model.__module__.startswith("anlan.")]
    assert len(rows) > 50
    with override(language):
        for model in rows:
            for column in model._meta.concrete_fields:
                if isinstance(column, models.BinaryField):
                    continue
                for text in reasons(lambda value, c=column: c.clean(value, None)):
                    assert not is_stock(text, language), (column, text)


@SPOKEN
def test_the_limit_is_named_on_the_screen_and_by_the_api(
    client_as: Callable[[str], Client], language: str
) -> None:
    client = client_as("security")
    client.cookies["anlan_language"] = language
    given = {"title": "防" * 500, "request_id": "a" * 32, "held_from": date(2026, 1, 1)}
    page = client.post("/accounts/public/post/", given).content.decode()
    assert {"zh-hans": "此项必填", "en": "has to be filled in"}[language] in page
    assert {"zh-hans": "现在有 500 个", "en": "there are 500 now"}[language] in page
