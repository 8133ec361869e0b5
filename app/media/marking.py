"""Marks: who saw a page or took a file, and when, drawn into it. Visible, and beside or under the text, never over it.

On a page image the lines are repeated across the page in light grey, multiplied so that letters stay as black as they
were, and written in full in a strip added below. A PDF gets the same as one overlay that all its pages share.
"""

from __future__ import annotations

import hashlib
import io
import math
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pikepdf
from PIL import Image, ImageChops, ImageDraw, ImageFont

from app.core.pdf import FONT_ROOT, compile_pdf
from app.media.parser.pages import encode, encode_shades, media_type, shades_of

__all__ = ["mark_image", "media_type", "stamp_pdf"]

_ANGLE = 28
_TINT = 212  # of 255: the grey of the repeated lines
_INK = 60
_FONTS = {
    "arabic": "amiri/400Regular/Amiri_400Regular.ttf",
    "chinese": "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "other": "noto-sans/400Regular/NotoSans_400Regular.ttf",
}
_LARGER = {"arabic": 1.3}  # its letters are small for their size
_MOST_LINES, _LONGEST = 8, 160


def mark_image(image: bytes, lines: Sequence[str]) -> bytes:
    """Return a page image with a mark: ``lines`` are a name or pseudonym, a time, a short code.

    A grey PNG stays one, whatever else becomes JPEG. Raises OSError for what is no image.
    """
    words = " · ".join(_fitting(lines))
    shades = shades_of(image)
    if (
        shades is not None
    ):  # its pixels are shades from 0 to 15, and stay so: multiplied by white they are the same
        return encode_shades(_marked(shades, words, white=15), effort=2)
    with Image.open(io.BytesIO(image)) as opened:
        return encode(_marked(opened.convert("RGB"), words, white=255))


def _marked(page: Image.Image, words: str, white: int) -> Image.Image:
    tint = _tiled(words, page.size)
    marked = ImageChops.multiply(page, tint if page.mode == "L" else Image.merge("RGB", (tint, tint, tint)))
    return _with_strip(marked, words, white)


def _fitting(lines: Sequence[str]) -> list[str]:
    shown = [" ".join("".join(c for c in line if c.isprintable()).split())[:_LONGEST] for line in lines]
    return [line for line in shown if line][:_MOST_LINES]


def _with_strip(page: Image.Image, words: str, white: int) -> Image.Image:
    """Return the page with a strip below that holds the words in full, in as many rows as they need."""
    size = max(13, page.width // 62)
    rows = _rows(words, size, page.width - 2 * size)
    height = round(size * (1.7 * len(rows) + 0.8))
    whole = Image.new(page.mode, (page.width, page.height + height), _grey(page.mode, white))
    whole.paste(page, (0, 0))
    pen = ImageDraw.Draw(whole)
    line, ink = (_grey(page.mode, level * white // 255) for level in (_TINT, _INK))
    pen.line([(0, page.height), (page.width, page.height)], fill=line)
    for number, row in enumerate(rows):
        _write(pen, (size, page.height + round(size * (1.2 + 1.7 * number))), row, size, ink)
    return whole


def _grey(mode: str, level: int) -> int | tuple[int, int, int]:
    return level if mode == "L" else (level, level, level)


def _rows(words: str, size: int, width: int) -> list[str]:
    rows = [""]
    for part in words.split(" · "):
        longer = f"{rows[-1]} · {part}" if rows[-1] else part
        if rows[-1] and _width(longer, size) > width:
            rows.append(part)
        else:
            rows[-1] = longer
    return rows


@lru_cache(maxsize=16)
def _tiled(words: str, extent: tuple[int, int]) -> Image.Image:
    """Return white paper of that extent with the words on it again and again, light and slanting."""
    width, height = extent
    size = max(13, width // 46)
    tile = Image.new("L", (_width(words, size) + 3 * size, 2 * size), 255)
    _write(ImageDraw.Draw(tile), (0, size), words, size, _TINT)
    slanted = tile.rotate(_ANGLE, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    paper = Image.new("L", extent, 255)
    along, up = tile.width * math.cos(math.radians(_ANGLE)), tile.width * math.sin(math.radians(_ANGLE))
    rows = range(0, round(height + width * math.tan(math.radians(_ANGLE))) + 8 * size, 8 * size)
    for number, bottom in enumerate(rows):  # each row climbs from the left edge, one tile behind the other
        back = (number % 2) * along / 2
        for place in range(math.ceil((width + back) / along)):
            at = (round(place * along - back), round(bottom + back * up / along - (place + 1) * up))
            _darken(paper, slanted, at)
    return paper


def _darken(paper: Image.Image, piece: Image.Image, at: tuple[int, int]) -> None:
    left, top = max(at[0], 0), max(at[1], 0)
    right, bottom = min(at[0] + piece.width, paper.width), min(at[1] + piece.height, paper.height)
    if left >= right or top >= bottom:
        return
    part = piece.crop((left - at[0], top - at[1], right - at[0], bottom - at[1]))
    box = (left, top, right, bottom)
    paper.paste(ImageChops.darker(paper.crop(box), part), box)


# ------------------------------------------------------------------------------------------------ letters


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith("ARABIC"):
        return "arabic"
    return (
        "chinese" if name.startswith(("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH", "IDEOGRAPHIC")) else "other"
    )


def _runs(words: str) -> list[tuple[str, str]]:
    """Return the text in runs of one font and direction; blanks stay with the letters before them, but for Arabic."""
    runs: list[tuple[str, str]] = []
    for letter in words:
        script = runs[-1][0] if runs and letter.isspace() else _script(letter)
        if runs and script == runs[-1][0]:
            runs[-1] = (script, runs[-1][1] + letter)
        else:
            runs.append((script, letter))
    return [part for script, run in runs for part in _without_edge(script, run)]


def _without_edge(script: str, run: str) -> Iterator[tuple[str, str]]:
    """Set the blanks that end a run from right to left apart: they belong to what follows on the right."""
    letters = run.rstrip() if script == "arabic" else run
    yield script, letters
    if len(letters) < len(run):
        yield "other", run[len(letters) :]


@lru_cache(maxsize=32)
def _font(script: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font. Raises OSError naming the file when the set-up has not brought it."""
    larger = round(size * _LARGER.get(script, 1))
    return ImageFont.truetype(FONT_ROOT / _FONTS[script], larger, layout_engine=ImageFont.Layout.RAQM)


def _direction(script: str) -> Literal["rtl", "ltr"]:
    return "rtl" if script == "arabic" else "ltr"


def _width(words: str, size: int) -> int:
    return round(
        sum(_font(script, size).getlength(run, direction=_direction(script)) for script, run in _runs(words))
    )


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, ink: int | tuple[int, int, int]
) -> None:
    """Write words from the left, each run with its own font and direction."""
    left, top = float(at[0]), at[1]
    for script, run in _runs(words):
        font, direction = _font(script, size), _direction(script)
        pen.text((left, top), run, fill=ink, font=font, anchor="lm", direction=direction)
        left += font.getlength(run, direction=direction)


# ------------------------------------------------------------------------------------------------ PDF

_OVERLAY = """
#let given = json("data.json")
#let (width, height) = (given.width * 1pt, given.height * 1pt)
#set page(width: width, height: height, margin: 0pt, fill: none)
#set text(font: given.fonts, lang: "en")
#let size = calc.max(6pt, calc.min(width, height) / 46)
#let words = given.lines.map(line => box(line)).join([ · ])
#let row = box(width: 6 * width, text(size: size, fill: luma(0, 15%), { for _ in range(8) { words; h(3em) } }))
#place(top + left, box(width: width, height: height, clip: true, {
  let step = 7.5 * size
  for number in range(1, calc.ceil((height + 0.54 * width) / step) + 1) {
    let back = if calc.odd(number) { -7em } else { 0em }
    place(top + left, dx: back, dy: number * step, rotate(-28deg, origin: left + horizon, row))
  }
}))
#place(bottom + left, dx: size, dy: -0.6 * size,
  box(width: width - 2 * size, text(size: 0.75 * size, fill: luma(60), words)))
"""
_ALL_FONTS = ["Noto Sans", "Amiri", "Noto Sans SC"]


def stamp_pdf(pdf: bytes | Path, lines: Sequence[str]) -> bytes:
    """Return a PDF with a mark on every page, as text that can be searched for; the same input gives the same octets.

    Raises pikepdf.PdfError for what is no PDF.
    """
    shown = _fitting(lines)
    word = hashlib.sha256("\n".join(shown).encode()).hexdigest()[:10]
    with pikepdf.open(pdf if isinstance(pdf, Path) else io.BytesIO(pdf)) as document:
        marks: dict[tuple[int, int], pikepdf.Object] = {}
        for page in document.pages:
            box = [float(edge) for edge in page.cropbox]
            turned = int(page.obj.get("/Rotate", 0) or 0) % 360
            wide, tall = abs(box[2] - box[0]), abs(box[3] - box[1])
            seen = (tall, wide) if turned in {90, 270} else (wide, tall)
            form = _form(document, marks, (round(seen[0]), round(seen[1])), shown)
            _lay_over(document, page, form, box, turned, word)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
        return out.getvalue()


def _form(
    document: pikepdf.Pdf,
    marks: dict[tuple[int, int], pikepdf.Object],
    extent: tuple[int, int],
    lines: Sequence[str],
) -> pikepdf.Object:
    """Return the mark for pages of an extent; one object, however many pages share it."""
    if extent not in marks:
        data = {
            "width": extent[0],
            "height": extent[1],
            "lines": list(lines),
            "fonts": _ALL_FONTS,
        }
        with pikepdf.open(io.BytesIO(compile_pdf(_OVERLAY, data))) as overlay:
            marks[extent] = document.copy_foreign(overlay.pages[0].as_form_xobject())
    return marks[extent]


def _matrix(turned: int, box: Sequence[float]) -> tuple[float, ...]:
    """Return the matrix that lays a mark over a page with the box (left, bottom, right, top), turned as the page is."""
    left, bottom, right, top = box
    turns = {
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }
    return turns.get(turned, (1, 0, 0, 1, left, bottom))


def _lay_over(
    document: pikepdf.Pdf, page: pikepdf.Page, form: pikepdf.Object, box: list[float], turned: int, word: str
) -> None:
    """Draw the mark over a page. ``word`` names it: a file that was stamped before keeps its earlier mark."""
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    matrix = _matrix(turned, (left, bottom, right, top))
    name = pikepdf.Name(f"/Mark{round(right - left)}x{round(top - bottom)}r{turned}{word}")
    page.add_resource(form, pikepdf.Name.XObject, name, replace_existing=True)
    placed = f"q {' '.join(f'{one:g}' for one in matrix)} cm {name} Do Q"
    drawing = f"\nQ /Artifact <</Type /Watermark>> BDC {placed} EMC\n"  # a reader of the page does not read it aloud
    page.contents_add(pikepdf.Stream(document, b"q\n"), prepend=True)
    page.contents_add(pikepdf.Stream(document, drawing.encode()))
