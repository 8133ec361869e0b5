"""PDF from typst, the one compiler and the one set of fonts for certificates, readings and reports.

The compiler ships in a wheel, the fonts in npm packages; system fonts are ignored and nothing is fetched, so the same
source gives the same octets on every machine. Data never becomes markup: it is handed over as JSON, which the source
reads with ``json("data.json")``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

FONT_ROOT = Path(__file__).resolve().parents[2] / "node_modules" / "@expo-google-fonts"
FONT_FOLDERS = (
    "noto-sans/400Regular",
    "noto-sans/400Regular_Italic",
    "noto-sans/600SemiBold",
    "noto-sans/700Bold",
    "noto-sans/700Bold_Italic",
    "amiri/400Regular",
    "amiri/400Regular_Italic",
    "amiri/700Bold",
    "amiri/700Bold_Italic",
    "noto-sans-sc/400Regular",
    "noto-sans-sc/700Bold",
)
# Amiri first where Arabic is read: the Arabic of Noto garbles the text layer of a PDF.
_FONTS_OF_LANGUAGE = {"ar": ("Amiri", "Noto Sans"), "zh": ("Noto Sans", "Noto Sans SC")}
_OTHER_FONTS = ("Noto Sans", "Amiri", "Noto Sans SC")
_STAMP = datetime(2000, 1, 1, tzinfo=UTC)


class PdfError(RuntimeError):
    """The source does not compile; the message is the compiler's."""


def fonts_for(language: str) -> list[str]:
    """Return the font families to set text of a language (BCP 47) in, first choice first."""
    return list(_FONTS_OF_LANGUAGE.get(language.split("-")[0], _OTHER_FONTS))


def compile_pdf(source: str, data: dict[str, object], files: Mapping[str, bytes] | None = None) -> bytes:
    """Compile typst ``source`` and return the PDF.

    The source sees ``data`` as ``data.json`` and each of ``files`` (plain names, no folders) beside itself.
    Raises PdfError when it does not compile.
    """
    if '"@' in source:
        raise PdfError("a source may not import packages: they would be fetched")
    with TemporaryDirectory(prefix="ctlp-pdf-") as place:
        folder = Path(place)
        for name, body in {**(files or {}), "main.typ": source.encode(), "data.json": _json(data)}.items():
            (folder / Path(name).name).write_bytes(body)
        return _compile(folder)


def _json(data: dict[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _compile(folder: Path) -> bytes:
    nowhere = str(folder / "packages")
    try:
        made = typst.compile(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            package_path=nowhere,
            package_cache_path=nowhere,
            timestamp=_STAMP,
        )
    except typst.TypstError as error:
        raise PdfError(str(error)) from error
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """The fonts, found once per process. Raises PdfError naming a folder that the set-up has not made."""
    folders = [FONT_ROOT / name for name in FONT_FOLDERS]
    missing = [str(folder) for folder in folders if not folder.is_dir()]
    if missing:
        raise PdfError(f"no fonts in {', '.join(missing)} (./run setup installs them)")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(one) for one in folders]
    )
