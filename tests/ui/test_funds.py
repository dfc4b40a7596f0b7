"""The page Funds on the demo portfolio."""

from datetime import date

import pytest

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.funds import HoldingsFile, import_holdings, list_funds, list_holdings, state_fund
from tests.ui.conftest import Open, texts

HOLDINGS = (
    b"company,fund,value,ownership\n"
    b"Quillhaven Briefs,Growth,20000000,9%\n"
    b"Quillhaven Briefs,Seed,5000000,\n"
    b"Elsewhere,Seed,4000000,11%\n"
)


@pytest.fixture
def held(part_store: None) -> None:
    """Two funds of one startup of the demo, one of them with a stranger besides."""
    store = open_store()
    file = HoldingsFile(data=HOLDINGS, file_name="holdings.csv")
    import_holdings(store, LOCAL_OWNER, "demo", file)
    day = date(2026, 9, 30)
    state_fund(store, LOCAL_OWNER, "demo", "Growth", 1e8, on=day, source="Q3 report")
    store.close()


def test_without_a_fund_the_page_says_what_to_import(part_store: None, open_page: Open) -> None:
    app = open_page("funds.py", portfolio="demo")
    assert not app.exception
    assert "No fund is known yet" in texts(app)


def test_all_funds_together_and_one_of_them(held: None, open_page: Open) -> None:
    app = open_page("funds.py", portfolio="demo")
    assert not app.exception
    assert [one.value for one in app.metric][2:] == ["$29M", "2"]
    assert "1 holding ($4.0M) not in the register" in texts(app)
    # Each company once: the one that both hold, and the stranger.
    assert len(app.dataframe[0].value) == 2
    assert not open_page("funds.py", portfolio="demo", section="through").exception
    app = open_page("funds.py", portfolio="demo", fund="Growth")
    assert not app.exception
    assert [one.value for one in app.metric][2:] == ["$20M", "1"]
    assert "of net asset value" in texts(app)


def test_a_fund_of_which_no_holding_is_known_loses_an_unknown_amount(
    held: None, open_page: Open
) -> None:
    store = open_store()
    day = date(2026, 9, 30)
    state_fund(store, LOCAL_OWNER, "demo", "Dry powder", 1e7, on=day, source="Q3 report")
    store.close()
    app = open_page("funds.py", portfolio="demo", fund="Dry powder")
    assert not app.exception
    assert [one.value for one in app.metric] == ["unknown", "unknown", "unknown", "0"]
    app = open_page("funds.py", portfolio="demo", fund="Dry powder", section="funds")
    (funds,) = [one.value for one in app.dataframe]
    row = funds[funds["Fund"] == "Dry powder"].iloc[0]
    assert (row["Expected loss a year"], row["Mean of the worst 5 % of years"]) == ("unknown",) * 2


def test_a_net_asset_value_is_stated_and_the_import_taken_back(held: None, open_page: Open) -> None:
    app = open_page("funds.py", portfolio="demo", section="data")
    next(one for one in app.number_input if one.label.startswith("Net asset")).set_value(5e7)
    next(one for one in app.button if one.label == "State it").click().run()
    assert "of which day" in texts(app)
    next(one for one in app.button if one.label.startswith("Take the newest")).click().run()
    assert not app.exception
    store = open_store()
    assert list_holdings(store, LOCAL_OWNER, "demo") == ()
    # What somebody stated of it stays.
    assert [one.name for one in list_funds(store, LOCAL_OWNER, "demo")] == ["Growth"]
    store.close()
