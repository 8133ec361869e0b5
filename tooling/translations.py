"""The catalogues of the interface's words: check, update, compile.

``check`` compares every word in code and templates with the catalogues: English and Arabic must be complete, no
catalogue may hold stale words, and a translation must carry the same placeholders and tags as what it translates.
``update`` takes new words into the catalogues and stale ones out (translations are kept, nothing is guessed).
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tooling.place import ROOT

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
COMPLETE = ("ar", "en")
SOURCE = "en"
FOLDER = ROOT / "app" / "translations"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
_OPTIONS = {
    pattern: {"silent": "false", "encoding": "utf-8"} for pattern, method in _METHODS if method == "jinja2"
}
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%%|%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
_TAG = re.compile(r"</?[a-z][a-z0-9]*")
Key = tuple[str | None, str | tuple[str, ...]]


def catalogue_path(language: str) -> Path:
    """Return where a language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Return every word of code and templates, with the files it is in."""
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(
        str(ROOT / "app"),
        method_map=_METHODS,
        options_map=_OPTIONS,
        keywords=_KEYWORDS,
        comment_tags=("For translators:",),
        strip_comment_tags=True,
    )
    for file, line, words, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(words, None, [(f"app/{file}", line)], auto_comments=comments, context=context)
    return catalogue


def check() -> list[str]:
    """Return everything that is wrong with the catalogues, one line each."""
    wanted = extracted()
    faults: list[str] = []
    for language in LANGUAGES:
        path = catalogue_path(language)
        if path.exists():
            faults += [f"{language}: {fault}" for fault in _faults(wanted, _read(language), language)]
        elif language in COMPLETE:
            faults.append(f"{language}: there is no {path.relative_to(ROOT)}")
    return faults


def _faults(wanted: Catalog, have: Catalog, language: str) -> Iterator[str]:
    words = {_key(message): message for message in _messages(wanted)}
    known = {_key(message): message for message in _messages(have)}
    for key, message in words.items():
        if key not in known:
            yield f"missing: {_shown(key)} ({_place(message)})"
        elif language in COMPLETE and not _translated(known[key], have):
            yield f"not translated: {_shown(key)} ({_place(message)})"
        elif language in COMPLETE and known[key].fuzzy:
            yield f"fuzzy: {_shown(key)} ({_place(message)})"
    for key, message in known.items():
        if key not in words:
            yield f"stale: {_shown(key)}"
        else:
            yield from (f"{fault}: {_shown(key)}" for fault in _unlike(message))


def _unlike(message: Message) -> Iterator[str]:
    """Say where a translation's placeholders or tags differ from its source's.

    A form for one count may leave out the number; no form may name what the source does not.
    """
    sources = _forms(message.id)
    for number, text in enumerate(_forms(message.string)):
        if not text:
            continue
        for pattern, what in ((_PLACEHOLDER, "placeholders"), (_TAG, "tags")):
            allowed = [sorted(pattern.findall(source)) for source in sources]
            found = sorted(pattern.findall(text))
            if len(sources) == 1 and found != allowed[0]:
                yield f"other {what} ({' '.join(found) or 'none'} for {' '.join(allowed[0]) or 'none'})"
            if len(sources) > 1 and not set(found) <= set(allowed[-1]):
                yield f"other {what} in plural form {number} ({' '.join(found)} for {' '.join(allowed[-1])})"


def update() -> None:
    """Bring every catalogue to the words of the code; English is filled in, the others wait for a translator."""
    wanted = extracted()
    for language in LANGUAGES:
        old = _read(language) if catalogue_path(language).exists() else Catalog(locale=language)
        fresh = Catalog(locale=language, project="CTLP", charset="utf-8", fuzzy=False)
        known = {_key(message): message for message in _messages(old)}
        for message in _messages(wanted):
            kept = known.get(_key(message))
            string = message.id if language == SOURCE else kept.string if kept else None
            files = sorted({(file, 0) for file, _line in message.locations})
            flags = {*message.flags, *(["fuzzy"] if kept and kept.fuzzy and language != SOURCE else [])}
            comments = kept.user_comments if kept else []
            fresh.add(
                message.id, string, files, flags, message.auto_comments, comments, context=message.context
            )
        _write(fresh, catalogue_path(language))


def compile_catalogues() -> None:
    """Write the compiled form beside every catalogue."""
    for language in LANGUAGES:
        if catalogue_path(language).exists():
            compiled = io.BytesIO()
            write_mo(compiled, _read(language))
            target = catalogue_path(language).with_suffix(".mo")
            target.with_suffix(".new").write_bytes(compiled.getvalue())
            target.with_suffix(".new").replace(target)


def _read(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=Locale.parse(language), abort_invalid=True)


def _write(catalogue: Catalog, path: Path) -> None:
    """Write without dates, line numbers and names of people, so that a change shows only what changed."""
    written = io.BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, sort_by_file=False, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + written.getvalue().decode("utf-8"), "utf-8")


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _key(message: Message) -> Key:
    identity = message.id
    return message.context, identity if isinstance(identity, str) else tuple(identity)


def _forms(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(form) for form in value] if isinstance(value, (tuple, list)) else []


def _translated(message: Message, catalogue: Catalog) -> bool:
    forms = _forms(message.string)
    wanted = catalogue.num_plurals if isinstance(message.id, (tuple, list)) else 1
    return len(forms) >= wanted and all(forms)


def _shown(key: Key) -> str:
    words = key[1] if isinstance(key[1], str) else key[1][0]
    return repr(words if len(words) <= 70 else words[:67] + "…")


def _place(message: Message) -> str:
    return ", ".join(f"{file}:{line}" for file, line in message.locations[:2])


def main(arguments: list[str]) -> int:
    """Do what the first argument says: check, update or compile."""
    wish = arguments[0] if arguments else "check"
    if wish == "compile":
        compile_catalogues()
    elif wish == "update":
        update()
        compile_catalogues()
    else:
        faults = check()
        print("\n".join(faults) or "Every word is in its catalogue.")
        return 1 if faults else 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
