"""The settings file of the gateways: what is refused, and that the others work on."""

from pathlib import Path

import pytest
from django.utils.translation import override

from anlan.exchange.outward.settings import read
from tests.exchange import channel_files as files

URL = "https://sms.example.cn/send"
VALUES = {"url": URL, "secret": files.SECRET, "token": files.TOKEN, "timeout": 5, "apprise": "x"}
VALUES["spare"] = URL


def settings(folder: Path, *parts: str, rights: int = 0o600) -> Path:
    path = folder / "channels.toml"
    path.write_text("".join(parts).format(**VALUES), encoding="utf-8")
    path.chmod(rights)
    return path


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    found = read(tmp_path / "channels.toml")
    assert (found.is_there, found.gateways, found.problems) == (False, (), ())


def test_all_kinds_together(tmp_path: Path) -> None:
    found = read(settings(tmp_path, files.SMS, files.VOICE, files.WEBHOOK, files.ROBOTS))
    assert [one.name for one in found.gateways] == ["carrier", "voice", "platform", "robots"]
    assert found.problems == ()
    for one in found.gateways:
        assert files.SECRET not in repr(one)


def test_a_secret_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "hook.secret").write_text(f"{files.SECRET}\n", encoding="utf-8")
    text = files.WEBHOOK.replace('secret = "{secret}"', 'secret_file = "hook.secret"')
    assert read(settings(tmp_path, text)).gateways[0].secret == files.SECRET
    (tmp_path / "hook.secret").unlink()
    found = read(settings(tmp_path, text))
    assert found.gateways == ()
    assert "platform" in found.problems[0].text()


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o644, 0o666])
def test_a_file_that_others_read_is_not_used(tmp_path: Path, rights: int) -> None:
    found = read(settings(tmp_path, files.SMS, rights=rights))
    assert found.gateways == ()
    assert "chmod 600" in found.problems[0].text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "webhook"', 'kind = "smoke"'),
        ('channels = ["webhook"]', "channels = []"),
        ('channels = ["webhook"]', 'channels = ["in-app"]'),
        ('channels = ["webhook"]', 'channels = ["loopback"]'),
        ('channels = ["webhook"]', 'channels = ["email"]'),
        ('channels = ["webhook"]', 'channels = ["pigeon"]'),
        ('name = "platform"', 'name = "平台"'),
        ('name = "platform"', 'name = ""'),
        ('name = "platform"', ""),
        ("{url}", "http://sms.example.cn/send"),
        ("{url}", "ftp://127.0.0.1/send"),
        ("{url}", "https://user:pass@sms.example.cn/"),
        ("{url}", "https:///send"),
        ("{secret}", "short"),
        ("{secret}", ""),
        ("timeout_s = {timeout}", "timeout_s = 0"),
        ("timeout_s = {timeout}", "timeout_s = 16"),
        ("timeout_s = {timeout}", 'timeout_s = "soon"'),
    ],
)
def test_wrong_settings_are_said_and_the_others_work_on(
    tmp_path: Path, old: str, new: str
) -> None:
    wrong = files.WEBHOOK.replace(old, new)
    assert wrong != files.WEBHOOK
    found = read(settings(tmp_path, wrong, files.SMS))
    assert [one.name for one in found.gateways] == ["carrier"]
    assert len(found.problems) == 1
    shown = found.problems[0].text()
    assert files.SECRET not in shown
    assert "pass@" not in shown


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{{number}}", "{{mobile}}"),
        ('format = "form"', 'format = "xml"'),
        ('values = ["0"]', "values = []"),
        ("{token}", "short"),
        ('key = "uid"\nreference = "msgid"\nstate', "state"),
        ('delivered = ["DELIVRD"]', 'delivered = ["UNDELIV"]'),
    ],
)
def test_a_map_that_cannot_work_is_said(tmp_path: Path, old: str, new: str) -> None:
    wrong = files.SMS.replace(old, new)
    assert wrong != files.SMS
    found = read(settings(tmp_path, wrong))
    assert (found.gateways, len(found.problems)) == ((), 1)


def test_a_channel_has_one_that_sends_and_one_that_steps_in(tmp_path: Path) -> None:
    other = files.SMS.replace('name = "carrier"', 'name = "other"')
    third = files.SMS.replace('name = "carrier"', 'name = "third"')
    found = read(settings(tmp_path, files.SMS, other, third))
    assert [one.name for one in found.gateways] == ["carrier", "other"]
    with override("zh-hans"):
        assert "third" in found.problems[0].text()


def test_a_name_is_used_once(tmp_path: Path) -> None:
    found = read(settings(tmp_path, files.SMS, files.SMS))
    assert ([one.name for one in found.gateways], len(found.problems)) == (["carrier"], 1)


def test_a_call_by_get_with_a_digest_is_read(tmp_path: Path) -> None:
    found = read(settings(tmp_path, files.SPARE))
    assert found.problems == ()
    request = found.gateways[0].request
    assert request is not None
    assert (request.method, request.charset) == ("GET", "gbk")
    assert [one.name for one in request.made] == ["stamp", "mac"]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('method = "GET"', 'method = "PUT"', "method"),
        ('method = "GET"', 'methode = "GET"', "methode"),
        ('"{{mac}}"', '"{{mack}}"', "mack"),
        ('time = "%Y%m%d%H%M%S"', 'times = "%Y"', "stamp"),
        ('digest = "md5"', 'digest = "md6"', "mac"),
    ],
)
def test_what_is_wrong_in_a_call_is_named(tmp_path: Path, old: str, new: str, part: str) -> None:
    wrong = files.SPARE.replace(old, new)
    assert wrong != files.SPARE
    found = read(settings(tmp_path, wrong))
    with override("zh-hans"):
        said = found.problems[0].text()
    assert part in said and "spare" in said and files.SECRET not in said


@pytest.mark.parametrize("text", ["gateway = 3", "gateway = [1]", "[[gateway", "\x00"])
def test_a_file_that_is_no_settings_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    found = read(path)
    assert (found.gateways, len(found.problems)) == ((), 1)
