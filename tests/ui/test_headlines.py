"""Headline figures as words."""

from dataclasses import replace

import pytest

from tests.ui.sample import ASSESSMENT
from ui import headlines


@pytest.mark.parametrize(
    ("adjusted", "expected"),
    [
        (None, ("1.4 in effect", "3 listed")),
        (1.2, ("1.2 in effect", "3 listed; 1.4 if none fell with another")),
        (9.0, ("1.4 in effect", "3 listed")),
    ],
)
def test_providers_that_fall_together_count_as_fewer(
    adjusted: float | None, expected: tuple[str, str]
) -> None:
    shown = replace(ASSESSMENT, dependence_adjusted=adjusted)
    assert headlines.independent_providers(shown) == expected
