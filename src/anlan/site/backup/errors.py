"""Why a backup is not made or not taken back.

BackupRefused
├── NotReadable         the file is cut, damaged, or no backup
├── OtherVersion        another version of the program made it
├── NotEmpty            the instance holds something and --replace was not given
├── KeyMissing          without the journal key nothing can be proven
├── WrongPassphrase     the keys in the file do not open with it
├── NotProven           the journal in the file does not verify
├── OtherInstance       demonstration and real instances are never mixed
└── NoRoom              the disk is full; nothing was left behind
"""

from anlan.base.errors import Refused
from anlan.base.rules.labels import gettext_noop


class BackupRefused(Refused):
    code = "backup-refused"


class NotReadable(BackupRefused):
    code = "backup-not-readable"
    message = gettext_noop(
        "{file} cannot be read as a backup: {reason}. Nothing was changed. Take another copy."
    )


class OtherVersion(BackupRefused):
    code = "backup-other-version"
    message = gettext_noop(
        "This backup was made by version {found} with other tables ({difference}). Nothing was "
        "changed. Install that version, restore there, then upgrade."
    )


class NotEmpty(BackupRefused):
    code = "instance-not-empty"
    message = gettext_noop(
        "This instance holds data already ({entries} journal entries). Nothing was changed. Use "
        "another ANLAN_HOME, or say --replace after stopping the program."
    )


class KeyMissing(BackupRefused):
    code = "journal-key-missing"
    message = gettext_noop(
        "The journal key is neither in this backup nor at {path}, or it is another one. Put the "
        "key file back, or use a backup made with --keys. Nothing was changed."
    )


class WrongPassphrase(BackupRefused):
    code = "wrong-passphrase"
    message = gettext_noop(
        "The keys in this backup do not open with this passphrase. Nothing was changed."
    )


class NotProven(BackupRefused):
    code = "backup-not-proven"
    message = gettext_noop(
        "The journal in this backup does not verify: {finding}. Nothing was changed."
    )


class OtherInstance(BackupRefused):
    code = "backup-of-other-instance"
    message = gettext_noop(
        "This is the backup of a {found} instance and here is a {wanted} one. Nothing was changed."
    )


class NoRoom(BackupRefused):
    code = "no-room"
    message = gettext_noop(
        "{file} could not be written: {reason}. The unfinished file was removed. Make room, or "
        "choose another disk."
    )
