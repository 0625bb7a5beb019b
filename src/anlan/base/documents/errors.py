"""Why a file is not read.

DocumentRefused            a file was refused; `code` says why, the message what to do next
├── NoSuchFile             nothing under that name (command line)
├── EmptyDocument          nothing in it
├── DocumentTooLarge       more bytes than we take
├── UnknownDocumentType    not text, .docx or .pdf by its first bytes
├── OldWordDocument        .doc of Word 97–2003, .wps or .rtf
├── ProtectedDocument      a password is needed
├── DocumentBomb           would grow beyond every limit when unpacked
├── BrokenDocument         begins like .docx or .pdf and cannot be read as one
├── ScannedDocument        pictures of pages, no text
├── UndecodableText        text in an encoding that is none of ours
└── SecretDocument         bears a secrecy mark
"""

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop


class DocumentRefused(Refused):
    code = "document-refused"
    status = 422
    message = gettext_noop("This file cannot be read.")


class NoSuchFile(DocumentRefused):
    code = "no-such-file"
    status = 404
    message = gettext_noop("There is no file {file}. Check its name and folder.")


class EmptyDocument(DocumentRefused):
    code = "document-empty"
    message = gettext_noop("The file {filename} is empty. Choose the file again.")


class DocumentTooLarge(DocumentRefused):
    code = "document-too-large"
    status = 413
    message = gettext_noop(
        "The file has {size_mb} MB; at most {limit_mb} MB are read. "
        "Remove pictures from it or divide it."
    )


class UnknownDocumentType(DocumentRefused):
    code = "document-unknown-type"
    status = 415
    message = gettext_noop(
        "The file {filename} is not a text, .docx or .pdf file. Save the document as .docx and "
        "choose that file."
    )


class OldWordDocument(DocumentRefused):
    code = "document-old-word"
    status = 415
    message = gettext_noop(
        "The file {filename} has an old format (.doc, .wps or .rtf). Open it in Word or WPS, save "
        "it as .docx and choose that file."
    )


class ProtectedDocument(DocumentRefused):
    code = "document-protected"
    message = gettext_noop(
        "The file {filename} is protected by a password. Remove the password and choose it again."
    )


class DocumentBomb(DocumentRefused):
    code = "document-bomb"
    message = gettext_noop(
        "The file {filename} unpacks to more than is allowed ({detail}) and was not opened. Save "
        "its text as a new .docx."
    )


class BrokenDocument(DocumentRefused):
    code = "document-broken"
    message = gettext_noop(
        "The file {filename} is damaged and cannot be read as {kind}. Open it, save it again and "
        "choose the new file."
    )


class ScannedDocument(DocumentRefused):
    code = "document-scanned"
    message = gettext_noop(
        "The {pages} pages of {filename} are pictures without text. Run text recognition (OCR) "
        "first, or choose the .docx original."
    )


class UndecodableText(DocumentRefused):
    code = "document-undecodable"
    message = gettext_noop(
        "The text of {filename} is in no known encoding (UTF-8, UTF-16, GB18030). Save it as "
        "UTF-8 text and choose it again."
    )


class SecretDocument(DocumentRefused):
    code = "document-secret"
    status = 403
    message = gettext_noop(
        "The document bears the secrecy mark {mark}. Secret documents must not be uploaded; "
        "nothing was kept. Tell the confidentiality officer if it is already on this computer."
    )
