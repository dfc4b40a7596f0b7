"""When two names are the same name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.register.naming import (
    UNNAMED_USE_CASE,
    comparison_key,
    dependency_key,
    tidy,
    use_case_name,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", " acme\t"),
        ("Acme  Labs", "ACME\u00a0Labs"),
        ("Café", "Cafe\u0301"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_spaces_and_composition_do_not_tell_names_apart(one: str, other: str):
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(("one", "other"), [("Acme", "Acme 2"), ("AcmeLabs", "Acme Labs")])
def test_letters_do(one: str, other: str):
    assert comparison_key(one) != comparison_key(other)


@given(st.text(max_size=400))
def test_a_key_fits_its_column_and_is_its_own_key(text: str):
    key = comparison_key(text)
    assert len(key) <= 200
    assert comparison_key(tidy(text)) == key
    assert comparison_key(unicodedata.normalize("NFD", text)) == key


def test_long_names_that_differ_at_the_end_stay_apart():
    assert comparison_key("a" * 500 + "b") != comparison_key("a" * 500 + "c")


@pytest.mark.parametrize("blank", [None, "", "  ", UNNAMED_USE_CASE, "unnamed  use case"])
def test_a_blank_use_case_and_one_that_says_so_are_the_same(blank: str | None):
    assert comparison_key(use_case_name(blank)) == comparison_key(UNNAMED_USE_CASE)


def test_the_key_of_a_dependency_keeps_its_parts_apart():
    assert dependency_key("a", "b", "c", None) == dependency_key("A", " b", "C", "")
    assert dependency_key("ab", "c", "d", None) != dependency_key("a", "bc", "d", None)
