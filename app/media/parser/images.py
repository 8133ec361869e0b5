"""Pictures: whether they hold what they say, how large, without their properties, and as pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from app.media.parser.refusal import Reason, Unfit

FORMATS = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "tiff": "TIFF"}
_ANIMATED = {"GIF", "WEBP", "PNG"}
_SINGLE = {"MPO": "JPEG"}  # a JPEG with smaller ones behind it; the first is the picture
_HIDDEN = re.compile(
    rb"PK\x05\x06|%PDF-|<script|<html|<\?php|<!doctype|MZ.{58,200}PE\x00\x00|\x7fELF|Rar!\x1a", re.I | re.S
)
_HEAD, _TAIL = 4_096, 80_000
QUALITY = 92
MAX_FRAMES = 2_000
_HOW: dict[str, dict[str, object]] = {
    "JPEG": {"quality": QUALITY},
    "WEBP": {"quality": QUALITY},
    "TIFF": {"compression": "tiff_deflate"},
}


def opened(source: Path | io.BytesIO, max_pixels: int, wanted: str | None = None) -> Image.Image:
    """Return the picture, its head read and its size allowed. Raises Unfit."""
    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        picture = Image.open(source, formats=[wanted] if wanted else list(FORMATS.values()))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(Reason.TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Unfit(Reason.DAMAGED) from None
    if picture.width * picture.height > max_pixels:
        raise Unfit(Reason.TOO_MANY_PIXELS)
    return picture


def frames(picture: Image.Image, max_pixels: int, max_frames: int) -> Iterator[Image.Image]:
    """Yield each picture of a file, decoded. Raises Unfit for too many, too large, or broken off ones."""
    pixels = 0
    for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
        pixels += frame.width * frame.height
        if number > max_frames:
            raise Unfit(Reason.TOO_MANY_PAGES)
        if pixels > 10 * max_pixels or frame.width * frame.height > max_pixels:
            raise Unfit(Reason.TOO_MANY_PIXELS)
        frame.load()
        yield frame


def check(path: Path, kind: str, max_pixels: int, max_pages: int) -> int:
    """Decode all of a picture file and return how many pages it has. Raises Unfit.

    The frames of an animation are one page; those of a TIFF are pages.
    """
    with opened(path, max_pixels, FORMATS[kind]) as picture:
        paged = picture.format == "TIFF"
        try:
            count = sum(1 for _frame in frames(picture, max_pixels, max_pages if paged else MAX_FRAMES))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unfit(Reason.TOO_MANY_PIXELS) from None
        except (OSError, SyntaxError, ValueError, EOFError):
            raise Unfit(Reason.DAMAGED) from None
    return max(count, 1) if paged else 1


def hides_something(path: Path) -> bool:
    """Whether a picture also reads as something else: an archive, a page, a program before or behind its pixels."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    return _HIDDEN.search(head, 1) is not None or _HIDDEN.search(tail, 1 if size <= _TAIL else 0) is not None


def write_again(path: Path, target: Path, kind: str, max_pixels: int) -> None:
    """Write the pixels of a picture as a new file, without any of its properties."""
    with opened(path, max_pixels, FORMATS[kind]) as picture:
        target.write_bytes(_encoded(picture))


def without_properties(body: bytes, max_pixels: int = 100_000_000) -> bytes:
    """Return a picture of an office file without its properties. Raises Unfit when it cannot be read."""
    with opened(io.BytesIO(body), max_pixels) as picture:
        return _encoded(picture)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    kind = _SINGLE.get(picture.format or "PNG", picture.format or "PNG")
    options: dict[str, object] = {}
    if profile := picture.info.get("icc_profile"):
        options["icc_profile"] = profile
    if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        _save_all(picture, out, kind)
        return out.getvalue()
    turned = picture.getexif().get(0x0112, 1) != 1
    if (
        kind == "JPEG" and picture.format == "JPEG" and not turned
    ):  # the same coefficients, so nothing is lost
        options["quality"] = "keep"
        bare: Image.Image = picture
        for name in ("comment", "exif", "xmp", "photoshop"):
            bare.info.pop(name, None)
    else:
        bare = _bare(ImageOps.exif_transpose(picture))
        options |= _HOW.get(kind, {})
    bare.save(out, kind, **options)
    return out.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """Return the pixels (and what makes them visible) as a picture that has no file behind it."""
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    if palette := picture.getpalette("RGB") if picture.mode == "P" else None:
        bare.putpalette(palette, "RGB")
    if "transparency" in picture.info:
        bare.info["transparency"] = picture.info["transparency"]
    return bare


def _save_all(picture: Image.Image, out: io.BytesIO, kind: str) -> None:
    durations = []
    bare = []
    for frame in ImageSequence.Iterator(picture):
        durations.append(int(frame.info.get("duration") or 100))
        bare.append(_bare(frame.convert("RGBA") if kind in _ANIMATED else frame))
    options: dict[str, object] = {"duration": durations, "loop": 0} if kind in _ANIMATED else {}
    bare[0].save(out, kind, save_all=True, append_images=bare[1:], **options)
