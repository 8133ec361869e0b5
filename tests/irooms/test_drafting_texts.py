"""What drafting does with texts: differences, merging, anchors; with random edits, the same ones every time."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.irooms.drafting import anchors
from app.irooms.drafting.anchors import Ambiguous, Following, NotThere, Place, Quote, Span, quote_at
from app.irooms.drafting.blocks import Code, Listing, Paragraph, Rule, Table, blocks_of
from app.irooms.drafting.blocks import Quote as QuoteBlock
from app.irooms.drafting.merging import merged, merged_line
from app.irooms.drafting.passages import source_of
from app.irooms.drafting.words import Kind, difference, tokens, words
from app.irooms.rendering import render_markdown

STEADY = settings(max_examples=120, derandomize=True, deadline=None, database=None)
BASE = "The court may hear a witness by video link. The defence is told in time.\n\nEvery link is recorded."
_VOCABULARY = ["court", "may", "hear", "a", "witness", "video", "محكمة", "شاهد", "法", "院", "закон", "it's"]
_PIECES = st.sampled_from([*_VOCABULARY, *_VOCABULARY, ".", ",", "\n", "\n\n", "**"])
texts = st.lists(_PIECES, max_size=40).map(" ".join)


@st.composite
def edited(draw: st.DrawFn, text: str, marks: str) -> str:
    """Return ``text`` with up to three edits; every word put in is of ``marks`` and a number, so it is nowhere else."""
    pieces = tokens(text)
    for number in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(pieces)))
        end = min(len(pieces), start + draw(st.integers(0, 6)))
        count = draw(st.integers(0, 3))
        put = [one for index in range(count) for one in (f"{marks}{number}n{index}", " ")]
        pieces[start:end] = [" ", *put] if put else []
    return "".join(pieces)


@st.composite
def two_edits(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text, and what two people made of it at the same time."""
    base = draw(texts)
    return base, draw(edited(base, "mine")), draw(edited(base, "theirs"))


@STEADY
@given(texts, texts)
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    runs = difference(before, after)
    assert "".join(run.text for run in runs if run.kind != Kind.ADDED) == before
    assert "".join(run.text for run in runs if run.kind != Kind.REMOVED) == after
    assert "".join(tokens(before)) == before


@STEADY
@given(two_edits())
def test_no_word_of_either_side_is_lost(given_texts: tuple[str, str, str]) -> None:
    base, mine, theirs = given_texts
    result = merged(base, mine, theirs)
    if result is None:
        return  # the person decides, with both texts before them
    was, own, other, now = (Counter(words(one)) for one in (base, mine, theirs, result))
    for word in own | other:
        if word.startswith(("mine", "theirs")):
            assert now[word] == own[word] + other[word], word
    for word in was | own | other:
        both_took = max(0, was[word] - max(own[word], other[word]))  # the same words were taken out by both
        assert now[word] >= own[word] + other[word] - was[word], word
        assert now[word] <= own[word] + other[word] - was[word] + both_took, word


@STEADY
@given(two_edits())
def test_merging_knows_no_sides(given_texts: tuple[str, str, str]) -> None:
    base, mine, theirs = given_texts
    result = merged(base, mine, theirs)
    assert result == merged(base, theirs, mine)
    assert merged(base, mine, base) == merged(base, base, mine) == merged(base, mine, mine) == mine


@pytest.mark.parametrize(
    ("mine", "theirs", "wanted"),
    [
        (("may", "must"), ("in time", "early"), "must hear a witness by video link. The defence is told early."),
        (("may", "must"), ("may", "shall"), None),
        (("may", "must"), ("may", "must"), "The court must hear"),
        (("may hear", "must hear"), ("may hear", "may question"), None),  # one word beside the other
        (("recorded.", "recorded.\n\nMine."), ("recorded.", "recorded.\n\nTheirs."), None),
        (("in time.", "in due time."), ("Every link", "Each link"), "told in due time.\n\nEach link is recorded."),
        (("The defence is told in time.", ""), ("in time", "early"), None),  # taken out here, changed there
    ],
)  # fmt: skip
def test_what_does_not_overlap_is_merged(
    mine: tuple[str, str], theirs: tuple[str, str], wanted: str | None
) -> None:
    result = merged(BASE, BASE.replace(*mine), BASE.replace(*theirs))
    assert (wanted in result) if wanted and result else result is wanted


def test_headings_are_merged_whole() -> None:
    assert merged_line("Scope", "Scope", "Scope of this guide") == "Scope of this guide"
    assert merged_line("Scope", "Aim", "Scope") == "Aim"
    assert merged_line("Scope", "Aim", "Purpose") is None


def test_chinese_is_compared_by_character_and_arabic_by_word() -> None:
    chinese = [(run.kind.value, run.text) for run in difference("法院可以听取证人。", "法院应当听取证人。")]
    assert chinese == [("same", "法院"), ("removed", "可以"), ("added", "应当"), ("same", "听取证人。")]
    arabic = [(run.kind.value, run.text) for run in difference("تَسمع المحكمة الشاهد", "تَسمع المحكمة كل شاهد")]
    assert arabic == [("same", "تَسمع المحكمة "), ("removed", "الشاهد"), ("added", "كل شاهد")]


def test_texts_of_ever_the_same_words_are_compared_in_no_time() -> None:
    before, after = "a b " * 10_000, "b c a " * 6_600
    assert len(difference(before, after)) <= 4


# ------------------------------------------------------------------------------------------------ anchors


def test_a_passage_is_found_as_it_is_read() -> None:
    text = anchors.plain(
        render_markdown("The **court** may\nhear [a witness](https://example.org).\n\n- by *video*")
    )
    assert text == "The court may hear a witness. by video"
    assert anchors.find(text, Quote("court  may\n hear")) == Place(4, 18)
    with pytest.raises(NotThere):
        anchors.find(text, Quote("the judge"))
    with pytest.raises(NotThere):
        anchors.find(text, Quote("  "))


def test_of_two_equal_passages_the_surroundings_tell_which() -> None:
    text = "First the court decides. Then the court writes."
    with pytest.raises(Ambiguous):
        anchors.find(text, Quote("the court"))
    assert anchors.find(text, Quote("the court", "Then ", " writes")).start == text.rindex("the court")


@pytest.mark.parametrize(
    ("after", "passage", "exact"),
    [
        ("Before all: " + BASE, "hear a witness by video link", True),
        (BASE.replace("may hear", "must hear"), "hear a witness by video link", True),
        (BASE.replace("a witness", "any witness"), "hear any witness by video link", False),
        (BASE.replace("The court may hear a witness by video link. ", ""), None, False),
        ("Another text altogether, of nothing that was there.", None, False),
    ],
)
def test_an_anchor_survives_edits(after: str, passage: str | None, exact: bool) -> None:
    before, now = anchors.folded(BASE), anchors.folded(after)
    start = before.index("hear a witness by video link")
    place = Place(start, start + len("hear a witness by video link"))
    found = Following(before, now).followed(place, quote_at(before, place.start, place.end))
    assert (now[found.start : found.end] if found else None) == passage
    assert found is None or found.exact == exact


def test_a_passage_that_comes_back_is_known_again() -> None:
    before = anchors.folded(BASE)
    start = before.index("video link")
    quote = quote_at(before, start, start + 10)
    assert Following("Nothing.", before).followed(None, quote) == Place(start, start + 10)
    assert Following("Nothing.", "Elsewhere a video link is dear.").followed(None, quote) is None


@STEADY
@given(texts, st.data())
def test_an_anchor_lies_in_the_text_whatever_was_edited(base: str, data: st.DataObject) -> None:
    before = anchors.folded(base)
    start = data.draw(st.integers(0, len(before)))
    end = data.draw(st.integers(start, len(before)))
    after = anchors.folded(data.draw(edited(before, "new")))
    found = Following(before, after).followed(Place(start, end), quote_at(before, start, end))
    assert found is None or 0 <= found.start <= found.end <= len(after)


def test_marks_cross_no_tag_and_numbers_no_link() -> None:
    html = render_markdown("The **court may** hear [a witness](https://example.org) & *others*.")
    spans = [Span(4, 18, 1, "#c-1", 'Comment "1"'), Span(16, 23, 2, "#c-2", "Comment 2")]
    marked = anchors.marked(html, spans)
    assert "<strong><mark>court may</mark></strong><mark> </mark>" not in marked
    assert '<a class="draft-number" id="at-1" href="#c-1" aria-label="Comment &#34;1&#34;">1</a>' in marked
    assert "<mark>a wi</mark>tness</a><a " in marked.replace("</mark>", "</mark>", 1)
    assert anchors.plain(anchors.marked(html, [])) == anchors.plain(html)


def test_marking_lets_nothing_through() -> None:
    html = render_markdown('<img src=x onerror=a()> "&lt;script&gt;" [x](https://e.org "a > <b>") `</mark>`')
    text = anchors.plain(html)
    marked = anchors.marked(html, [Span(0, len(text), 1, "#c", "all")])
    assert "<img" not in marked
    assert "<script" not in marked
    assert marked.count("<mark>") == marked.count("</mark>")


@pytest.mark.parametrize(
    ("passage", "written"),
    [
        ("two items", "two items"),
        ("very important", "very important"),
        ("important words", "**very important** words"),
        ("one item two items", "- one item\n- two items and *more*"),
        ("items and more", "- two items and *more*"),
    ],
)
def test_from_what_is_read_to_what_was_written(passage: str, written: str) -> None:
    markdown = "**very important** words\n\n- one item\n- two items and *more*"
    text = anchors.plain(render_markdown(markdown))
    start, end = source_of(markdown, text, anchors.find(text, Quote(passage)))
    assert markdown[start:end] == written


def test_blocks_are_what_was_written() -> None:
    source = (
        "Some **bold** and\n*soft* [link](https://example.org/a) ![pic](https://spy.example/x.png)\\\nnext\n\n"
        "3. three\n\n   more\n4. four\n   - deep\n\n> said\n\n---\n\n```\na <b>\n```\n\n| h |\n|---|\n| c |\n\n# head"
    )
    first, listing, quote, rule, code, table, head = blocks_of(render_markdown(source))
    assert isinstance(first, Paragraph)
    assert [(span.text, span.strong, span.emphasis, span.link) for span in first.spans] == [
        ("Some ", False, False, ""), ("bold", True, False, ""), (" and ", False, False, ""),
        ("soft", False, True, ""), (" ", False, False, ""), ("link", False, False, "https://example.org/a"),
        (" pic", False, False, ""), ("\n", False, False, ""), ("next", False, False, ""),
    ]  # fmt: skip
    assert isinstance(listing, Listing)
    assert (listing.ordered, listing.start, len(listing.items)) == (True, 3, 2)
    assert isinstance(listing.items[1][1], Listing)
    assert isinstance(quote, QuoteBlock)
    assert isinstance(rule, Rule)
    assert isinstance(code, Code)
    assert code.text == "a <b>\n"
    assert isinstance(table, Table)
    assert [[cell[0].text for cell in row] for row in table.rows] == [["h"], ["c"]]
    assert isinstance(head, Paragraph)
    assert head.level == 3
