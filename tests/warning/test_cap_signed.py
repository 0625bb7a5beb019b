"""Signed files taken in, senders with certificates, and the own key."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.models import JournalEntry
from anlan.base.upkeep import create
from anlan.site.cli import main
from anlan.warning.actions.receiving_cap import SignatureBroken
from anlan.warning.actions.signing import KeyThere, make_signing_key
from anlan.warning.models import CapDocument, CapSender, IssuedWarning
from anlan.warning.queries.release import key_file, own_certificate, written
from anlan.warning.rules.cap.signing import Proof, make_key, sign_cap, verify_signature
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.kept import said
from tests.registers.small_city import NOW
from tests.warning.cap_life import ISSUER, SENDER, alert, document, take

As = Callable[[str], Client]
KEY, CERTIFICATE = make_key("owner", now=NOW)
OTHER_KEY, OTHER_CERTIFICATE = make_key("other", now=NOW)


def signed(given: Any, key: bytes = KEY, certificate: str = CERTIFICATE) -> bytes:
    return sign_cap(write_cap(given), key_pem=key, certificate_pem=certificate)


def enter(certificate: str = CERTIFICATE) -> CapSender:
    row = CapSender(sender=SENDER, issuer=ISSUER, certificate=certificate, source="演示", mark="X")
    create(row, **said("admin"))
    return row


@pytest.mark.usefixtures("kept")
class TestTakingIn:
    def test_signed_by_its_owner(self) -> None:
        enter()
        done = take(signed(alert()))
        row = document(done["id"])
        assert (done["state"], row.signature) == ("kept", "known")
        assert row.signer.startswith("CN=owner")

    def test_signed_by_somebody_unknown_is_said_and_taken_as_unsigned(self) -> None:
        done = take(signed(alert()))
        row = document(done["id"])
        assert (done["state"], row.signature, row.signer) == ("kept", "unknown", "")

    @pytest.mark.parametrize(
        "data", [write_cap(alert()), signed(alert(), OTHER_KEY, OTHER_CERTIFICATE)]
    )
    def test_of_a_sender_with_a_certificate_only_its_signature_is_enough(
        self, data: bytes
    ) -> None:
        enter()
        done = take(data)
        assert (done["state"], "cap-signature-expected" in done["rules"]) == ("waiting", True)
        assert not IssuedWarning.objects.exists()

    def test_a_broken_signature_refuses_the_file(self) -> None:
        changed = signed(alert()).replace("有暴雨".encode(), "无暴雨".encode())
        for known in (False, True):
            if known:
                enter()
            with pytest.raises(SignatureBroken):
                take(changed)
        assert not CapDocument.objects.exists()
        assert not JournalEntry.objects.filter(action="warning.cap.import").exists()

    def test_the_signed_twin_of_an_unsigned_file_writes_nothing(self) -> None:
        first = take(alert())
        assert take(signed(alert()))["id"] == first["id"]

    def test_the_name_of_the_register_counts(self) -> None:
        enter(certificate="")
        take(alert(sender_name="别的名字"))
        assert IssuedWarning.objects.get().issuer == ISSUER

    def test_what_is_no_certificate_is_refused(self) -> None:
        with pytest.raises(Invalid) as refused:
            enter("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
        assert refused.value.field == "certificate"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.ANLAN_HOME = tmp_path
    yield tmp_path


@pytest.mark.usefixtures("kept")
class TestOwnKey:
    def test_it_is_made_once_for_the_program_alone_and_signs(self, home: Path) -> None:
        assert written(alert()) == write_cap(alert())
        made = make_signing_key(**said("admin"))
        assert own_certificate() == made["certificate"]
        mode = stat.S_IMODE(key_file().stat().st_mode)
        assert mode == 0o600
        assert verify_signature(written(alert()), made["certificate"], at=NOW).proof is Proof.KNOWN
        with pytest.raises(KeyThere):
            make_signing_key(**said("admin"))
        entry = JournalEntry.objects.get(action="warning.cap.key")
        assert "PRIVATE" not in entry.content

    def test_only_the_system_administrator_makes_it(self, home: Path) -> None:
        with pytest.raises(NotAllowed):
            make_signing_key(**said("bureau"))
        assert not key_file().exists()

    def test_the_command_prints_the_certificate_again(self, home: Path, capsys: Any) -> None:
        with clock.at(NOW):
            assert main(["warn", "cap", "key"]) == 0
            first = capsys.readouterr().out
            assert main(["warn", "cap", "key"]) == 0
        assert capsys.readouterr().out == first
        assert first.startswith("-----BEGIN CERTIFICATE-----")
        assert "PRIVATE" not in first


def test_the_pages_of_senders(signed_in: As) -> None:
    with clock.at(NOW):
        row = enter()
        client = signed_in("bureau")
        page = client.get("/warnings/cap/senders/").content.decode()
        assert "CN=owner" in page
        assert client.get(f"/warnings/cap/senders/{row.pk}/").status_code == 200
        form = client.get("/warnings/cap/senders/add/")
        sent = {
            "sender": "b@x",
            "issuer": "演示·水文站",
            "certificate": "nonsense",
            "source": "函",
            "mark": "V",
            "reason": "来函",
            "request_id": form.context["form"].initial["request_id"],
            "expected_version": "0",
        }
        refused = client.post("/warnings/cap/senders/add/", sent)
        assert refused.status_code == 422
        kept = client.post("/warnings/cap/senders/add/", sent | {"certificate": OTHER_CERTIFICATE})
        assert kept.status_code == 302
        changed = {
            **sent,
            "sender": SENDER,
            "issuer": ISSUER,
            "certificate": "",
            "mark": "X",
            "request_id": "change-sender-1",
            "expected_version": "1",
        }
        path = f"/warnings/cap/senders/{row.pk}/change/"
        assert client.get(path).status_code == 200
        assert client.post(path, changed).status_code == 302
        row.refresh_from_db()
        assert row.certificate == ""
        for login in ("county", "public"):
            assert signed_in(login).get("/warnings/cap/senders/add/").status_code == 403
