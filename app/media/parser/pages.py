"""Pages as pictures in two widths: PNG of sixteen greys, small and quick, for those without colour; JPEG for others."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageOps

from app.media.parser.images import opened
from app.media.parser.refusal import Unfit

WIDTHS: Mapping[str, int] = {"small": 800, "large": 1600}
TALLEST = 3  # times its width; a longer page is made narrower
QUALITY = 82
_COLOUR_FROM = 24  # of 255: less is the haze of a scan
_INDEX = [round(value / 17) for value in range(256)]
_GREYS = [level for index in range(16) for level in (index * 17,) * 3]


def draw(
    source: Path, family: str, numbers: Iterable[int], folder: Path, max_pixels: int
) -> dict[int, list[float]]:
    """Write ``<number>-<size>`` for each page (from 1) and size; returns the extents of those that could be drawn."""
    drawn: dict[int, list[float]] = {}
    for number in numbers:
        try:
            pictures = _of_image(source, number, max_pixels) if family == "image" else _of_pdf(source, number)
        except (Unfit, OSError, ValueError, pypdfium2.PdfiumError):
            continue
        for size, picture in pictures.items():
            (folder / f"{number}-{size}").write_bytes(encode(picture))
        drawn[number] = [pictures["large"].width, pictures["large"].height]
    return drawn


def _of_pdf(source: Path, number: int) -> dict[str, Image.Image]:
    with pypdfium2.PdfDocument(source) as document:
        document.init_forms()
        page = document[number - 1]
        width, height = page.get_size()
        wanted = {name: _fitting(width, height, most) / max(width, 1) for name, most in WIDTHS.items()}
        small = page.render(scale=wanted["small"], rev_byteorder=True).to_pil().convert("RGB")
        grey = not _coloured(small)
        large = page.render(scale=wanted["large"], grayscale=grey, rev_byteorder=not grey).to_pil()
    return {"small": small.convert("L") if grey else small, "large": large.convert("L" if grey else "RGB")}


def _of_image(source: Path, number: int, max_pixels: int) -> dict[str, Image.Image]:
    with opened(source, max_pixels) as picture:
        if number > 1:
            picture.seek(number - 1)
        whole = _on_white(ImageOps.exif_transpose(picture))
    made: dict[str, Image.Image] = {}
    for name, most in WIDTHS.items():
        width = min(round(_fitting(whole.width, whole.height, most)), whole.width)
        height = max(1, round(whole.height * width / whole.width))
        made[name] = whole.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return made


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"L", "RGB"}:
        return picture.copy()
    clear = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _fitting(width: float, height: float, most: int) -> float:
    """Return the width to draw a page in: ``most``, less for a page that is far taller than wide."""
    return max(1.0, min(most, most * TALLEST * width / max(height, 1)))


def _coloured(picture: Image.Image) -> bool:
    red, green, blue = picture.split()
    pairs = ((red, green), (green, blue))
    # in a histogram of the differences, whatever lies above the threshold is colour
    return any(any(ImageChops.difference(*pair).histogram()[_COLOUR_FROM:]) for pair in pairs)


def encode(picture: Image.Image) -> bytes:
    """Return a page as a file: PNG of sixteen greys for a grey one, else JPEG."""
    if picture.mode == "L":
        return encode_shades(picture.point(_INDEX), effort=6)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def encode_shades(shades: Image.Image, effort: int) -> bytes:
    """Return a grey page as a file; its pixels are the sixteen shades from 0 (black) to 15, ``effort`` is zlib's."""
    out = io.BytesIO()
    shades.putpalette(_GREYS)
    shades.save(out, "PNG", bits=4, compress_level=effort)
    return out.getvalue()


def shades_of(image: bytes) -> Image.Image | None:
    """Return the shades of a grey page made here, None for any other image."""
    with Image.open(io.BytesIO(image)) as opened:
        if opened.format != "PNG" or opened.mode != "P" or opened.getpalette("RGB") != _GREYS:
            return None
        return Image.frombytes("L", opened.size, opened.tobytes())


def media_type(image: bytes) -> str:
    """Return what a page image is served as."""
    return "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The task: draw ``numbers`` of ``source`` into ``folder``."""
    drawn = draw(
        Path(given["source"]), given["family"], given["numbers"], Path(given["folder"]), given["max_pixels"]
    )
    return {"drawn": [[number, *size] for number, size in drawn.items()]}
