"""The identifier of a message in the national warning network: 31 characters.

Source: appendix to the 12379 file conventions: `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`: division code
(GB/T 2260), agency code (GB/T 4657), unit inside (default 000), extension (default 00), Beijing
time of entry, serial 0 to 9 of the same unit and second. Agency 416, meteorological: from memory.
Edge cases: a date that does not exist, another length, other digits than 0 to 9: refused.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from anlan.base.rules.argument import CHINA_STANDARD_TIME

LENGTH: Final = 31
DEFAULT_UNIT: Final = "000"
DEFAULT_EXTENSION: Final = "00"
_FORM: Final = re.compile(r"(\d{6})(\d{3})(\d{3})(\d{2})_(\d{14})_(\d)", re.ASCII)
_PARTS: Final = {"division": 6, "agency": 3, "unit": 3, "extension": 2}
_TIME: Final = "%Y%m%d%H%M%S"


class NotAnIdentifier(ValueError):
    """The text, or a part of it, has not the form of an identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageIdentifier:
    """`entered_at` is aware and of whole seconds."""

    division: str
    agency: str
    unit: str = DEFAULT_UNIT
    extension: str = DEFAULT_EXTENSION
    entered_at: datetime
    serial: int = 0

    def __post_init__(self) -> None:
        for name, length in _PARTS.items():
            value = getattr(self, name)
            if len(value) != length or not (value.isascii() and value.isdigit()):
                raise NotAnIdentifier(f"{name}: {value}")
        if not 0 <= self.serial <= 9:
            raise NotAnIdentifier(f"serial: {self.serial}")
        if self.entered_at.tzinfo is None or self.entered_at.microsecond:
            raise NotAnIdentifier(f"entered_at: {self.entered_at}")

    @property
    def unit_code(self) -> str:
        """The 14 digits of who issues."""
        return f"{self.division}{self.agency}{self.unit}{self.extension}"

    def __str__(self) -> str:
        local = self.entered_at.astimezone(CHINA_STANDARD_TIME)
        # not strftime: it does not fill years below 1000 with noughts everywhere
        stamp = local.isoformat(timespec="seconds")[:19].translate(_NO_SIGNS)
        return f"{self.unit_code}_{stamp}_{self.serial}"

    @classmethod
    def read(cls, text: str) -> Self:
        found = _FORM.fullmatch(text)
        if found is None:
            raise NotAnIdentifier(text)
        division, agency, unit, extension, stamp, serial = found.groups()
        try:
            moment = datetime.strptime(stamp, _TIME).replace(tzinfo=CHINA_STANDARD_TIME)
        except ValueError:
            raise NotAnIdentifier(text) from None
        return cls(
            division=division,
            agency=agency,
            unit=unit,
            extension=extension,
            entered_at=moment,
            serial=int(serial),
        )


_NO_SIGNS: Final = str.maketrans("", "", "-T:")
