"""Pages of slides as the room shows them: WebP in two sizes, small enough for the line that they are for.

What a page looks like never changes, so pictures are kept in the process; who may see one is asked at every request.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image

from app.media.models import MediaFile
from app.media.queries import page_image

SMALL, LARGE = "small", "large"
_WIDTH = {SMALL: 640, LARGE: 1280}
_QUALITY = {SMALL: 45, LARGE: 75}
MEDIA_TYPE = "image/webp"


class _Page:
    """A page of a file as a key: the same picture for the same stored file."""

    def __init__(self, file: MediaFile, number: int) -> None:
        self.file, self.number, self.key = file, number, (file.key, number)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Page) and other.key == self.key


def picture(file: MediaFile, number: int, size: str) -> bytes:
    """Return a page as WebP: ``small`` 640 pixels wide, ``large`` 1280. Raises NotFound where there is no such page."""
    return _picture(_Page(file, number), size)


@lru_cache(maxsize=128)
def _picture(page: _Page, size: str) -> bytes:
    source = page_image(page.file, page.number, "large" if size == LARGE else "small")
    with Image.open(BytesIO(source)) as opened:
        image = opened.convert("RGB")
        image.thumbnail((_WIDTH[size], 4 * _WIDTH[size]))
        out = BytesIO()
        image.save(out, "WEBP", quality=_QUALITY[size], method=4)
    return out.getvalue()
