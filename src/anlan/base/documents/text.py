"""Bytes of a text file to characters, or a refusal that names the file."""

from anlan.base.documents.errors import UndecodableText
from anlan.base.rules.encoding import text_and_encoding


def decode_text(data: bytes, filename: str) -> tuple[str, str]:
    """The text and the name of its encoding."""
    found = text_and_encoding(data)
    if found is None:
        raise UndecodableText(filename=filename)
    return found
