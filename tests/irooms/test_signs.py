"""What in a text points to who asked."""

from __future__ import annotations

import pytest

from app.irooms.signs import GAP, Signs

AMINA = Signs(("Amina Odhiambo",), ("Amina", "Odhiambo"), ("Office of the Cast",), "KE")


@pytest.mark.parametrize(
    "text",
    [
        "Amina Odhiambo",
        "AMINA  ODHIAMBO",
        "in Kenya",
        "au Kenya",
        "в Кении",
        "بكينيا",
        "我们在肯尼亚",
        "en Kenia",
    ],
)
def test_names_and_countries_must_go(text: str) -> None:
    assert AMINA.certain_in(text)
    assert not AMINA.certain_in(AMINA.without(text))


@pytest.mark.parametrize(
    "text", ["Amina said", "Kenyan law", "un juez keniano", "write to a.b@court.example"]
)
def test_guesses_are_to_be_looked_at(text: str) -> None:
    assert AMINA.possible_in(text)
    assert not AMINA.certain_in(text)


@pytest.mark.parametrize("text", ["Stamina", "A person in a period", "Office of the Crown", ""])
def test_other_words_stay(text: str) -> None:
    peru = Signs(("Rosa Quispe",), ("Rosa", "Quispe"), (), "PE")
    for signs in (AMINA, peru):
        assert signs.without(text) == text
        assert not signs.certain_in(text) + signs.possible_in(text)


def test_what_is_hidden_is_taken_out_but_never_named() -> None:
    text = "I work at the Office of the Cast."
    assert AMINA.without(text) == f"I work at the {GAP}."
    assert not AMINA.certain_in(text) + AMINA.possible_in(text)
