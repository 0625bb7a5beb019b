"""The online base map: whether it is shown, with which key and under which approval number."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record

THE_MAP = "tianditu"
KEEP_INSTANCE = "keep-instance"


class OnlineMap(Record):
    """Off until the system administrator switches it on. The key is sealed under a key outside
    the database and never enters the journal."""

    SECRET: ClassVar[frozenset[str]] = frozenset({"sealed_key"})

    code = models.CharField(_("code"), max_length=10, default=THE_MAP, unique=True)
    is_on = models.BooleanField(_("online base map shown"), default=False)
    sealed_key = models.TextField(_("sealed key"), blank=True, editable=False)
    approval = models.CharField(
        _("approval number of the base map (审图号)"), max_length=60, blank=True
    )

    class Meta:
        verbose_name = _("online base map")
        verbose_name_plural = _("online base map")
        constraints = (
            models.CheckConstraint(condition=Q(code=THE_MAP), name="one_online_map"),
            models.CheckConstraint(
                condition=Q(is_on=False) | (~Q(sealed_key="") & ~Q(approval="")),
                name="online_map_complete",
            ),
        )

    def __str__(self) -> str:
        return self.code

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return Q() if scope is not None and scope.may("read-internal") else None
