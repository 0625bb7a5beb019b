"""Evidence is counted; where there is none, nothing is stated."""

import pytest

from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.indicators.beside import LateKind, ProofKind, evidence_of


def test_no_evidence_is_no_statement() -> None:
    verdict = evidence_of({})
    assert verdict.value is UNKNOWN
    assert verdict.reasons[0].note is not None
    assert "no statement" in verdict.reasons[0].note.text()


def test_one_record_is_enough_to_exist() -> None:
    assert evidence_of({ProofKind.IN_REVIEW: 1}).known() == 1
    assert evidence_of({ProofKind.ACCEPTED: 2, ProofKind.PROJECTS: 1}).known() == 3


def test_a_kind_without_a_record_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        evidence_of({ProofKind.ACCEPTED: 0})


def test_every_kind_has_a_label() -> None:
    assert all(kind.label for kind in (*LateKind, *ProofKind))
