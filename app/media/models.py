"""Tables of media."""

from __future__ import annotations
