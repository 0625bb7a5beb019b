"""Tables of the registers: who is who, and where."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record, RecordQuerySet
from anlan.registers.choices import (
    BodyKind,
    DataGrade,
    FactorKind,
    Mark,
    NameKind,
    RegionLevel,
    StatisticState,
    UnitKind,
    UnitOfMeasure,
)
from anlan.registers.rules.administrators import HeldTask, may_hold
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import ADMINISTRATORS, KNOWS_EVERYBODY, Capability, Role, Scope

ROLE_CHOICES = [(role.value, _(role.label)) for role in Role]


def published(scope: Scope) -> Q | None:
    """Everybody who may read what is published sees every row."""
    return Q() if scope.may(Capability.READ_PUBLISHED) else None


def by_unit(scope: Scope, path: str) -> Q | None:
    """Internal rows of the reporting units in view."""
    if not scope.may(Capability.READ_INTERNAL):
        return None
    return Q(**{f"{path}__in": scope.units})


class Sourced(models.Model):
    """Where a fact comes from and how far it is proven."""

    source = models.CharField(_("source"), max_length=200, blank=True)
    mark = models.CharField(_("proof"), max_length=1, choices=Mark, default=Mark.VERIFIED)

    class Meta:
        abstract = True


class Region(Record, Sourced):
    """An administrative division or a statistical unit (GB/T 2260, statistical codes below)."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=RegionLevel)
    is_division = models.BooleanField(_("is a division"), default=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    seat = models.CharField(_("seat"), max_length=60, blank=True)
    longitude_deg = models.FloatField(_("longitude (°)"), null=True, blank=True)
    latitude_deg = models.FloatField(_("latitude (°)"), null=True, blank=True)
    edition = models.CharField(_("edition"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ("code",)
        indexes = (models.Index(fields=("parent", "code"), name="region_parent_code"),)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class RegionOutline(Record):
    """The outline of a region in CGCS2000, with the datum it came in."""

    IMAGE_BY_DIGEST: ClassVar[frozenset[str]] = frozenset({"geometry"})

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, related_name="outline", verbose_name=_("region")
    )
    geometry = models.JSONField(_("geometry (GeoJSON)"))
    source_datum = models.CharField(_("datum of the source"), max_length=20)
    source = models.CharField(_("source"), max_length=200)
    area_km2 = models.FloatField(_("area of the outline (km²)"))
    label_longitude_deg = models.FloatField(_("label longitude (°)"))
    label_latitude_deg = models.FloatField(_("label latitude (°)"))

    class Meta:
        verbose_name = _("outline")
        verbose_name_plural = _("outlines")

    def __str__(self) -> str:
        return str(self.region)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        # Internal maps only, until an approved base map is configured (coverage.md, maps).
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class ReportingUnit(Record, Sourced):
    """A unit that reports beside its siblings: the city, 13 counties, the development zone."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=30)
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="reporting_units", verbose_name=_("region")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("reporting unit")
        verbose_name_plural = _("reporting units")
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.short_name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class Body(Record, Sourced):
    """A body that can carry a duty. Its names over time are in `BodyName`."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=BodyKind)
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("unit")
    )
    in_line_of_command = models.BooleanField(
        _("in the city government's line of command"), default=True
    )
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True, db_index=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ("unit__position", "position", "code")
        constraints = (
            models.UniqueConstraint(fields=("unit", "short_name"), name="body_short_in_unit"),
        )

    def __str__(self) -> str:
        return self.short_name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.full_name, self.short_name), mark=self.mark)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """Bodies of the city are public; those of a unit are seen by the units in view."""
        if not scope.may(Capability.READ_PUBLISHED):
            return None
        city = Q(unit__kind=UnitKind.CITY)
        return city | Q(unit__code__in=scope.units)


class BodyName(Record, Sourced):
    """A name of a body for a span of time; what a notice printed stays findable after a reform."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="names", verbose_name=_("body")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind)
    name = models.CharField(_("name"), max_length=120, db_index=True)
    only_in_unit = models.BooleanField(_("only inside its unit"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("name of a body")
        verbose_name_plural = _("names of bodies")
        ordering = ("body", "kind", "name")
        constraints = (
            models.UniqueConstraint(fields=("body", "kind", "name"), name="body_name_once"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        if not scope.may(Capability.READ_PUBLISHED):
            return None
        return Q(body__unit__kind=UnitKind.CITY) | Q(body__unit__code__in=scope.units)


class BodyGroup(Record, Sourced):
    """A phrase that stands for many bodies, e.g. 市安委会成员单位. `names` are the phrases."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    names = models.JSONField(_("printed phrases"), default=list)
    unit = models.ForeignKey(
        ReportingUnit, on_delete=models.PROTECT, related_name="groups", verbose_name=_("unit")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("body group")
        verbose_name_plural = _("body groups")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class GroupMembership(Record, Sourced):
    """A body in a group for a span of time."""

    group = models.ForeignKey(
        BodyGroup, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("group")
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("body")
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        ordering = ("group", "body__position")
        constraints = (
            models.UniqueConstraint(fields=("group", "body", "valid_from"), name="member_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="membership_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} · {self.group}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return published(scope)


class Statistic(Record, Sourced):
    """One figure of a region and year in one edition. A restated figure is a new edition."""

    CODE_LABELS: ClassVar[dict[str, dict[str, Any]]] = {
        "unit_of_measure": dict(UnitOfMeasure.choices)
    }

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="statistics", verbose_name=_("region")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.SlugField(_("indicator"), max_length=40)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20)
    state = models.CharField(_("state"), max_length=8, choices=StatisticState)
    edition = models.CharField(_("edition"), max_length=80)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    grade = models.CharField(
        _("data grade"), max_length=10, choices=DataGrade, default=DataGrade.PUBLIC
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        ordering = ("region__code", "indicator", "year", "edition")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "year", "indicator", "edition"), name="statistic_edition_once"
            ),
            models.CheckConstraint(
                condition=Q(state="unknown", value__isnull=True)
                | Q(state="known", value__isnull=False),
                name="statistic_unknown_has_no_value",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.indicator} {self.year}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        if not scope.may(Capability.READ_PUBLISHED):
            return None
        if scope.may(Capability.READ_INTERNAL):
            return Q(grade__in=(DataGrade.PUBLIC, DataGrade.INTERNAL))
        return Q(grade=DataGrade.PUBLIC)


class Person(Record):
    """A person, with or without a sign-in."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "mobile", "landline", "initials"})

    name = models.CharField(_("name"), max_length=60)
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    landline = models.CharField(_("office telephone"), max_length=30, blank=True)
    initials = models.CharField(_("pinyin initials"), max_length=30, blank=True)
    is_invented = models.BooleanField(_("invented"), default=False, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name or gettext("erased")

    def clean(self) -> None:
        """What was erased does not come back by an edit."""
        if self.erased_at is not None and any(getattr(self, name) for name in self.PERSONAL):
            raise ValidationError(
                gettext("This person's data were erased. Enter somebody new instead.")
            )

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.id

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        return cls.objects.filter(pk=person)

    def is_invented_row(self) -> bool:
        return self.is_invented or is_invented(names=(self.name,), mobile=self.mobile)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """The plan office sees everybody; others see their own body or their own unit."""
        if not scope.may(Capability.READ_PEOPLE):
            return None
        if scope.roles & KNOWS_EVERYBODY:
            return Q()
        tenures = Tenure.objects.filter(post__body__code__in=scope.bodies)
        if Role.COUNTY in scope.roles:
            tenures |= Tenure.objects.filter(post__body__unit__code__in=scope.own_units)
        return Q(pk__in=tenures.values("person"))


class Post(Record):
    """A post of a body, with what the program lets its holder do."""

    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="posts", verbose_name=_("body")
    )
    title = models.CharField(_("title"), max_length=60)
    role = models.CharField(_("role in the program"), max_length=24, choices=ROLE_CHOICES)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("body__position", "title")
        constraints = (models.UniqueConstraint(fields=("body", "title"), name="post_in_body"),)

    def __str__(self) -> str:
        return f"{self.body} {self.title}"

    def clean(self) -> None:
        """A post that changes its role must suit everybody who holds it."""
        for tenure in Tenure.objects.filter(post=self.pk).select_related("person"):
            refuse_two_tasks(tenure, Role(self.role) if self.role in tuple(Role) else None)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "body__unit__code")


class Tenure(Record):
    """A person in a post for a span of time."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("person")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="tenures", verbose_name=_("post")
    )
    held_from = models.DateField(_("held from"))
    held_until = models.DateField(_("held until (excluded)"), null=True, blank=True)

    class Meta:
        verbose_name = _("tenure")
        verbose_name_plural = _("tenures")
        ordering = ("post", "held_from")
        constraints = (
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(held_until__gt=models.F("held_from")),
                name="tenure_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"

    def clean(self) -> None:
        refuse_two_tasks(self, None)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        people = Person.visible_q(scope)
        return None if people is None else Q(person__in=Person.objects.filter(people))


def refuse_two_tasks(tenure: Tenure, role: Role | None) -> None:
    """Every way in passes here (`upkeep.validate`, forms of the admin, files): nobody is two of
    the three administrators. The person's row is held, so that two writers see each other."""
    if tenure.person_id is None or tenure.post_id is None or tenure.held_from is None:
        return  # the columns themselves were refused
    role = role or Role(tenure.post.role)
    if role not in ADMINISTRATORS:
        return
    if connection.in_atomic_block:
        Person.objects.select_for_update().filter(pk=tenure.person_id).first()
    others = Tenure.objects.filter(person=tenure.person_id, post__role__in=ADMINISTRATORS)
    held = [
        HeldTask(role=Role(code), since=since, until=until)
        for code, since, until in others.exclude(pk=tenure.pk)
        .exclude(post=tenure.post_id)
        .values_list("post__role", "held_from", "held_until")
    ]
    wanted = HeldTask(role=role, since=tenure.held_from, until=tenure.held_until)
    if not may_hold(wanted, held).known():
        message = _(
            "%(person)s holds the post of another administrator at that time. System, security "
            "and audit administration are held by three people: choose somebody else, or end "
            "the other post first."
        )
        raise ValidationError(message, code="two-administrators", params={"person": tenure.person})


class AccountManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(login=username)


class Account(AbstractBaseUser, Record):
    """A sign-in. Linked to at most one person; rights come from that person's posts alone."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"password", "past_passwords"})
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    last_login = None
    login = models.CharField(_("sign-in name"), max_length=40, unique=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="account", verbose_name=_("person")
    )
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    password_set_at = models.DateTimeField(_("password set at"), null=True, blank=True)
    must_change_password = models.BooleanField(
        _("password to be changed at the next sign-in"), default=False
    )
    past_passwords = models.JSONField(
        _("digests of earlier passwords"), default=list, blank=True, editable=False
    )

    objects = AccountManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("login",)

    def __str__(self) -> str:
        return self.login

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None


class ApiToken(Record):
    """A token of another system: acts as its account; only a digest is kept."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"digest"})

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="tokens", verbose_name=_("account")
    )
    label = models.CharField(_("label"), max_length=60)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None


class SecondFactor(Record):
    """A second proof of a sign-in. `secret` is sealed under a key outside the database."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"secret"})

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="factors", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=FactorKind)
    label = models.CharField(_("label"), max_length=60, blank=True)
    secret = models.TextField(_("sealed secret"), editable=False)
    added_at = models.DateTimeField(_("added at"))
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("second proof")
        verbose_name_plural = _("second proofs")
        ordering = ("account", "added_at")

    def __str__(self) -> str:
        return f"{self.account} {self.kind}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_ACCOUNTS) else None


from anlan.registers.identity_tables import LinkedIdentity  # noqa: E402
from anlan.registers.sign_in_tables import SignInSession, TokenUse  # noqa: E402

__all__ = ["LinkedIdentity", "SignInSession", "TokenUse"]
