"""Comments and attachments on object pages."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base.clock import now
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.file_store import ATTACHMENTS
from anlan.base.identity import new_id
from anlan.base.journal.content import plain_digest
from anlan.base.keeping import attaching, remarks
from anlan.base.models import Attachment, Comment, JournalEntry
from anlan.registers.models import Body

pytestmark = pytest.mark.django_db
LOGINS = ("bureau", "department", "county", "public", "admin")


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path) -> None:
    settings.ANLAN_HOME = tmp_path


def how(actor: Any) -> dict[str, Any]:
    return {"actor": actor, "now": now(), "request_id": new_id().hex}


def city_body() -> Body:
    return Body.objects.filter(unit__kind="city").first()


def page_of(body: Body, tab: str) -> str:
    return reverse("body", args=[body.code]) + f"?tab={tab}"


def send(client: Client, body: Body, name: str, content: bytes, **more: str) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return client.post(page_of(body, "attachments"), {"act": "add", "file": file} | more)


# comments


def test_a_comment_is_written_changed_and_removed(client_as: Callable[[str], Client]) -> None:
    client, body = client_as("department"), city_body()
    url = page_of(body, "comments")
    before = JournalEntry.objects.count()
    assert client.post(url, {"act": "add", "text": " "}).status_code == 422
    request_id = new_id().hex
    for _time in range(2):  # a repeat writes once
        data = {"act": "add", "text": "电话已换", "request_id": request_id}
        assert client.post(url, data).status_code == 302
    row = Comment.objects.latest("id")
    assert JournalEntry.objects.count() == before + 1
    page = client.get(url)
    assert "电话已换" in page.content.decode()
    counted = {tab.code: tab.count for tab in page.context["kit_tabs"]}
    assert counted["comments"] == remarks.about(Comment, body).count()
    edit = {"act": "edit", "key": str(row.pk), "expected_version": "1", "text": "电话已更换"}
    assert client.post(url, edit).status_code == 302
    stale = client.post(url, edit | {"text": "第三稿"})
    assert stale.status_code == 422
    assert "第三稿" in stale.content.decode()  # what was typed is kept
    remove = {"act": "remove", "key": str(row.pk)}
    assert client.post(url, remove).status_code == 422
    assert client.post(url, remove | {"reason": "写错对象"}).status_code == 302
    text = client.get(url).content.decode()
    assert "写错对象" in text
    assert "电话已更换" not in text
    assert client.post(url, edit).status_code == 422 or Comment.objects.latest("id").removed_at


def test_only_the_author_changes_a_comment(actor_as: Callable[[str], Any]) -> None:
    body = city_body()
    made = remarks.add_comment(body, "一", **how(actor_as("department")))
    with pytest.raises(remarks.NotTheAuthor):
        remarks.edit_comment(body, made["id"], "二", expected_version=1, **how(actor_as("bureau")))
    with pytest.raises(Conflict):
        remarks.edit_comment(
            body, made["id"], "二", expected_version=2, **how(actor_as("department"))
        )
    with pytest.raises(NotAllowed):
        remarks.remove_comment(body, made["id"], reason="x", **how(actor_as("county")))
    remarks.remove_comment(body, made["id"], reason="不当", **how(actor_as("bureau")))
    assert Comment.objects.latest("id").removed_by == "bureau"


def test_who_does_not_see_the_record_sees_nothing_of_it(
    actor_as: Callable[[str], Any], client_as: Callable[[str], Client]
) -> None:
    own = actor_as("county").scope.own_units
    hidden = Body.objects.exclude(unit__code__in=own).exclude(unit__kind="city").first()
    remarks.add_comment(hidden, "内部意见", **how(actor_as("admin")))
    made = attaching.attach(hidden, "表.txt", "内容".encode(), **how(actor_as("admin")))
    download = reverse("attachment", args=[made["id"]])
    for login in LOGINS:
        scope = actor_as(login).scope
        sees = Body.objects.visible_to(scope).filter(pk=hidden.pk).exists()
        works = scope.may("read-internal")
        client, url = client_as(login), page_of(hidden, "comments")
        assert ("内部意见" in client.get(url).content.decode()) == (sees and works), login
        assert (client.get(download).status_code == 200) == (sees and works), login
        if not (sees and works):
            with pytest.raises((NotFound, NotAllowed)):
                remarks.add_comment(hidden, "x", **how(actor_as(login)))
            assert client.post(url, {"act": "add", "text": "x"}).status_code in (403, 404)
    assert Client().get(download).status_code == 302


# attachments


def test_a_file_is_attached_served_and_removed(
    client_as: Callable[[str], Client], django_capture_on_commit_callbacks: Any
) -> None:
    client, body = client_as("bureau"), city_body()
    content = b"\x89PNG\r\n\x1a\n" + bytes(200)
    assert send(client, body, "现场 照片.png", content, note="门牌").status_code == 302
    row = Attachment.objects.latest("id")
    assert (row.digest, row.size_bytes, row.media_type) == (
        plain_digest(content),
        208,
        "image/png",
    )
    assert row.digest in JournalEntry.objects.latest("position").content
    served = client.get(reverse("attachment", args=[row.pk]))
    assert served.content == content
    assert served["Content-Disposition"].startswith("attachment")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert ATTACHMENTS.place(row.digest).exists()
    other = Body.objects.filter(unit__kind="city").last()
    send(client, other, "同一张.png", content)
    url = page_of(body, "attachments")
    remove = {"act": "remove", "key": str(row.pk), "reason": "重复"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, remove).status_code == 302
    assert ATTACHMENTS.place(row.digest).exists()  # the other record holds it
    assert client.get(reverse("attachment", args=[row.pk])).status_code == 404
    last = Attachment.objects.get(removed_at__isnull=True, subject_key=other.pk)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(other, "attachments"), remove | {"key": str(last.pk)})
    assert not ATTACHMENTS.place(row.digest).exists()


def test_a_file_that_was_altered_in_the_store_is_not_served(
    client_as: Callable[[str], Client],
) -> None:
    client = client_as("bureau")
    send(client, city_body(), "文.bin", b"\x00\x01\x02")
    row = Attachment.objects.latest("id")
    url = reverse("attachment", args=[row.pk])
    ATTACHMENTS.place(row.digest).write_bytes(b"other")
    assert client.get(url).status_code == 422
    ATTACHMENTS.place(row.digest).unlink()
    assert client.get(url).status_code == 422


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("机密★方案.png", b"\x89PNG\r\nx"),
        ("绝密.bin", b"\x00\x01"),
        ("会议.txt", "秘密★1年\n会议纪要".encode()),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "机密★".encode("utf-16-le")),
        ("锁.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        ("空.txt", b""),
    ],
)
def test_what_is_not_taken(
    client_as: Callable[[str], Client], name: str, content: bytes, tmp_path: Path
) -> None:
    before = Attachment.objects.count()
    response = send(client_as("bureau"), city_body(), name, content)
    assert response.status_code == 422
    assert Attachment.objects.count() == before
    assert not (tmp_path / "attachments").exists()
    assert re.search("refused", response.content.decode())


def test_a_name_without_a_folder() -> None:
    assert attaching.plain_name("C:\\x\\..\\报告.docx") == "报告.docx"
    assert attaching.plain_name("../../etc/passwd") == "passwd"
    assert len(attaching.plain_name("长" * 300 + ".pdf")) <= attaching.NAME_CHARS
    for name in ("", "..", "a/"):
        with pytest.raises(attaching.FileNotNamed):
            attaching.plain_name(name)


def test_every_object_page_has_the_tabs(client_as: Callable[[str], Client]) -> None:
    from anlan.plan.models import Notice, PlanItem
    from anlan.registers.models import Person, Region, Statistic

    item = PlanItem.objects.first()
    pages = [
        reverse("body", args=[city_body().code]),
        reverse("region", args=[Region.objects.first().code]),
        reverse("person", args=[Person.objects.first().pk]),
        reverse("figure-edition", args=[Statistic.objects.first().pk]),
        reverse("plan-notice", args=[Notice.objects.first().pk]),
        reverse("plan-item", args=[item.notice_id, item.key]),
    ]
    bureau, public = client_as("bureau"), client_as("public")
    for page in pages:
        for tab in ("comments", "attachments"):
            response = bureau.get(f"{page}?tab={tab}")
            assert response.context["kit_tab"] == tab
            assert "act" in response.content.decode()
        assert "tab=comments" not in public.get(page).content.decode()


# the API


def test_the_same_over_the_api(client_as: Callable[[str], Client]) -> None:
    client, body = client_as("bureau"), city_body()
    base = f"/api/v1/records/registers.body/{body.pk}"
    token = client.get("/api/v1/session").json().get("csrf_token", "")
    head = {"HTTP_X_CSRFTOKEN": token}

    def post(path: str, data: dict[str, Any]) -> Any:
        return client.post(path, data, content_type="application/json", **head)

    said = post(f"{base}/comments", {"text": "经接口"})
    assert said.status_code == 201, said.content
    assert [row["text"] for row in client.get(f"{base}/comments").json()] == ["经接口"]
    file = io.BytesIO(b"\x00\x01")
    file.name = "数据.bin"
    added = client.post(f"{base}/attachments", {"file": file, "note": "n"}, **head)
    assert added.status_code == 201, added.content
    assert client.get(f"{base}/attachments").json()[0]["sm3"] == plain_digest(b"\x00\x01")
    rows = [{"id": str(body.pk), "version": body.version}]
    sent = {"rows": rows, "column": "source", "value": "接口", "reason": "统一"}
    done = post("/api/v1/registers/registers.body/change", sent)
    assert done.json() == {"rows": 1}
    assert post("/api/v1/registers/registers.body/change", sent).status_code == 409
    entry = JournalEntry.objects.latest("position")
    url = f"/api/v1/journal/entries/{entry.id}/undo"
    seen = client.get(url).json()
    assert [line["step"] for line in seen["lines"]] == ["restore"]
    undone = post(url, {"seen": seen["seen"], "reason": "改错"})
    assert undone.json() == {"rows": 1, "refused": 0}
    public = client_as("public")
    assert public.get(f"{base}/comments").status_code == 403
    assert client.get(f"/api/v1/records/registers.nothing/{body.pk}/comments").status_code == 404
