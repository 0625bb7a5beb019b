"""Signatures of CAP files: whose they are, what is broken, and every way to wrap another message."""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]

from anlan.warning.rules.cap.reading import read_cap
from anlan.warning.rules.cap.signing import (
    CHANGED,
    EXPIRED,
    NOT_CHECKED,
    NOT_ENTERED,
    OTHER_KEY,
    OTHER_PLACE,
    VALID_FOR,
    NotACertificate,
    Proof,
    Signed,
    make_key,
    read_certificate,
    sign_cap,
    verify_signature,
)
from anlan.warning.rules.cap.writing import write_cap
from tests.warning.rules.cap.messages import FULL

AT = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
DS = "{http://www.w3.org/2000/09/xmldsig#}"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@lru_cache(maxsize=2)
def key(name: str = "owner") -> tuple[bytes, str]:
    return make_key(name, now=AT)


@lru_cache(maxsize=2)
def signed(name: str = "owner") -> bytes:
    secret, certificate = key(name)
    return sign_cap(write_cap(FULL), key_pem=secret, certificate_pem=certificate)


def verified(data: bytes, name: str = "owner", *, at: dt.datetime = AT) -> Signed:
    return verify_signature(data, key(name)[1] if name else "", at=at)


def test_what_was_signed_is_proven_and_reads_as_before() -> None:
    found = verified(signed())
    assert (found.proof, found.why) == (Proof.KNOWN, None)
    assert found.signer.startswith("CN=owner")
    reading = read_cap(signed())
    assert reading.alert == replace(FULL, is_signed=True)
    assert reading.is_valid
    assert verified(write_cap(FULL)).proof is Proof.NONE


def test_another_encoding_and_other_blanks_outside_do_not_break_it() -> None:
    text = signed().decode().split("?>", 1)[1]
    other = ("<?xml version='1.0' encoding='GB18030'?>\n\n" + text.strip()).encode("gb18030")
    assert verified(other).proof is Proof.KNOWN


@pytest.mark.parametrize(
    ("name", "why"), [("", NOT_ENTERED), ("other", OTHER_KEY)], ids=["none", "another"]
)
def test_a_signature_of_somebody_else_is_unknown(name: str, why: str) -> None:
    found = verified(signed(), name)
    assert found.proof is Proof.UNKNOWN
    assert found.why is not None
    assert found.why.msgid == why
    assert found.signer == ""


@pytest.mark.parametrize(
    ("shift", "proof"),
    [
        (dt.timedelta(minutes=-11), Proof.UNKNOWN),
        (dt.timedelta(minutes=-10), Proof.KNOWN),
        (VALID_FOR, Proof.KNOWN),
        (VALID_FOR + dt.timedelta(seconds=1), Proof.UNKNOWN),
    ],
)
def test_a_certificate_counts_while_it_is_valid(shift: dt.timedelta, proof: Proof) -> None:
    found = verified(signed(), at=AT + shift)
    assert found.proof is proof
    if proof is Proof.UNKNOWN:
        assert found.why is not None
        assert found.why.msgid == EXPIRED


@pytest.mark.parametrize("name", ["owner", ""])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("暴雨红色预警信号", "暴雨蓝色预警信号"),
        ("<severity>Extreme", "<severity>Minor"),
        ("<status>Actual", "<status>Test"),
    ],
)
def test_any_change_breaks_it(old: str, new: str, name: str) -> None:
    changed = signed().decode().replace(old, new).encode()
    assert changed != signed()
    found = verified(changed, name)
    assert found.proof is Proof.BROKEN
    assert found.why is not None
    assert found.why.msgid == CHANGED


def tree() -> Any:
    return etree.fromstring(signed())


def forged(root: Any) -> Any:
    """Another message in the place of the signed one."""
    root.find(f"{CAP}info/{CAP}severity").text = "Minor"
    return root


def wrapped_in_an_object() -> Any:
    """The signed message inside ds:Object, the forged one read."""
    root, original = forged(tree()), tree()
    holder = etree.SubElement(root.find(f"{DS}Signature"), f"{DS}Object")
    holder.append(original)
    return root


def referred_by_an_id() -> Any:
    """The reference points to a copy by Id."""
    root, original = forged(tree()), tree()
    original.set("Id", "real")
    root.find(f".//{DS}Reference").set("URI", "#real")
    holder = etree.SubElement(root.find(f"{DS}Signature"), f"{DS}Object")
    holder.append(original)
    return root


def signature_moved_first() -> Any:
    root = tree()
    root.insert(0, root.find(f"{DS}Signature"))
    return root


def signature_in_an_info() -> Any:
    root = tree()
    root.find(f"{CAP}info").append(root.find(f"{DS}Signature"))
    return root


def signed_twice() -> Any:
    root = tree()
    root.append(copy.deepcopy(root.find(f"{DS}Signature")))
    return root


def element_after_the_signature() -> Any:
    root = tree()
    root.append(copy.deepcopy(root.find(f"{CAP}info")))
    return root


def whole_inside_another_alert() -> Any:
    root = forged(etree.fromstring(write_cap(FULL)))
    root.append(tree())
    return root


WRAPS = (
    *(wrapped_in_an_object, referred_by_an_id, signature_moved_first, signature_in_an_info),
    *(signed_twice, element_after_the_signature, whole_inside_another_alert),
)


@pytest.mark.parametrize("wrap", WRAPS, ids=lambda wrap: wrap.__name__)
@pytest.mark.parametrize("name", ["owner", "other", ""])
def test_no_wrapped_message_is_proven(wrap: Callable[[], Any], name: str) -> None:
    found = verified(etree.tostring(wrap()), name)
    assert found.proof is Proof.BROKEN, found


def signed_info_only() -> bytes:
    """A good signature of the owner over one element alone, put into a forged message."""
    from signxml import XMLSigner

    secret, certificate = key()
    root = etree.fromstring(write_cap(FULL))
    root.find(f"{CAP}info").set("Id", "one")
    made = XMLSigner().sign(
        root, key=secret, cert=[read_certificate(certificate)], reference_uri="#one"
    )
    made.find(f"{CAP}note").text = "forged"
    return bytes(etree.tostring(made))


@pytest.mark.parametrize("name", ["owner", ""])
def test_a_signature_over_one_element_is_broken(name: str) -> None:
    found = verified(signed_info_only(), name)
    assert found.proof is Proof.BROKEN
    assert found.why is not None
    assert found.why.msgid in (OTHER_PLACE, CHANGED)


def test_what_cannot_be_checked_is_unknown_and_never_known() -> None:
    weak = signed().decode().replace("xmldsig-more#rsa-sha256", "xmldsig-more#sm2-sm3").encode()
    found = verified(weak)
    assert found.proof in (Proof.UNKNOWN, Proof.BROKEN)
    root = tree()
    info = root.find(f".//{DS}KeyInfo")
    info.getparent().remove(info)
    bare = verified(etree.tostring(root), "")
    assert bare.proof in (Proof.UNKNOWN, Proof.BROKEN)
    assert verified(etree.tostring(root)).proof is not Proof.KNOWN
    for each in (found, bare):
        assert each.why is not None
        assert each.why.msgid in (NOT_CHECKED, CHANGED)


def test_no_certificate_is_refused_by_name() -> None:
    for wrong in ("", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "证书"):
        with pytest.raises(NotACertificate):
            read_certificate(wrong)
