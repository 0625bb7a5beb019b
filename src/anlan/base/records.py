"""Record: the base of every journaled table, and the guard that keeps writes in the journal."""

import uuid
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import UnjournaledWrite
from anlan.base.identity import new_id
from anlan.base.table_checks import is_plainly_fulfilled

INVENTED_MARK = "X"
writing: ContextVar[Any] = ContextVar("anlan_recording", default=None)


def this_centre() -> str:
    """Code of the centre that runs this program (a city or a county)."""
    return str(settings.ANLAN_CENTRE)


def require_recording(model: type[models.Model]) -> None:
    if writing.get() is None:
        raise UnjournaledWrite(model=model.__name__)


class RecordQuerySet(models.QuerySet[Any]):
    """Reads as usual; bulk writes only inside a recording."""

    def visible_to(self, scope: Any) -> Self:
        """Rows that a scope may see. A model that declares nothing shows nothing."""
        condition = self.model.visible_q(scope)
        return self.none() if condition is None else self.filter(condition)

    def update(self, **kwargs: Any) -> int:
        require_recording(self.model)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_recording(self.model)
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        require_recording(self.model)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        require_recording(self.model)
        return super().bulk_update(objs, *args, **kwargs)


class Record(models.Model):
    """A row with identity, owner and version; written only inside a journal recording."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    SECRET: ClassVar[frozenset[str]] = frozenset()
    IMAGE_BY_DIGEST: ClassVar[frozenset[str]] = frozenset()
    UNREAD: ClassVar[frozenset[str]] = frozenset()
    """Columns for the program alone, which a history in words leaves out."""
    IS_BULK: ClassVar[bool] = False
    """Rows enter the journal as a number and a digest in the image of another record, so no past
    state and no exercise can hold them: both have the table, and it begins empty."""
    CODE_LABELS: ClassVar[dict[str, dict[str, Any]]] = {}
    """Labels of known codes, by column, where the column takes other codes as well."""

    id = models.UUIDField(_("record id"), primary_key=True, default=new_id, editable=False)
    owner_centre = models.CharField(
        _("owner centre"), max_length=20, default=this_centre, editable=False
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # `related.add()` updates through the base manager

    @classmethod
    def visible_q(cls, scope: Any) -> models.Q | None:
        """Which rows a scope may see; None refuses all (the default)."""
        return None

    def person_id_for_key(self) -> uuid.UUID | None:
        """The person under whose key the PERSONAL columns enter the journal."""
        return None

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        """The rows whose PERSONAL columns are this person's. A model with such columns says so."""
        return cls._default_manager.none()

    def is_invented_row(self) -> bool:
        """True for a row that only a demonstration may hold; a fact says so by its mark X."""
        return getattr(self, "mark", "") == INVENTED_MARK

    def get_constraints(
        self,
    ) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Those of the framework that are left to validate: what plainly holds costs no query."""
        return [
            (model, [one for one in constraints if not is_plainly_fulfilled(one, self)])
            for model, constraints in super().get_constraints()
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        require_recording(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        require_recording(type(self))
        return super().delete(*args, **kwargs)
