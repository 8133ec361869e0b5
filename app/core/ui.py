"""What pages need beside their words: notices told once, addresses of assets, icons, the fixed places."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from flask import Flask, current_app, flash, request, url_for
from markupsafe import Markup

from app.core.settings import settings

Kind = Literal["done", "waiting", "attention", "danger"]
MANIFEST = "build/manifest.json"
PLACES = {
    "home": "/",
    "sign-in": "/account/sign-in",
    "sign-out": "/account/sign-out",
    "register": "/account/register",
    "account": "/account",
    "standing": "/account/standing",
    "about": "/about",
    "verify": "/verify",
    "search": "/search",
    "accessibility": "/accessibility",
    "statistics": "/statistics",
}


def notify(text: str, kind: Kind = "done") -> None:
    """Tell ``text`` once on the next page this person sees; ``kind`` picks icon and colour."""
    flash(text, kind)


def place(name: str) -> str:
    """Return the address of a fixed place of the platform (:data:`PLACES`); KeyError for an unknown name."""
    return PLACES[name]


def statistics_are_public() -> bool:
    """Whether the page of statistics is for everybody."""
    return bool(settings().public_statistics)


def language_url(code: str) -> str:
    """Return this page's address in another interface language, its other query values kept."""
    values = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{request.path}?{urlencode([*values, ('lang', code)])}"


class Assets:
    """The built files by their plain names, from the build's manifest (``{"site.css": "site.HASH.css"}``).

    The manifest is read again when the file changes, so a rebuild shows without a restart.
    """

    def __init__(self, manifest: Path) -> None:
        self._manifest = manifest
        self._stamp = -1
        self._names: dict[str, str] = {}

    def name(self, plain: str) -> str:
        """Return the built file's name; the plain one (a page without style still works) when it was never built."""
        try:
            stamp = self._manifest.stat().st_mtime_ns
        except FileNotFoundError:
            logging.getLogger(__name__).warning("assets are not built: %s is missing", self._manifest.name)
            return plain
        if stamp != self._stamp:
            self._names = json.loads(self._manifest.read_text(encoding="utf-8"))
            self._stamp = stamp
        return self._names.get(plain, plain)


def asset(plain: str) -> str:
    """Return the address of a built asset, such as ``asset('site.css')``."""
    assets: Assets = current_app.extensions["assets"]
    return url_for("static", filename=f"build/{assets.name(plain)}")


def icon(name: str, label: str | None = None) -> Markup:
    """Return an inlined icon; UndefinedError of the template for an unknown name."""
    module = current_app.jinja_env.get_template("macros/icons.html").module
    return Markup(module.icon(name, label))  # type: ignore[attr-defined]


def init_app(app: Flask) -> None:
    """Give templates ``asset``, ``icon``, ``place``, ``language_url`` and ``statistics_are_public``."""
    static = Path(app.static_folder or "static")
    app.extensions["assets"] = Assets(static / MANIFEST)
    app.jinja_env.globals.update(asset=asset, icon=icon, place=place, language_url=language_url)
    app.add_template_global(statistics_are_public)
