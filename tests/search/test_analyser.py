"""What a text is found by, language by language: pure, no database."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.analyser import chinese_number, language_of, prepared, spoken, stemmed_in, tokens, vector
from app.search.folding import folded
from app.search.questions import Question, parse


def lexemes(text: str, language: str) -> set[str]:
    """Return everything that ``text`` is found by."""
    ready = prepared(text)
    return {one for token in tokens(ready, stemmed_in(ready, language)) for one in token.lexemes}


def meets(question: str, text: str, language: str) -> bool:
    """Whether each word of a question is met in a text, wherever it stands."""
    held = lexemes(text, language)
    return all(term.marks & held for term in parse(question).terms)


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "Prosecutors preserved the messages", "prosecutor preserving message"),
        ("en", "the State’s co\u00adoperation", "state cooperation"),
        ("en", "ﬁnancing, Ｅvidence, x²", "financing evidence"),
        ("fr", "L’enquête préliminaire qu’elle mène", "enquetes PRÉLIMINAIRES"),
        ("fr", "les procédures pénales d’urgence", "procedure penale urgence"),
        ("fr", "la preuve répétée", "repetee"),
        ("es", "las pruebas electrónicas del año", "prueba electronica año"),
        ("ru", "Ещё осуждённые и доказательства", "осужденный доказательство"),
        ("ar", "وَالأَدِلَّةُ الإلكترونيّة", "أدلة إلكترونية"),
        ("ar", "بالإرهاب وللمحكمة", "الارهاب محكمه"),
        ("ar", "جمع الأدلة وسماع الشهود", "دليل شاهد"),
        ("ar", "المـــحـــكـــمـــة", "المحكمة"),
        ("ar", "القرار ٢٣٩٦", "قرار 2396"),
        ("zh", "电子证据的保管链", "电子证据 保管链"),
        ("zh", "第二三九六号决议第十六条", "第2396号 第16条"),
        ("zh", "第16条", "第十六条"),
        ("ar", "قرار مجلس الأمن S/RES/2396 (2017) بشأن Foreign Terrorist Fighters", "fighter S/RES/2396"),
        ("zh", "根据 Budapest Convention 第29条", "convention 29"),
    ],
)
def test_words_of_one_kin_meet(language: str, text: str, question: str) -> None:
    assert meets(question, text, language)


@pytest.mark.parametrize(
    "question",
    [
        "S/RES/2396 (2017)",
        "s/res/2396",
        "SRES2396",
        "S RES 2396",
        "2396 2017",
        "RES/2396(2017)",
        "Ｓ／RES／2396",
    ],
)
def test_a_symbol_is_met_however_its_signs_are_written(question: str) -> None:
    assert meets(question, "as in S/RES/2396 (2017).", "en")
    assert "2396" not in lexemes("as in S/RES/2178 (2014).", "en")


@pytest.mark.parametrize(
    ("text", "question"),
    [("A/RES/79/243", "ARES79243"), ("Article 16", "art 16"), ("cross-border", "crossborder")],
)
def test_compounds_are_met_whole_and_in_parts(text: str, question: str) -> None:
    held = lexemes(text, "en")
    assert any(term.marks & held for term in parse(question).terms)


def test_the_spanish_ñ_is_a_letter_and_accents_are_none() -> None:
    assert folded("AÑO") == "año" != folded("ano")
    assert folded("Élève") == "eleve"
    assert folded("Straße") == "strasse"
    assert folded("й") == "й"


def test_a_question_meets_another_language_by_what_is_written_alike() -> None:
    assert meets("hawala", "Les réseaux de hawala", "fr")
    assert not meets("porter", "the port", "en")  # kin in French, not in English
    assert meets("porter", "ils portaient", "fr")


def test_stop_words_are_not_asked_for_but_stand_in_phrases() -> None:
    asked = parse('how is the "chain of custody" kept')
    assert [term.word for term in asked.terms] == ["kept"]
    assert asked.phrases[0].query == "('chain' <1> 'of' <1> 'custody')"
    assert parse("to be or not to be").strict != ""  # nothing else is asked for
    assert [term.word for term in parse("UN and WHO").terms] == ["un", "who"]


def test_what_is_excluded_and_what_may_go_on() -> None:
    asked = parse("court -supreme", typing=True)
    assert asked.strict.endswith("& !(('supreme' | 'en=suprem' | 'es=suprem' | 'fr=suprem'))")
    assert "'evid':*" in parse("electronic evid", typing=True).strict
    assert ":*" not in parse("electronic evid ", typing=True).strict
    assert ":*" not in parse("electronic evid").strict


@pytest.mark.parametrize("typed", ["", " ", '"', '""', "-", "- -", "ـ", "\u202e", "!&|()<->:*'\\", "?!"])
def test_what_says_nothing_asks_nothing(typed: str) -> None:
    assert not parse(typed)


def test_the_small_words_tell_the_language() -> None:
    assert spoken("the law of the sea and of the land", "") == "en"
    assert spoken("el derecho de los Estados en la ley", "en") == "es"
    assert spoken("acta", "fr") == "fr"
    assert [language_of(words) for words in ("كيف", "что это", "证据", "où est la loi", "hawala")] == [
        "ar",
        "ru",
        "zh",
        "fr",
        "",
    ]


def test_numbers_in_chinese() -> None:
    written = {"十六": 16, "二三九六": 2396, "一百零五": 105, "两千三百九十六": 2396, "〇": 0}
    assert {word: chinese_number(word) for word in written} == written


def test_titles_weigh_more_and_phrases_do_not_cross_into_the_text() -> None:
    made = vector(("Hash values", "en", "A"), ("values differ", "en", "D"))
    assert "'hash':1A" in made
    assert "'values':2A,12" in made


ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)
HOSTILE = st.lists(
    st.sampled_from(
        [
            *"'\"\\&|!()<>:*-«»“”\x00\u202e\u0640 \n",
            "<->",
            ":*",
            "''",
            "证",
            "据",
            "أ",
            "ё",
            "x",
            "7",
            "\ud800",
        ]
    ),
    max_size=60,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(ANY | HOSTILE, st.booleans())
def test_any_text_is_analysed_and_asked(text: str, typing: bool) -> None:
    ready = prepared(text)
    places = [(token.start, token.end) for token in tokens(ready, ("en", "ar", "ru"))]
    assert all(0 <= start < end <= len(ready) for start, end in places)
    assert isinstance(parse(text, "en", typing=typing), Question)
    vector((ready, "en", "A"), (ready, "", "D"))
