"""Plain text: whether something is text, in which character set, and which of the kinds of text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_MARKUP = re.compile(
    r"\s*(?:<!--.*?-->\s*)*(?:<\?xml\b[^>]*\?>\s*(?:<!--.*?-->\s*)*)?"
    r"<(?:!doctype\s+(?P<doctype>\w+)|(?:\w+:)?(?P<tag>[a-z][\w-]*))\b",
    re.I | re.S,
)
_HTML_TAGS = frozenset(
    [
        "html",
        "head",
        "body",
        "script",
        "iframe",
        "object",
        "embed",
        "style",
        "link",
        "meta",
        "base",
        "form",
        "img",
        "video",
        "audio",
        "table",
        "div",
        "span",
        "p",
        "a",
        "h1",
        "h2",
        "h3",
        "title",
        "br",
        "hr",
        "input",
        "button",
        "textarea",
        "marquee",
        "details",
        "template",
        "frameset",
        "applet",
    ]
)
# The letters that make up most of a text, by language. A text in the wrong character set has few of them.
_COMMON: Mapping[str, str] = {
    "gb18030": (
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本"
        "去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总"
        "次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权"
        "收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连"
        "断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严，。"
        "，。、；：（）《》"
    ),
    "windows-1256": "اليمنوترسبعدهكفقحةأجشطصخضذثئىءغزظؤإآ،؛؟ـ",
    "windows-1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф«»–—№",
    "koi8-r": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф",
    "windows-1252": "éèêëàâäáãåçîïíìñôöóòõùûüúßœæøÉÈÀÇÑÖÜÄÁÍÓÚ«»“”‘’–—…€°§¿¡ºª",
}
_ASCII = frozenset(map(chr, range(128)))
_RUNS = re.compile(r"[^\x00-\x7f]{2,}")
ENOUGH = 0.5
SAMPLE = 40_000


def charset_of(body: bytes) -> str | None:
    """Return the character set that ``body`` is text in, None when it is no text."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name if _reads(body, name) else None
    if b"\x00" in body:
        return None
    if _reads(body, "utf-8"):
        return "utf-8"
    sample = body[:SAMPLE]
    weighed = {name: _weight(sample, name) for name in _COMMON}
    best = max(weighed, key=lambda name: weighed[name])
    return best if weighed[best] >= ENOUGH and _reads(body, best) else None


def decoded(body: bytes, charset: str) -> str:
    """Return the text, with plain line ends and without a mark of the order of octets."""
    text = body.decode(charset, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def markup_kind(text: str) -> str | None:
    """Return ``html``, ``svg`` or ``xml`` for text that a browser could run, None for any other."""
    found = _MARKUP.match(text[:SAMPLE])
    if found is None:
        return "xml" if text.lstrip()[:5].lower() == "<?xml" else None
    word = (found["doctype"] or found["tag"]).lower()
    if word == "svg":
        return "svg"
    if word in _HTML_TAGS:
        return "html"
    return "xml"


def is_script(text: str) -> bool:
    """Whether a text says that it is to be run."""
    return text.startswith("#!") or text.lstrip()[:5].lower() == "<?php"


def _reads(body: bytes, charset: str) -> bool:
    try:
        text = body.decode(charset)
    except UnicodeDecodeError:
        return False
    return _CONTROLS.search(text) is None


def _weight(sample: bytes, charset: str) -> float:
    """Return how likely a character set is, from 0: the share of its common letters among the letters outside ASCII.

    In Latin script such letters stand alone, in others next to each other: the share of those that do counts too.
    """
    try:
        text = codecs.getincrementaldecoder(charset)("strict").decode(sample)
    except UnicodeDecodeError:
        return 0.0
    foreign = [letter for letter in text if letter not in _ASCII]
    if not foreign:
        return 0.0
    together = sum(len(run) for run in _RUNS.findall(text)) / len(foreign)
    fitting = 1 - together if charset == "windows-1252" else together
    return fitting * sum(letter in _COMMON[charset] for letter in foreign) / len(foreign)
