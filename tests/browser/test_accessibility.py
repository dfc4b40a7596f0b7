"""Every page by the rules of WCAG 2.1 A and AA, as axe knows them, in light and in the dark."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_journey import PAGES
from tests.browser.visitor import Visitor

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(visit: Callable[..., Visitor], dark: bool):
    visitor = visit(dark=dark)
    found = []
    for path in PAGES:
        page = visitor.open(path)
        for broken in Axe().run(page, options=RULES).response["violations"]:
            found += [
                f"/{path}: {broken['id']}: {node['html'][:120]}: {node['failureSummary'][:200]}"
                for node in broken["nodes"]
            ]
        page.close()
    assert found == []
