"""The check of the catalogues finds what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tooling import translations

Strings = dict[str, str | tuple[str, ...]]
WORDS: list[str | tuple[str, ...]] = [
    "Save",
    "%(n)s of %(total)s",
    ("%(num)s lesson", "%(num)s lessons"),
    'Read <a href="%(to)s">this</a>',
]


def catalogue(strings: Strings, language: str = "ar", *, fuzzy: tuple[str, ...] = ()) -> Catalog:
    """Return a catalogue holding ``strings`` by the first word of their source."""
    made = Catalog(locale=language, fuzzy=False)
    for word in [*WORDS, "Old word"]:
        key = word if isinstance(word, str) else word[0]
        if key in strings:
            made.add(word, strings[key], flags=["fuzzy"] if key in fuzzy else [])
    return made


def wanted() -> Catalog:
    """Return what the code needs."""
    made = Catalog()
    for word in WORDS:
        made.add(word, locations=[("app/some.py", 3)])
    return made


COMPLETE: Strings = {
    "Save": "احفظ",
    "%(n)s of %(total)s": "%(n)s من %(total)s",
    "%(num)s lesson": ("لا دروس", "درس واحد", "درسان", "%(num)s دروس", "%(num)s درسًا", "%(num)s درس"),
    'Read <a href="%(to)s">this</a>': 'اقرأ <a href="%(to)s">هذا</a>',
}


def faults(strings: Strings, language: str = "ar", *, fuzzy: tuple[str, ...] = ()) -> list[str]:
    """Return what the check says of a catalogue."""
    return list(translations._faults(wanted(), catalogue(strings, language, fuzzy=fuzzy), language))


def test_complete_catalogue_is_fine() -> None:
    assert faults(COMPLETE) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Save": ""}, "not translated: 'Save' (app/some.py:3)"),
        ({"Old word": "قديم"}, "stale: 'Old word'"),
        ({"%(n)s of %(total)s": "%(n)s من"}, "other placeholders (%(n)s for %(n)s %(total)s)"),
        ({'Read <a href="%(to)s">this</a>': "اقرأ %(to)s"}, "other tags (none for </a <a)"),
        ({"%(num)s lesson": ("%(count)s",) * 6}, "other placeholders in plural form 0"),
        ({"%(num)s lesson": ("درس", "", "", "", "", "")}, "not translated: '%(num)s lesson'"),
    ],
)
def test_faults_are_named(changed: Strings, expected: str) -> None:
    assert any(expected in fault for fault in faults(COMPLETE | changed))


def test_missing_and_fuzzy_words_are_named() -> None:
    without = {key: value for key, value in COMPLETE.items() if key != "Save"}
    assert faults(without) == ["missing: 'Save' (app/some.py:3)"]
    assert faults(COMPLETE, fuzzy=("Save",)) == ["fuzzy: 'Save' (app/some.py:3)"]


def test_later_languages_may_be_untranslated_but_not_wrong() -> None:
    assert faults(COMPLETE | {"Save": ""}, "fr") == []
    assert faults(COMPLETE | {"%(n)s of %(total)s": "%(n)s de"}, "fr") != []


def test_update_keeps_translations_and_drops_stale_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    monkeypatch.setattr(translations, "extracted", wanted)
    translations._write(catalogue({"Save": "احفظ", "Old word": "قديم"}), translations.catalogue_path("ar"))
    translations.update()
    arabic = translations.catalogue_path("ar").read_text("utf-8")
    assert "احفظ" in arabic
    assert "Old word" not in arabic
    assert list(translations._faults(wanted(), translations._read("en"), "en")) == []
    translations.update()
    assert translations.catalogue_path("ar").read_text("utf-8") == arabic, "a second update changes nothing"
    translations.compile_catalogues()
    assert translations.catalogue_path("ar").with_suffix(".mo").stat().st_size > 0


def test_words_are_found_in_code_and_templates() -> None:
    places = {place for message in translations.extracted() for place, _ in message.locations}
    assert any(place.endswith(".py") for place in places)
    assert any(place.endswith(".html") for place in places)
