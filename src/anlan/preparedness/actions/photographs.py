"""Reading a photograph: is it one, and when does its camera say it was taken."""

import io
import warnings
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError

from anlan.preparedness.actions.errors import NotAPhotograph
from anlan.preparedness.rules.photo_time import Taken

FORMATS: Final = ("JPEG", "PNG", "WEBP")
UNREADABLE: Final = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
)


def taken_in(content: bytes, name: str) -> Taken:
    """What the camera wrote; empty texts where it wrote nothing. NotAPhotograph for other files.

    Only the head is read: pixels are never decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a huge picture is not decoded here
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                found = picture.getexif()
                inner = found.get_ifd(ExifTags.IFD.Exif)
    except UNREADABLE as error:
        raise NotAPhotograph(field="file", name=name) from error
    text = inner.get(ExifTags.Base.DateTimeOriginal) or found.get(ExifTags.Base.DateTime) or ""
    offset = inner.get(ExifTags.Base.OffsetTimeOriginal) or ""
    return Taken(text=_plain(text), offset=_plain(offset))


def _plain(value: object) -> str:
    """Cameras write text, bytes or rubbish."""
    text = value.decode("ascii", "ignore") if isinstance(value, bytes) else str(value)
    return "".join(char for char in text if char.isprintable())[:19].strip()
