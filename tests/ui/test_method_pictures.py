"""What docs/method.md shows is what the model gives, and can be drawn again."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.loss.churn import churn_curve
from ui import wording

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "method.md").read_text(encoding="utf-8")
HOURS = {"hour": 1, "hours": 1, "day": 24, "days": 24}


@pytest.fixture(scope="module")
def pictures() -> object:
    sys.path.insert(0, str(DOCS))
    try:
        import model_pictures
    finally:
        sys.path.remove(str(DOCS))
    return model_pictures


def test_every_picture_of_the_method_is_there_and_one_of_those_that_are_drawn(
    pictures: object,
) -> None:
    shown = re.findall(r"!\[[^]]+\]\(pictures/([a-z-]+)\.png\)", TEXT)
    of_the_model = [name for name in shown if name.startswith("model-")]
    assert sorted(of_the_model) == sorted(pictures.FIGURES)  # type: ignore[attr-defined]
    assert all((DOCS / "pictures" / f"{name}.png").stat().st_size for name in shown)


def test_the_churn_table_of_the_method_is_the_curve() -> None:
    lines = re.search(r"\| without service for \|(.*)\|\n.*\n\| customers.*?\|(.*)\|\n", TEXT)
    assert lines is not None
    lengths, shares = ([cell.strip() for cell in line.split("|")] for line in lines.groups())
    days, curve = churn_curve(DEFAULTS)
    for length, share in zip(lengths, shares, strict=True):
        number, unit = length.split()
        gone = float(np.interp(float(number) * HOURS[unit] / 24, days, curve))
        assert share == (wording.percent(gone) if gone >= 0.0005 else f"{100 * gone:.2f} %")


def test_the_loss_curve_is_the_cheaper_way_and_no_use_case_is_charged_more(
    pictures: object,
) -> None:
    demo = pictures.demo()  # type: ignore[attr-defined]
    ways = pictures.ways_out(demo)  # type: ignore[attr-defined]
    assert np.allclose(ways.charged, np.minimum(ways.waiting, ways.switching))
    assert 0 < ways.switches_after < 45
    assert (np.diff(ways.charged) > -1e-6).all()


def test_the_house_tells_one_falter_from_its_rate_to_the_year(pictures: object) -> None:
    figure = pictures.house(pictures.demo())  # type: ignore[attr-defined]
    said = " ".join(str(one.text) for one in figure.layout.annotations).replace("<br>", " ")
    for words in (
        "1 Disruption",
        "OpenAI winds down once in",
        "2 Route",
        "It reaches",
        "3 Loss curve",
    ):
        assert words in said
    assert re.search(r"\$[0-9.]+[kM] expected a year", said)
