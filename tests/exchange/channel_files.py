"""Settings files of gateways for tests, and the instance that reads them."""

from pathlib import Path

import pytest
from django.conf import settings

from anlan.exchange import gateways as seam

SECRET = "a-secret-of-the-tests"
TOKEN = "a-token-of-the-receipts"
REPLY_TOKEN = "a-token-of-the-replies"
SMS = """
[[gateway]]
name = "carrier"
kind = "carrier"
channels = ["sms"]
url = "{url}"
secret = "{secret}"
timeout_s = {timeout}
[gateway.request]
format = "form"
fields = {{ mobile = "{{number}}", content = "【安澜】{{text}}", uid = "{{key}}", pwd = "{{secret}}" }}
headers = {{ X-Account = "anlan" }}
[gateway.accepted]
field = "code"
values = ["0"]
reference = "msgid"
[gateway.receipt]
token = "{token}"
key = "uid"
reference = "msgid"
state = "stat"
delivered = ["DELIVRD"]
failed = ["UNDELIV"]
answer = "ok"
"""
SPARE = """
[[gateway]]
name = "spare"
kind = "carrier"
channels = ["sms"]
url = "{spare}"
secret = "{secret}"
timeout_s = {timeout}
[gateway.request]
method = "GET"
format = "form"
charset = "gbk"
fields = {{ dst = "{{number}}", msg = "{{text}}", time = "{{stamp}}", sign = "{{mac}}" }}
[gateway.request.made.stamp]
time = "%Y%m%d%H%M%S"
[gateway.request.made.mac]
digest = "md5"
of = "{{number}}{{secret}}{{stamp}}"
[gateway.accepted]
pattern = "^0,(?P<reference>[0-9]+)"
again = ["^-9,"]
"""
REPLIES = """
[gateway.reply]
token = "{reply_token}"
many = "mo"
number = "from"
text = "content"
at = "time"
reference = "id"
answer = "ok"
"""
VOICE = """
[[gateway]]
name = "voice"
kind = "carrier"
channels = ["voice"]
url = "{url}"
secret = "{secret}"
timeout_s = {timeout}
[gateway.request]
fields = {{ callee = "{{number}}", tts = "{{text}}", callId = "{{key}}" }}
headers = {{ Authorization = "Bearer {{secret}}" }}
[gateway.receipt]
token = "{token}"
many = "calls"
key = "callId"
report = "reportId"
state = "status"
pressed = "dtmf"
delivered = ["answered"]
unanswered = ["busy", "noanswer"]
failed = ["rejected"]
confirmed = ["1"]
"""
WEBHOOK = """
[[gateway]]
name = "platform"
kind = "webhook"
channels = ["webhook"]
url = "{url}"
secret = "{secret}"
timeout_s = {timeout}
"""
ROBOTS = """
[[gateway]]
name = "robots"
kind = "apprise"
channels = ["email", "wecom", "dingtalk", "feishu"]
[gateway.addressees]
"body:emergency" = ["{apprise}"]
"""


def configure(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    *parts: str,
    url: str,
    spare: str = "",
    timeout: float = 2,
    rights: int = 0o600,
) -> Path:
    """Write the file and let the program read it anew."""
    path = folder / "channels.toml"
    values = {"url": url, "spare": spare, "secret": SECRET, "token": TOKEN, "timeout": timeout}
    values["reply_token"] = REPLY_TOKEN
    values["apprise"] = url.replace("http://", "json://")
    path.write_text("".join(parts).format(**values), encoding="utf-8")
    path.chmod(rights)
    monkeypatch.setattr(settings, "ANLAN_CHANNELS_FILE", path)
    forget()
    return path


def forget() -> None:
    seam.configured.cache_clear()
    seam.real_gateways.cache_clear()
