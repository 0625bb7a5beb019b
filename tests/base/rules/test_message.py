from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

CHINESE = {
    "{day} was refused. Give {accepted}.": "{day} 无效，请填写{accepted}。",
    "a date": "日期",
    ", ": "、",
}


def translate(msgid: str) -> str:
    return CHINESE.get(msgid, msgid)


def test_noop_gives_the_text_back() -> None:
    assert gettext_noop("Work safety") == "Work safety"


def test_text_without_parameters_keeps_braces() -> None:
    assert Message.of("{ is a brace").text() == "{ is a brace"


def test_a_parameter_that_is_a_message_is_translated_too() -> None:
    message = Message.of(
        "{day} was refused. Give {accepted}.", day="2025-02-30", accepted=Message.of("a date")
    )
    assert message.text() == "2025-02-30 was refused. Give a date."
    assert message.text(translate) == "2025-02-30 无效，请填写日期。"


def test_a_tuple_is_enumerated_in_the_reader_s_way() -> None:
    message = Message.of("{missing}", missing=(Message.of("a date"), 2022))
    assert message.text() == "a date, 2022"
    assert message.text(translate) == "日期、2022"


def test_refusal_reads_as_its_message() -> None:
    refused = RuleRefused(Message.of("{n} is too many.", n=3))
    assert str(refused) == "3 is too many."
    assert refused.message.msgid == "{n} is too many."
