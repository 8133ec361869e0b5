"""Marks on pages and in copies: everybody's name readable, no letter covered, the same copy each time."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from app.media import marking
from app.media.marking import _font, _runs, _script, mark_image, stamp_pdf
from app.media.parser.pages import encode
from tests.support import files

NAMES = ["Amina Odhiambo", "ليلى حداد", "林梅", "Иван Петров", "Señora Ñandú"]
WHEN, CODE = "2026-11-22 14:03 UTC", "7K3M-Q0ZX"


def _page(mode: str) -> Image.Image:
    made = Image.new(mode, (800, 1130), "white")
    made.paste("black", (100, 100, 700, 130))
    return made


def _opened(image: bytes) -> Image.Image:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.convert("L")


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_mark_is_seen_everywhere_and_covers_nothing(mode: str) -> None:
    image = encode(_page(mode))
    plain, marked = _opened(image), _opened(mark_image(image, [NAMES[0], WHEN, CODE]))
    assert marking.media_type(image) == ("image/png" if mode == "L" else "image/jpeg")
    assert marked.width == plain.width
    assert marked.height > plain.height  # the words in full stand below, not over anything
    within = marked.crop((0, 0, *plain.size))
    assert max(within.crop((110, 105, 690, 125)).tobytes()) < 40  # black stays black
    changed = ImageChops.difference(plain, within).point([0] * 20 + [255] * 236)
    for left in range(0, 800, 200):  # in every part of the page
        for top in range(150, 1130, 245):
            assert changed.crop((left, top, left + 200, top + 245)).getbbox() is not None, (left, top)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_written_with_letters_of_its_script(name: str) -> None:
    """A letter that a font does not have would be drawn as its box for missing ones."""
    for script, run in _runs(name):
        font = _font(script, 30)
        missing = bytes(font.getmask("\uffff"))
        for letter in run.strip():
            assert _script(letter) == script or letter == " "
            assert bytes(font.getmask(letter)) != missing, letter
    first, second = (mark_image(encode(_page("L")), [one, WHEN, CODE]) for one in (name, "Nobody"))
    assert first != second


def test_arabic_is_written_from_right_to_left_and_joined() -> None:
    font = _font("arabic", 40)
    joined = font.getlength("حداد", direction="rtl")
    assert joined < sum(font.getlength(letter) for letter in "حداد")
    assert _runs("ليلى حداد · 7K3M") == [("arabic", "ليلى حداد"), ("other", " "), ("other", "· 7K3M")]


def test_long_and_strange_words_are_marks_too() -> None:
    image = encode(_page("L"))
    for lines in (["x" * 900], [], ["\u202e\x00\n"], ["\U0001f600"], [*NAMES, WHEN, CODE, "more"]):
        assert _opened(mark_image(image, lines)).width == 800


def _texts(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]


def test_every_page_of_a_copy_says_whose_it_is() -> None:
    plain = files.pdf(["one", "two", "three"])
    stamped = stamp_pdf(plain, [*NAMES, WHEN, CODE])
    for words, text in zip(("one", "two", "three"), _texts(stamped), strict=True):
        assert words in text
        for written in ("Amina Odhiambo", "林梅", "Иван Петров", WHEN, CODE):
            assert written in text
        assert "حداد" in text
        assert "ليلى" in text
    assert stamp_pdf(plain, [*NAMES, WHEN, CODE]) == stamped


def test_a_page_that_lies_on_its_side_is_marked_upright() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj["/Rotate"] = 90
        pdf.pages[0].obj["/MediaBox"] = pikepdf.Array([50, 50, 545, 792])

    with pypdfium2.PdfDocument(stamp_pdf(files.edited_pdf(turn), [CODE])) as document:
        page = document[0]
        assert page.get_size() == (742, 495)
        image = page.render(scale=1).to_pil().convert("L")
    foot = image.crop((0, 480, 200, 495))  # the words in full stand at the foot, as a reader sees the page
    assert min(foot.tobytes()) < 120


def test_an_earlier_mark_stays_under_a_later_one() -> None:
    once = stamp_pdf(files.pdf(), ["FIRST-CODE"])
    (text,) = _texts(stamp_pdf(once, ["SECOND-CODE"]))
    assert "FIRST-CODE" in text
    assert "SECOND-CODE" in text


@pytest.mark.long
def test_three_hundred_pages_are_stamped_in_a_moment_and_grow_little() -> None:
    plain = files.long_pdf(300)
    stamped = stamp_pdf(plain, [NAMES[0], WHEN, CODE])
    assert len(stamped) < len(plain) + 400_000
    assert all(CODE in text for text in _texts(stamped))
