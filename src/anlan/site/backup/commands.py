"""`anlan backup` and `anlan restore`."""

import argparse
import getpass
import json
import os
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.parts import Command
from anlan.site.backup.making import make
from anlan.site.backup.restoring import restore


def _passphrase(*, twice: bool) -> str:
    """From ANLAN_PASSPHRASE, or typed."""
    given = os.environ.get("ANLAN_PASSPHRASE", "")
    if given:
        return given
    typed = getpass.getpass(_("Passphrase of the keys: "))
    if twice and typed != getpass.getpass(_("Once more: ")):
        print(_("The two passphrases differ. Nothing was done; start again."), file=sys.stderr)
        return ""
    return typed


def _backup_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--keys", action="store_true", help="with the keys, under a passphrase")


def _backup(options: argparse.Namespace) -> int:
    passphrase = _passphrase(twice=True) if options.keys else ""
    if options.keys and not passphrase:
        words = _(
            "Keys are only kept under a passphrase. Nothing was done; start again and give one."
        )
        print(words, file=sys.stderr)
        return 1
    made = make(options.file, now=clock.now(), passphrase=passphrase)
    if options.json:
        print(json.dumps({name: getattr(made, name) for name in made.__slots__}))
    else:
        print(f"{made.file}: {made.bytes} bytes, {made.rows} rows, {made.files} files")
        print(f"journal up to entry {made.journal_seq}")
        if not made.with_keys:
            words = _("Keys are not in it: keep a copy of the folder keys elsewhere.")
            print(words, file=sys.stderr)
    return 0


def _restore_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--keys", action="store_true", help="open the keys in it")
    parser.add_argument("--replace", action="store_true", help="in place of what is here")


def _restore(options: argparse.Namespace) -> int:
    passphrase = _passphrase(twice=False) if options.keys else ""
    manifest = restore(options.file, passphrase=passphrase, replace=options.replace)
    if options.json:
        kept = {name: manifest[name] for name in ("version", "made_at", "rows", "journal")}
        print(json.dumps(kept))
    else:
        print(f"restored the state of {manifest['made_at']}, journal verified")
        print(_("Start the program again: anlan serve"), file=sys.stderr)
    return 0


BACKUP_COMMANDS = [
    Command(
        path=("backup",),
        help="write everything to one file, while the program runs",
        configure=_backup_options,
        run=_backup,
    ),
    Command(
        path=("restore",),
        help="take a backup back; stop the program first",
        configure=_restore_options,
        run=_restore,
    ),
]
