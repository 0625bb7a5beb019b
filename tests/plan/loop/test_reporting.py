"""Reports and evidence: the walk of a report, two at once, refused files, what it finishes."""

import datetime as dt
import io
from typing import Any

import pytest
from docx import Document

from anlan.base.documents.errors import SecretDocument
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import Due, JournalEntry
from anlan.plan.actions.loop.errors import LoopRefused, NoCarrier, ProofMissing
from anlan.plan.actions.loop.evidence import EvidenceRefused, content_of, keep_file
from anlan.plan.actions.loop.reporting import (
    ReportText,
    accept_report,
    return_report,
    save_report,
    write_report,
)
from anlan.plan.models import Deliverable, Evidence, ProgressReport
from anlan.plan.queries.loop.progress import state_of
from anlan.plan.rules.loop.deliverable import DeliverableState

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.ANLAN_HOME = tmp_path


def text(**more: Any) -> ReportText:
    return ReportText(**({"text": "完成现场核查", "done_on": DAY} | more))


def owed(loop: Any) -> Deliverable:
    return Deliverable.objects.filter(item=loop.item("P1"), finish="", due__isnull=False).first()


def written(loop: Any, said: ReportText, *, by: str = "department", **more: Any) -> Any:
    """The water body reports on P3, in which it leads; its own reports go to the plan office."""
    made = write_report(loop.item("P3").pk, loop.body("water").pk, said, **more, **loop.by(by))
    return ProgressReport.objects.get(pk=made["id"]), made


def test_a_report_that_finishes_a_deliverable(loop: Any) -> None:
    item = loop.item("P3")
    row = Deliverable.objects.filter(item=item, finish="").first()
    if row is None:
        from anlan.plan.actions.loop.deliverables import NewDeliverable, add_deliverable

        made = add_deliverable(
            NewDeliverable(item=item.pk, text="验收", due_on=dt.date(2027, 1, 31)),
            **loop.by("bureau"),
        )
        row = Deliverable.objects.get(pk=made["id"])
    files = (keep_file(PNG, "现场.png"),)
    report, _made = written(
        loop, text(is_final=True, deliverable=row.pk), files=files, submit=True
    )
    assert report.state == "submitted"
    assert state_of(row, loop.now).known() is DeliverableState.UNDER_REVIEW
    review = Due.objects.get(pk=report.due_id)
    assert (review.rule, review.body, review.amount) == ("plan-review", "emergency", 5)
    accept_report(report.pk, expected_version=report.version, **loop.by("bureau"))
    row.refresh_from_db()
    assert (row.finish, row.finished_on) == ("report", DAY)
    assert Due.objects.get(pk=row.due_id).state == "answered"
    assert state_of(row, loop.now).known() is DeliverableState.FINISHED
    assert content_of(Evidence.objects.get(report=report)) == PNG


def test_a_final_report_needs_a_proof(loop: Any) -> None:
    with pytest.raises(ProofMissing):
        written(loop, text(is_final=True), submit=True)
    assert written(loop, text(is_final=True, document_number="演示〔2026〕1号"), submit=True)


def test_returned_is_completed_and_sent_again(loop: Any) -> None:
    report, _made = written(loop, text(), submit=True)
    with pytest.raises(NotAllowed):
        return_report(report.pk, expected_version=1, reason="缺", **loop.by("department"))
    return_report(report.pk, expected_version=1, reason="缺照片", **loop.by("bureau"))
    report.refresh_from_db()
    assert (report.state, report.review_note) == ("returned", "缺照片")
    assert Due.objects.get(pk=report.due_id).rule == "plan-rewrite"
    with pytest.raises(Conflict):
        save_report(report.pk, text(), expected_version=1, **loop.by("department"))
    save_report(
        report.pk,
        text(text="已补照片"),
        files=(keep_file(PNG, "补.png"),),
        submit=True,
        expected_version=report.version,
        **loop.by("department"),
    )
    report.refresh_from_db()
    assert report.state == "submitted"
    accept_report(report.pk, expected_version=report.version, **loop.by("bureau"))
    with pytest.raises(LoopRefused):
        return_report(report.pk, expected_version=4, reason="晚了", **loop.by("bureau"))


def test_two_report_at_once_both_are_kept_and_the_second_is_told(loop: Any) -> None:
    first, told = written(loop, text(text="甲报"), submit=True)
    assert told["beside"] == []
    second, told = written(loop, text(text="乙报"), submit=True)
    assert told["beside"] == [str(first.pk)]
    assert {first.text, second.text} == {"甲报", "乙报"}
    assert ProgressReport.objects.filter(pk__in=(first.pk, second.pk)).count() == 2


def test_a_repeated_request_writes_once(loop: Any) -> None:
    body, item = loop.body("water").pk, loop.item("P3").pk
    before = ProgressReport.objects.count()
    first = write_report(item, body, text(), submit=True, **loop.by("department", "report-once"))
    again = write_report(item, body, text(), submit=True, **loop.by("department", "report-once"))
    assert again == first
    assert ProgressReport.objects.count() == before + 1


def test_who_may_report_and_what_they_may_name(loop: Any) -> None:
    item, water = loop.item("P3").pk, loop.body("water").pk
    for login in ("bureau", "county", "public", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            write_report(item, water, text(), **loop.by(login))
    with pytest.raises(NotFound):
        written(loop, text(deliverable=owed(loop).pk))
    county = loop.body("emergency-xinjiang").pk
    with pytest.raises(NoCarrier):
        write_report(loop.item("T8").pk, county, text(), **loop.by("county"))


def test_drafts_are_seen_by_their_body_alone(loop: Any) -> None:
    draft, _made = written(loop, text())
    for login, sees in (("department", True), ("bureau", False), ("county", False)):
        scope = loop.actor_as(login).scope
        found = ProgressReport.objects.visible_to(scope).filter(pk=draft.pk).exists()
        assert found is sees, login


def test_refused_files_leave_nothing(loop: Any, tmp_path: Any) -> None:
    before = sorted(tmp_path.rglob("*"))
    document = Document()
    document.add_paragraph("机密★3年")
    secret = io.BytesIO()
    document.save(secret)
    for data, name, refusal in (
        (secret.getvalue(), "a.docx", SecretDocument),
        ("秘密★1年\n内容".encode(), "a.txt", SecretDocument),
        (PNG, "机密★.png", SecretDocument),
        (b"MZ", "a.exe", EvidenceRefused),
        (b"", "a.txt", EvidenceRefused),
        (b"%PDF-1.4", "a.png", EvidenceRefused),
        (PNG + b"0" * 31_457_280, "gross.png", EvidenceRefused),
    ):
        with pytest.raises(refusal):
            keep_file(data, name)
    assert sorted(tmp_path.rglob("*")) == before


def test_one_content_is_kept_once_and_its_name_never_leads_out(tmp_path: Any) -> None:
    first, second = keep_file(PNG, "a.png"), keep_file(PNG, "../../b.png")
    assert first.digest == second.digest
    assert second.file_name == "b.png"
    assert len([path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]) == 1


def test_one_entry_for_report_files_and_terms(loop: Any) -> None:
    files = (keep_file(PNG, "a.png"),)
    before = JournalEntry.objects.count()
    written(loop, text(), files=files, submit=True)
    assert JournalEntry.objects.count() == before + 1
