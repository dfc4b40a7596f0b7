"""How much dearer is a checked reading of an inventory than pandas.read_csv?"""

import io
from pathlib import Path

import pandas as pd

from benchmarks.measuring import Measurement, best_of
from risk.catalog.loading import load_catalog
from risk.inventory.intake import read_inventory
from risk.inventory.resolution import Resolver

FIXTURES = Path(__file__).parents[1] / "fixtures"
RECORDS = 10_000
VENDORS = ("OpenAI", "Azure OpenAI", "Claude on Bedrock", "Stripe", "Google Gemini", "Mistral")


def measure() -> list[Measurement]:
    """Read 10,000 records of seven columns, with names resolved and every field checked."""
    data = inventory().encode()
    resolver = Resolver(load_catalog(FIXTURES))
    checked, result = best_of(
        2, lambda: read_inventory(data, file_name="vendors.csv", resolver=resolver)
    )
    plain, frame = best_of(3, lambda: pd.read_csv(io.BytesIO(data)))
    assert result.accepted == RECORDS == len(frame)
    return [
        Measurement(
            what=f"{RECORDS:,} records of {len(frame.columns)} columns",
            seconds=checked,
            against="pandas.read_csv",
            against_seconds=plain,
        )
    ]


def inventory() -> str:
    """Return the file: invented startups, real vendors."""
    lines = ["startup,provider,use_case,spend_usd,criticality,depth,renewal"]
    lines += [
        f"Startup {number},{VENDORS[number % len(VENDORS)]},search,{number % 900 + 100},"
        f"{number % 5 + 1},prompts,2027-0{number % 9 + 1}-15"
        for number in range(RECORDS)
    ]
    return "\n".join(lines) + "\n"
