"""Tables of live."""

from __future__ import annotations
