"""Upkeep of people, posts and tenures. Whoever keeps them decides what people may do: these
registers ask for the right of the security administrator."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.registers.models import Account, ApiToken, Person, Post, Tenure


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-people"
    columns = ("name", "mobile", "landline", "initials")
    known_by = ("name", "mobile")
    list_display = ("name", "mobile", "landline")
    search_fields = ("name", "mobile", "initials")


@admin.register(Post)
class PostAdmin(RegisterAdmin):
    capability: ClassVar[str] = "assign-rights"
    view_capability: ClassVar[str] = "read-accounts"
    columns = ("body", "title", "role")
    bulk_fields = ("body",)
    list_display = ("body", "title", "role")
    list_filter = ("role",)
    list_select_related = ("body",)
    search_fields = ("title", "body__short_name")
    autocomplete_fields = ("body",)


@admin.register(Tenure)
class TenureAdmin(RegisterAdmin):
    capability: ClassVar[str] = "assign-rights"
    view_capability: ClassVar[str] = "read-accounts"
    columns = ("person", "post", "held_from", "held_until")
    known_by = ("person", "post", "held_from")
    bulk_fields = ("held_until",)
    list_display = ("person", "post", "held_from", "held_until")
    list_select_related = ("person", "post__body")
    search_fields = ("person__name", "post__title", "post__body__short_name")
    autocomplete_fields = ("person", "post")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Accounts are opened and closed by their own actions."""

    view_capability: ClassVar[str] = "read-accounts"
    columns = ("login", "person", "is_active")
    list_display = ("login", "person", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("person",)
    search_fields = ("login", "person__name")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are issued and revoked by their own actions; their digest is never shown."""

    view_capability: ClassVar[str] = "read-accounts"
    columns = ("account", "label", "expires_at", "revoked_at")
    list_display = ("label", "account", "expires_at", "revoked_at")
    list_select_related = ("account",)
    search_fields = ("label", "account__login")
