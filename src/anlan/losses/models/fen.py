"""Money: kept in whole fen, written and read in 10 000 yuan as the forms of the field do."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _

FEN_PER_WAN = Decimal(1_000_000)
MOST_WAN = Decimal(1_000_000_000)
"""10 000 000 million yuan: more than a province makes in a year, and surely a slip."""


def wan_text(fen: int) -> str:
    """Fen as 10 000 yuan, without zeros at the end."""
    text = f"{Decimal(fen) / FEN_PER_WAN:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fen_of(wan: Decimal) -> int:
    """10 000 yuan as whole fen; ValueError when a part of a fen is left."""
    fen = wan * FEN_PER_WAN
    if fen != fen.to_integral_value():
        raise ValueError(_("“{text}” has parts of a fen. Round it.").format(text=wan))
    return int(fen)


class WanField(forms.DecimalField):
    """A form field in 10 000 yuan whose value is fen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs |= {"max_value": MOST_WAN, "decimal_places": 6}
        kwargs.setdefault("min_value", 0)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return wan_text(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def clean(self, value: Any) -> Any:
        wan = super().clean(value)
        return None if wan is None else fen_of(wan)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class FenField(models.BigIntegerField):
    """A column of fen that files, forms and histories show in 10 000 yuan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    @property
    def validators(self) -> list[Any]:  # type: ignore[override]
        limits = [MinValueValidator(0), MaxValueValidator(int(MOST_WAN * FEN_PER_WAN))]
        return [*super().validators, *limits]

    def file_text(self, value: int) -> str:
        return wan_text(value)

    def from_file(self, value: Any) -> int:
        """Called with a number that was read already."""
        return fen_of(Decimal(str(value)))

    def formfield(self, **kwargs: Any) -> Any:
        found = {"label": self.verbose_name, "required": not self.blank} | kwargs
        found.pop("form_class", None)
        return WanField(
            label=found["label"],
            required=found["required"],
            help_text=self.help_text,
        )
