"""Translations without gettext: extract, check, compile (Babel).

extract   bring locale/*/LC_MESSAGES/django.po in line with the sources
check     fail when a text of the program has no Chinese, or a Chinese text nobody uses
compile   write the .mo files that the program reads
"""

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def main(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else ""
    verbs = {"extract": extract, "check": check, "compile": compile_mo}
    if verb not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    return verbs[verb]()


def sources() -> Iterator[tuple[Path, str]]:
    """Python texts and templates; templates as the Python-like text that Django makes of them."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    for path in sorted((ROOT / "src").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "src").rglob("*.html")):
        yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def messages() -> Catalog:
    """Every text that the sources mark for translation."""
    catalog = Catalog(locale="zh_Hans", project="Anlan", charset="utf-8")
    for path, text in sources():
        where = path.relative_to(ROOT).as_posix()
        found = extract_python(BytesIO(text.encode()), list(KEYWORDS), [], {"encoding": "utf-8"})
        for line, function, message, _ in found:
            name, context = _plain(function, message)
            if name:
                catalog.add(name, locations=[(where, line)], context=context)
    return catalog


def _plain(function: str, message: object) -> tuple[object, str | None]:
    """The id of a call: a text, or singular and plural; with its context if it has one."""
    parts = list(message) if isinstance(message, tuple) else [message]
    context = None
    if function.startswith(("pgettext", "npgettext")):
        context, *parts = parts
    if function.startswith(("ngettext", "npgettext")):
        return (parts[0], parts[1]), context
    return parts[0], context


def known() -> Catalog:
    if not PO.exists():
        return Catalog(locale="zh_Hans")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def parts() -> Iterable[Catalog]:
    """Loose entries of contributors, taken in by `extract`."""
    for path in sorted((ROOT / "locale" / "zh_Hans" / "parts").glob("*.po")):
        with path.open("rb") as file:
            yield read_po(file, locale="zh_Hans")


def extract() -> int:
    catalog, old = messages(), [known(), *parts()]
    for message in catalog:
        if not message.id:
            continue
        for source in old:
            found = source.get(message.id, message.context)
            if found is not None and found.string and any(_strings(found.string)):
                message.string = found.string
                break
    catalog.revision_date = catalog.creation_date
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=99, omit_header=False, sort_output=True, no_location=True)
    missing = [m for m in catalog if m.id and not any(_strings(m.string))]
    print(f"{len(catalog)} texts, {len(missing)} without Chinese")
    return 0


def _strings(value: object) -> list[str]:
    return list(value) if isinstance(value, (list, tuple)) else [str(value or "")]


def check() -> int:
    wanted, have = messages(), known()
    problems = []
    for message in wanted:
        found = have.get(message.id, message.context) if message.id else message
        if found is None or (message.id and not all(_strings(found.string))):
            problems.append(f"no Chinese: {message.id!r} ({message.locations[:1]})")
        elif message.id and found.fuzzy:
            problems.append(f"fuzzy: {message.id!r}")
    for message in have:
        if message.id and wanted.get(message.id, message.context) is None:
            problems.append(f"nobody uses: {message.id!r}")
    print("\n".join(problems), file=sys.stderr)
    return 1 if problems else 0


def compile_mo() -> int:
    for po in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as file:
            catalog = read_po(file, locale=po.parts[-3])
        with mo.open("wb") as file:
            write_mo(file, catalog)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
