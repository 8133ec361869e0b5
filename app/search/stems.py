"""What words of one kin have in common: Snowball's stems, and for Arabic also what is left without article and endings.

A stem is kept apart by its language (``en=evid``), so that it never meets a word of another one by chance.
"""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock

import Stemmer

from app.search.folding import cased, script, unaccented
from app.search.stopwords import STOP

ALGORITHMS = {"ar": "arabic", "en": "english", "es": "spanish", "fr": "french", "ru": "russian"}
SCRIPTS = {"arabic": ("ar",), "cyrillic": ("ru",), "latin": ("en", "es", "fr")}
"""The languages whose stems a word in a script may have; Chinese has none."""

_SHORTEST = 3
_LONGEST = 40
_lock = Lock()  # a stemmer keeps its work in itself
_stemmers = {language: Stemmer.Stemmer(name, 0) for language, name in ALGORITHMS.items()}


@lru_cache(maxsize=32_768)
def lexemes(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return what ``word`` is found by: its folded form first, then its stems in each of ``languages`` it may be of."""
    plain = cased(word)
    form = unaccented(plain)
    if not _SHORTEST <= len(form) <= _LONGEST or any(map(str.isdigit, form)):
        return (form[:_LONGEST],) if form else ()
    possible = SCRIPTS.get(script(form[0]), ())
    found = dict.fromkeys([form])
    for language in languages:
        if language in possible and form not in STOP[language]:
            found.update(dict.fromkeys(f"{language}={stem}" for stem in _stems(plain, form, language)))
    return tuple(found)


def _stems(plain: str, form: str, language: str) -> list[str]:
    """Return the stems of a word as it is written and as it is written without accents."""
    written = (plain,) if language == "ar" else dict.fromkeys((plain, form))
    with _lock:
        found = [unaccented(_stemmers[language].stemWord(one)) for one in written]
    return [*_arabic(form), *found] if language == "ar" else found


# ------------------------------------------------------------------------------------------------ Arabic

_ARTICLES = re.compile("(?:[وف]?[بك]?(?!الكتر|الزام|الغاء|القاء|الحاق)ال|[وف]?لل)(?=..)")
_CONJUNCTION = re.compile("[وف](?=...)")
_PARTICLE = re.compile("[بلكس](?=....)")
_PRONOUNS = re.compile("(?:(?<=....)(?:هما|كما|هم|هن|كم|نا)|(?<=...)ها)$")
_PLURALS = re.compile("(?:(?<=....)(?:ان|ون|ين)|(?<=...)ات)$")
_ENDINGS = re.compile("(?:(?<=...)(?:يه|ي)|(?<=..)ه)$")
_BROKEN_PLURALS = """
دليل ادله | قضيه قضايا | محكمه محاكم | قانون قوانين | جريمه جرايم | شاهد شهود | قاضي قضاه | حق حقوق
هاتف هواتف | ملف ملفات | خبير خبراء | رساله رسايل | وثيقه وثايق | معيار معايير | تقرير تقارير | دوله دول
طفل اطفال | سجين سجناء | جهاز اجهزه | مصدر مصادر | حساب حسابات | اجراء اجراءات | حكم احكام | شرط شروط
نص نصوص | ماده مواد | فصل فصول | سلاح اسلحه | مال اموال | ضحيه ضحايا | عضو اعضاء | صوره صور
شبكه شبكات | نظام انظمه | نظام نظم | برنامج برامج | مبدا مبادي | قاعده قواعد | هدف اهداف | سجل سجلات
خطر مخاطر | خطر اخطار | عمل اعمال | فعل افعال | شخص اشخاص | فرد افراد | طرف اطراف | سبب اسباب
تدبير تدابير | حد حدود | اسم اسماء | رقم ارقام | موقع مواقع | عنوان عناوين | وسيله وسايل | جماعه جماعات
مجموعه مجموعات | امراه نساء | رجل رجال | ولد اولاد | تحقيق تحقيقات | مكتب مكاتب | مركز مراكز
سفر اسفار | حدث احداث | موضوع مواضيع | مشروع مشاريع | مسار مسارات | درس دروس | قرار قرارات | امر اوامر
مذكره مذكرات | عقوبه عقوبات | تهمه تهم | متهم متهمون | دفاع دفوع | محامي محامون | زعيم زعماء
شريك شركاء | عميل عملاء | وكيل وكلاء | مدير مدراء | رييس رؤساء | بلد بلدان | اقليم اقاليم | منطقه مناطق
لغه لغات | كتاب كتب | مبلغ مبالغ | مصرف مصارف | بنك بنوك | تاجر تجار | قايمه قوايم | ظرف ظروف
اثر اثار | بصمه بصمات | عينه عينات | جثه جثث | سوال اسيله | جواب اجوبه | خطوه خطوات | مهمه مهام
دور ادوار | معلومه معلومات | بيان بيانات | اداه ادوات | طريقه طرق | لاجي لاجيون | اجنبي اجانب
يتيم ايتام | ارمله ارامل | زوجه زوجات | مخيم مخيمات | سجن سجون | ضمان ضمانات | كفاله كفالات
حاسوب حواسيب
"""


def _arabic(form: str) -> list[str]:
    """Return the light stems of a folded Arabic word: with and without a one-letter word written together with it."""
    bare = _ARTICLES.sub("", form, count=1) if _ARTICLES.match(form) else form
    candidates = [bare]
    if bare == form:
        rest = _CONJUNCTION.sub("", form, count=1) if _CONJUNCTION.match(form) else form
        candidates += [rest, _PARTICLE.sub("", rest, count=1) if _PARTICLE.match(rest) else rest]
    stems = [_without_endings(one) for one in candidates]
    return list(dict.fromkeys(_SINGULARS.get(stem, stem) for stem in stems))


def _without_endings(word: str) -> str:
    without = _PRONOUNS.sub("", word)
    if without != word and without.endswith("ت") and len(without) > _SHORTEST:
        without = without[:-1]  # before a pronoun, ة is written ت
    return _ENDINGS.sub("", _PLURALS.sub("", without))


def _singulars() -> dict[str, str]:
    """Return the stems of plurals that are made within the word, with those of their singulars."""
    pairs = (pair.split() for pair in _BROKEN_PLURALS.replace("\n", "|").split("|") if pair.strip())
    stems = ((_without_endings(many), _without_endings(one)) for one, many in pairs)
    return {many: one for many, one in stems if many != one}


_SINGULARS = _singulars()
