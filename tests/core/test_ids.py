"""Codes as people read them out and type them."""

from __future__ import annotations

import pytest

from app.core import ids


@pytest.mark.parametrize(
    "typed", ["7k3m-q0zx-9f2a-b8tc", "7K3MQ0ZX9F2AB8TC", " 7k3m q0zx 9f2a b8tc ", "7K3M-QOZX-9F2A-B8TC"]
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert ids.canonical_code(typed) == "7K3M-Q0ZX-9F2A-B8TC"


def test_codes_are_in_their_canonical_form_and_differ() -> None:
    made = {ids.code() for _ in range(100)}
    assert len(made) == 100
    assert all(ids.canonical_code(one) == one for one in made)
