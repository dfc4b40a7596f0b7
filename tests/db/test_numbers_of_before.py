"""Numbers that somebody changed and that the model has no more."""

from sqlalchemy import select

from db.engine import Store
from db.records import AssumptionOverrideRecord, PortfolioRecord
from db.services.access import LOCAL_OWNER
from db.services.assumptions import assumption_history, load_assumptions, set_assumption
from db.services.portfolios import save_portfolio
from risk.assumptions import DEFAULTS, override
from risk.inventory.records import Portfolio


def test_they_change_nothing_and_stay_in_the_history(store: Store):
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=()))
    set_assumption(store, LOCAL_OWNER, "Fund", "rate_multiple", 2.0, "a bad year")
    with store.read() as session:
        number = session.scalar(select(PortfolioRecord.id))
    gone = AssumptionOverrideRecord(
        portfolio_id=number,
        name="joint_outage_share",
        value=0.1,
        reason="before",
        changed_by="ann",
        changed_at=store.now(),
    )
    store.transact(lambda session: session.add(gone))
    assert load_assumptions(store, LOCAL_OWNER, "Fund") == override(DEFAULTS, {"rate_multiple": 2})
    assert assumption_history(store, LOCAL_OWNER, "Fund")[0].name == "joint_outage_share"
    set_assumption(store, LOCAL_OWNER, "Fund", "rate_multiple", None, "enough")
    assert load_assumptions(store, LOCAL_OWNER, "Fund") == DEFAULTS
