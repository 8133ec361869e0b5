"""Names of files as people gave them, made fit to be shown, stored and given back on every system."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 150
_MARKS = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x061C]
)
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff<>:"|?*]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)
_LONGEST_ENDING = 12


def clean_name(given: str) -> str:
    """Return the last part of ``given`` without what could mislead a reader or a system; never empty."""
    last = re.split(r"[/\\]", given)[-1]
    plain = unicodedata.normalize("NFC", last).translate(_MARKS)
    name = " ".join(_UNFIT.sub("_", plain).split()).strip(". ")
    if not name:
        return "file"
    return _shortened(f"_{name}" if _DEVICES.match(name) else name)


def _shortened(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return name[:MAX_NAME].rstrip(". ")
    return f"{stem[: MAX_NAME - len(ending) - 1].rstrip('. ')}.{ending}"
