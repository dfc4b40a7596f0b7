"""How large each service is: every share has a source, a range, and a service it belongs to."""

from pathlib import Path

import pytest

from risk.catalog.loading import load_market_shares
from risk.catalog.records import Catalog
from risk.catalog.tables import CatalogError

HEADER = "service,share,share_low,share_high,source,as_of\n"


def test_shares_belong_to_services_and_leave_something_for_the_rest(catalog: Catalog) -> None:
    assert set(catalog.market) <= set(catalog.services)
    total = sum(one.share for one in catalog.market.values())
    assert 0.9 < total < 1
    for one in catalog.market.values():
        assert 0 <= one.low <= one.share <= one.high <= 1
        assert one.source


def test_openai_is_about_a_third_and_surveys_disagree(catalog: Catalog) -> None:
    openai = [
        one for name, one in catalog.market.items() if catalog.services[name].developer == "OpenAI"
    ]
    assert sum(one.share for one in openai) == pytest.approx(0.35)
    assert sum(one.low for one in openai) < 0.27
    assert sum(one.high for one in openai) > 0.56


def test_shares_beyond_the_whole_are_refused(tmp_path: Path) -> None:
    rows = "A,0.7,0.6,0.8,test,2026-11-25\nB,0.4,0.3,0.5,test,2026-11-25\n"
    (tmp_path / "market_shares.csv").write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"come to 1\.1"):
        load_market_shares(tmp_path)
