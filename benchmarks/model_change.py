"""Changes of model 5, kind by kind of disruption: the demo portfolio, or an inventory's file.

Run from the project's folder: ``python benchmarks/model_change.py [inventory.csv]``. Each column
lets one more thing be uncertain: nothing (every number, rate and prior in its middle), facts and
rates, judgement too, which is the model. Model 4 beside it is what it printed for the demo on
23 November 2026.
"""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from db.services.setup import initialise
from db.services.valuations import valuation
from risk.loss.valuation import Valuation
from risk.loss.valuing import value, world_tables_of
from risk.loss.worlds import worlds_of

TODAY = date(2026, 11, 23)
WORLDS = 128
#: Expected loss in USD a year by kind, as model 4 had it for the demo.
MODEL_4: Mapping[str, float] = {
    "model_retirement": 1_529_564,
    "price_shock": 1_174_173,
    "regional_block": 472_163,
    "wind_down": 416_635,
    "access_cut": 329_808,
    "outage": 262_472,
    "degraded": 66_979,
    "acquisition": 24_077,
}
STEPS: tuple[tuple[str, Mapping[str, bool]], ...] = (
    ("nothing unsure", {"judgement": False, "rates": False, "facts": False}),
    ("facts and rates", {"judgement": False}),
    ("judgement too", {}),
)


def by_kind(of: Valuation, **parts: bool) -> dict[str, float]:
    """The expected loss by kind of disruption with some parts left at their middle."""
    worlds = worlds_of(
        of.book,
        of.catalog,
        of.assumptions,
        today=of.today,
        count=WORLDS,
        before_signals=of.before_signals,
        **parts,
    )
    found = np.zeros((len(of.members), len(worlds.hazards.events)))
    value(of.book.exposures, world_tables_of(of.book, worlds), parts=found)
    usd: dict[str, float] = {}
    for event, loss in zip(worlds.hazards.events, found.sum(axis=0) / WORLDS, strict=True):
        usd[event.kind.value] = usd.get(event.kind.value, 0.0) + float(loss)
    return usd


def show(of: Valuation, before: Mapping[str, float]) -> None:
    """Print the table, in thousands of USD a year."""
    columns = [by_kind(of, **parts) for _, parts in STEPS]
    print(f"\n{of.portfolio}, {len(of.members)} startups, thousand USD a year")
    print(f"{'':20}{'model 4':>16}" + "".join(f"{name:>18}" for name, _ in STEPS))
    kinds = sorted(columns[-1], key=lambda kind: -columns[-1][kind])
    for kind in kinds:
        line = "".join(f"{one[kind] / 1e3:18,.0f}" for one in columns)
        print(f"{kind:20}{before.get(kind, np.nan) / 1e3:16,.0f}{line}")
    line = "".join(f"{sum(one.values()) / 1e3:18,.0f}" for one in columns)
    print(f"{'all':20}{sum(before.values()) / 1e3 if before else np.nan:16,.0f}{line}")


def main() -> None:
    """The demo, then the file that is named, if any."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/store.sqlite3")
        initialise(store, demo=True)
        show(valuation(store, LOCAL_OWNER, "demo", today=TODAY), MODEL_4)
        for name in sys.argv[1:]:
            file = Path(name)
            publish_import(
                store, LOCAL_OWNER, data=file.read_bytes(), file_name=file.name, portfolio=file.stem
            )
            found = valuation(store, LOCAL_OWNER, file.stem, today=TODAY)
            show(found, {})
        store.close()


if __name__ == "__main__":
    main()
