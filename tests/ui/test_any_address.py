"""Whatever an address asks of a page, the page answers in words and never with an error."""

import random
import re
from pathlib import Path

import pytest

import ui
from tests.ui.conftest import Open

UI = Path(ui.__file__).parent
PAGES = sorted(one.name for one in (UI / "pages").glob("*.py") if one.name != "__init__.py")
PARAMETERS = sorted(
    {"portfolio", "second_root", "second_kind", "second_scenario"}.union(
        *(
            re.findall(r'(?:\bname=|links\.read\w*\()"([a-z_]+)"', one.read_text(encoding="utf-8"))
            for one in UI.rglob("*.py")
        )
    )
)
HOSTILE = (
    *("0", "-1", "1e999", "nan", "0x10", "9" * 400, "~", "A~A~Z", "demo", "own", "None", "two"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "%00", "\x00", "$x^2$"),
    *("[a](b)", "\u202egnp", "2026-02-30", "9999-12-31", "0001-01-01", "wind_down", "OpenAI"),
)


@pytest.mark.usefixtures("part_store")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_ends_in_an_error_however_wrong_its_address_is(open_page: Open, page: str) -> None:
    dice = random.Random(page)  # noqa: S311 - the same wrong addresses every time
    app = open_page(page, **{name: dice.choice(HOSTILE) for name in PARAMETERS})
    assert not app.exception
    assert not [one.value for one in app.error if "could not be shown" in one.value]
