"""Addresses of our own pages, also where no request is: in jobs, commands and mails."""

from __future__ import annotations

from flask import current_app

from app.core.settings import settings


def path_for(endpoint: str, **values: str) -> str:
    """Return the path of a page, as ``url_for`` gives it within a request. Raises BuildError for an unknown one."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def address_for(endpoint: str, **values: str) -> str:
    """Return the full address of a page, as people reach it."""
    return settings().public_url + path_for(endpoint, **values)
