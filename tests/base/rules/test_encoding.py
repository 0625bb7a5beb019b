"""Text files as Chinese offices have them: which encoding, or none."""

import pytest

from anlan.base.rules.encoding import text_and_encoding

TEXT = "站点,时间\r\n河津清涧湾,2026/11/27 5:02\r\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        *(("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030")),
        *(("gbk", "gb18030"), ("utf-16", "utf-16")),
        *(("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")),
    ],
)
def test_an_encoding_of_ours(encoding: str, name: str) -> None:
    assert text_and_encoding(TEXT.encode(encoding)) == (TEXT, name)


def test_big_endian_with_its_mark() -> None:
    assert text_and_encoding(b"\xfe\xff" + TEXT.encode("utf-16-be")) == (TEXT, "utf-16")


def test_an_empty_file_is_an_empty_text() -> None:
    assert text_and_encoding(b"") == ("", "utf-8")
    assert text_and_encoding(b"\xef\xbb\xbf") == ("", "utf-8-sig")


@pytest.mark.parametrize(
    "content", [b"\xff\xff\xff", b"\xff\xfea", b"\xef\xbb\xbf\xff", bytes(range(256)), b"\0\0\0\0"]
)
def test_what_is_no_text(content: bytes) -> None:
    assert text_and_encoding(content) is None
