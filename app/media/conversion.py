"""Pages of office files, made by LibreOffice where there is one."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from app.core.settings import settings
from app.media import sandbox

_NAMES = ("soffice", "libreoffice")
# No macros, no links to elsewhere followed, no questions at the first start.
_COMMON, _SETUP = "/org.openoffice.Office.Common/Security/Scripting", "/org.openoffice.Setup/Office"
_CALC, _WRITER = "/org.openoffice.Office.Calc/Content/Update", "/org.openoffice.Office.Writer/Content/Update"
_CHOSEN = (
    (_COMMON, "MacroSecurityLevel", "3"),
    (_COMMON, "DisableMacrosExecution", "true"),
    (_COMMON, "BlockUntrustedRefererLinks", "true"),
    (_CALC, "Link", "2"),
    (_WRITER, "Link", "0"),
    (_SETUP, "ooSetupInstCompleted", "true"),
)
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _CHOSEN
    )
    + "</oor:items>"
)


class NotConverted(RuntimeError):
    """LibreOffice made no pages of the file."""


def program() -> str | None:
    """Return LibreOffice's path, None when there is none or it is switched off."""
    return _found(settings().libreoffice)


@lru_cache(maxsize=8)
def _found(chosen: str) -> str | None:
    if chosen == "none":
        return None
    if chosen != "auto":
        return chosen
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def to_pdf(source: Path, ending: str, folder: Path) -> Path:
    """Return the PDF made of an office file, in ``folder``. Raises NotConverted.

    LibreOffice gets a profile of its own each time, so that two never meet and nothing is remembered.
    """
    found = program()
    if found is None:
        raise NotConverted("no LibreOffice")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_REGISTRY, "utf-8")
    document = folder / f"document.{ending}"
    source.rename(document)
    command = [
        found, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--norestore", "--nologo",
        "--nodefault", "--nolockcheck", "--convert-to", "pdf", "--outdir", str(folder), str(document),
    ]  # fmt: skip
    try:
        sandbox.confined(command, folder, sandbox.CONVERTING)
    except sandbox.Exceeded as error:
        raise NotConverted(str(error)) from error
    made = folder / "document.pdf"
    if not made.is_file():
        raise NotConverted("no pages")
    return made
