import docx
import pytest

from anlan.base.documents.errors import SecretDocument
from anlan.base.documents.reader import read_document
from anlan.base.documents.secrecy import refuse_secret, secrecy_mark
from tests.base.documents.files import word_bytes


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("秘密★1年\n演示市文件", "秘密★1年"),
        ("机密★\n通知", "机密★"),
        ("绝密\n通知", "绝密"),
        ("绝密级\n通知", "绝密级"),
        ("机　密\n通知", "机密"),
        ("000012\n特急　秘 密★10年\n通知", "秘密★10年"),
        ("密级：机密\n通知", "密级：机密"),
        ("【秘密】\n通知", "【秘密】"),
        ("通知\n\n第一页正文\n\f机密★长期\n第二页", "机密★长期"),
        ("绝密＊5年\n通知", "绝密＊5年"),
    ],
)
def test_marks(text, mark):
    assert secrecy_mark(text) == mark
    with pytest.raises(SecretDocument) as caught:
        refuse_secret(text)
    assert caught.value.params == {"mark": mark}


@pytest.mark.parametrize(
    "text",
    [
        "要严格保守秘密。",
        "关于保守国家秘密的通知",
        "商业秘密保护办法",
        "机密文件管理办法",
        "密级：公开",
        "内部资料，注意保存",
        "工作秘密管理\n商业秘密",
        "正文\n" * 40 + "秘密★1年",
        "",
    ],
)
def test_words_that_are_no_mark(text):
    assert secrecy_mark(text) is None
    refuse_secret(text)


def test_secret_files_are_refused_whatever_their_kind():
    with pytest.raises(SecretDocument):
        read_document("秘密★5年\n演示市通知\n".encode("gb18030"), "a.txt")
    document = docx.Document()
    document.add_paragraph("正文")
    document.sections[0].header.paragraphs[0].text = "机密★3年"
    with pytest.raises(SecretDocument):
        read_document(word_bytes(document), "a.docx")
