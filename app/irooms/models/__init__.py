"""Tables of the rooms, one module a part."""

from __future__ import annotations
