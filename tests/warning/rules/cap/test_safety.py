"""Files that want something of the reader are refused in words, and nothing is fetched."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.cap.safety import LARGEST_BYTES, CapRefused, parse_tree
from anlan.warning.rules.cap.validating import MessageFormat, validate_cap
from anlan.warning.rules.cap.writing import write_cap
from tests.warning.rules.cap.messages import FULL

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
BODY = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&x;</identifier></alert>'
XXE = HEAD + b'<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n' + BODY
REMOTE = HEAD + b'<!DOCTYPE alert SYSTEM "http://example.invalid/cap.dtd">\n' + BODY
PARAMETER = HEAD + b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://example.invalid/p"> %p;]>\n' + BODY
BOMB = (
    HEAD
    + b"<!DOCTYPE alert [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"<!ENTITY x '&a11;'>]>\n"
    + BODY
)


def refused_by(data: bytes) -> str:
    with pytest.raises(CapRefused) as refused:
        parse_tree(data)
    assert refused.value.finding.note.text() == str(refused.value)
    answer = validate_cap(data)
    assert answer.alert is None
    assert answer.format is MessageFormat.UNREADABLE
    assert answer.verdict.value is False
    assert answer.to_json()["rules"] == [refused.value.finding.rule]
    return refused.value.finding.rule


@pytest.mark.parametrize(
    "data",
    [XXE, REMOTE, PARAMETER, BOMB, XXE.lower(), XXE.replace(b"UTF-8", b"GBK")],
    ids=["xxe", "remote", "parameter", "bomb", "lower", "gbk"],
)
def test_a_document_type_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert refused_by(data) in ("cap-doctype", "cap-encoding")


def test_an_encoding_hides_no_document_type() -> None:
    text = XXE.decode()
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"):
        declared = text.replace("UTF-8", encoding.upper())
        assert refused_by(declared.encode(encoding)) in ("cap-encoding", "cap-not-well-formed")
    assert refused_by(XXE.replace(b"UTF-8", b"UTF-7")) == "cap-encoding"


def test_size() -> None:
    filler = b"<!--" + b"x" * LARGEST_BYTES + b"-->"
    assert refused_by(HEAD + filler) == "cap-size"
    whole = write_cap(FULL)
    at_most = whole.replace(
        b"</alert>", b"<!--" + b"x" * (LARGEST_BYTES - len(whole) - 7) + b"--></alert>"
    )
    assert len(at_most) == LARGEST_BYTES
    assert validate_cap(at_most).verdict.value is True


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"no xml",
        HEAD,
        b"<alert>",
        b"<a></b>",
        b"<a>&x;</a>",
        b"<a/><b/>",
        b"<a>\x01</a>",
    ],
)
def test_what_is_not_well_formed(data: bytes) -> None:
    assert refused_by(data) == "cap-not-well-formed"


def test_depth_and_attributes_are_bounded() -> None:
    assert refused_by(b"<a>" * 5000 + b"</a>" * 5000) == "cap-not-well-formed"
    assert refused_by(b"<a b='&#x41;' b='2'/>") == "cap-not-well-formed"


def test_chinese_encodings_are_read() -> None:
    text = write_cap(FULL).decode()
    for encoding in ("GB18030", "GBK", "gb2312", "utf8"):
        codec = "utf-8" if encoding == "utf8" else "gb18030"
        data = text.replace("UTF-8", encoding).encode(codec)
        assert validate_cap(data).alert == FULL
    assert validate_cap(b"\xef\xbb\xbf" + text.encode()).alert == FULL
    assert refused_by(text.encode("gb18030")) == "cap-encoding"


def test_comments_and_instructions_are_dropped() -> None:
    data = write_cap(FULL).replace(b"</event>", b"<!-- x --><?php echo 1 ?></event>")
    assert validate_cap(data).alert == FULL


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    assert validate_cap(data).verdict.value is False


@given(st.data())
def test_a_damaged_message_gets_an_answer(data: st.DataObject) -> None:
    whole = bytearray(write_cap(FULL))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    answer = validate_cap(bytes(whole))
    assert answer.verdict.value in (True, False)
    assert answer.verdict.reasons
