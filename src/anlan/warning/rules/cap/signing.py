"""Whose signature a CAP file carries, and how our own files are signed.

Decides the state of a signature: none, of the known owner, of somebody unknown, or broken.

Source: XML Signature (W3C) enveloped in `alert`, OASIS CAP 1.2 §3.3.4; the cryptography is that of
`signxml`. House rules: only RSA and ECDSA with SHA-256 or stronger; one signature, at the end of
`alert`, over the whole message; a certificate counts for the sender that the register has it for
and while it is valid; what cannot be checked (another algorithm, no key inside) is unknown, which
proves no more than no signature at all.
Units and valid range: `at` is aware. Edge cases: a signature over another element, over a copy of
the message or beside another signature is broken, since what is read is then not what was signed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree  # type: ignore[import-untyped]
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.safety import Element, parse_tree
from anlan.warning.rules.cap.structure import SIGNATURE_NAMESPACE

KEY_BITS: Final = 3072
VALID_FOR: Final = timedelta(days=5 * 365)
_SIGNATURE: Final = f"{{{SIGNATURE_NAMESPACE}}}Signature"
_METHODS: Final = frozenset(
    {
        *(SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512),
        *(SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384),
        *(SignatureMethod.ECDSA_SHA512, SignatureMethod.SHA256_RSA_MGF1),
    }
)
_DIGESTS: Final = frozenset(
    {DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
)
OTHER_PLACE = gettext_noop("The signature does not cover the whole message, or not only it.")
CHANGED = gettext_noop("The message was changed after it was signed, or the signature is forged.")
NOT_CHECKED = gettext_noop("The signature is of a kind that is not checked here.")
NOT_ENTERED = gettext_noop("No certificate of this sender is entered here.")
OTHER_KEY = gettext_noop("It is signed with another key than that of this sender.")
EXPIRED = gettext_noop("The certificate of this sender is not valid at this time.")


class Proof(StrEnum):
    NONE = "unsigned"
    UNKNOWN = "unknown"
    KNOWN = "known"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """`signer` is the subject of the certificate that proves it; `why` says what does not."""

    proof: Proof
    signer: str = ""
    why: Message | None = None


class NotACertificate(ValueError):
    """The text is no X.509 certificate in PEM form."""


def read_certificate(pem: str) -> x509.Certificate:
    """Refuses with `NotACertificate`."""
    try:
        return x509.load_pem_x509_certificate(pem.strip().encode("ascii"))
    except (ValueError, UnicodeEncodeError) as error:
        raise NotACertificate(pem[:60]) from error


def subject_of(certificate: x509.Certificate) -> str:
    """Its subject and the first half of its fingerprint."""
    mark = certificate.fingerprint(hashes.SHA256()).hex()[:32]
    return f"{certificate.subject.rfc4514_string()} · {mark}"[:300]


def verify_signature(data: bytes, certificate_pem: str, *, at: datetime) -> Signed:
    """`certificate_pem` is that of the sender named in the file; empty where none is entered."""
    root = parse_tree(data)
    found = list(root.iter(_SIGNATURE))
    if not found:
        return Signed(proof=Proof.NONE)
    if len(found) > 1 or found[0].getparent() is not root or root[-1] is not found[0]:
        return Signed(proof=Proof.BROKEN, why=Message.of(OTHER_PLACE))
    if not certificate_pem.strip():
        return _integrity(root, Message.of(NOT_ENTERED))
    certificate = read_certificate(certificate_pem)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return _integrity(root, Message.of(EXPIRED))
    return _proven(root, certificate, at)


def _proven(root: Element, certificate: x509.Certificate, at: datetime) -> Signed:
    """Whether it holds by the key of the sender."""
    config = SignatureConfiguration(
        signature_methods=_METHODS, digest_algorithms=_DIGESTS, verification_time=at
    )
    try:
        result = XMLVerifier().verify(
            etree.tostring(root), x509_cert=certificate, expect_config=config
        )
    except InvalidDigest:
        return Signed(proof=Proof.BROKEN, why=Message.of(CHANGED))
    except (SignXMLException, ValueError):
        return _integrity(root, Message.of(OTHER_KEY))
    if not _covers(result, root):
        return Signed(proof=Proof.BROKEN, why=Message.of(OTHER_PLACE))
    return Signed(proof=Proof.KNOWN, signer=subject_of(certificate))


def _integrity(root: Element, why: Message) -> Signed:
    """Whether it holds by the key inside, which proves nothing about whose it is."""
    config = SignatureConfiguration(
        require_x509=False,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        ignore_ambiguous_key_info=True,
    )
    inside = root[-1].find(f".//{{{SIGNATURE_NAMESPACE}}}X509Certificate")
    pinned = None
    try:
        if inside is not None:
            pinned = read_certificate(_as_pem(inside.text or ""))
        result = XMLVerifier().verify(etree.tostring(root), x509_cert=pinned, expect_config=config)
    except InvalidSignature:
        return Signed(proof=Proof.BROKEN, why=Message.of(CHANGED))
    except (SignXMLException, ValueError):
        return Signed(proof=Proof.UNKNOWN, why=Message.of(NOT_CHECKED))
    if not _covers(result, root):
        return Signed(proof=Proof.BROKEN, why=Message.of(OTHER_PLACE))
    return Signed(proof=Proof.UNKNOWN, why=why)


def _as_pem(text: str) -> str:
    body = "".join(text.split())
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


def _covers(result: object, root: Element) -> bool:
    """Whether what was signed is the message that is read, and nothing else."""
    signed = getattr(result, "signed_xml", None)
    if signed is None:
        return False
    plain = etree.fromstring(etree.tostring(root))
    for signature in plain.findall(_SIGNATURE):
        _take_out(signature)
    return bool(_canonical(signed) == _canonical(plain))


def _take_out(element: Element) -> None:
    """Without its tail, the blanks behind it belong to the message."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _canonical(element: Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", with_comments=False))


def sign_cap(data: bytes, *, key_pem: bytes, certificate_pem: str) -> bytes:
    """The same message with an enveloped signature at its end."""
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256, digest_algorithm=DigestAlgorithm.SHA256
    )
    root = signer.sign(parse_tree(data), key=key_pem, cert=[read_certificate(certificate_pem)])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def make_key(name: str, *, now: datetime) -> tuple[bytes, str]:
    """A new key and its own certificate, both as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = now.astimezone(UTC).replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=10))
        .not_valid_after(start + VALID_FOR)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return secret, public.decode("ascii")
