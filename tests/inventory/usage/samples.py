"""Sample files, and reading them as tests do: whose they are is said, and the rest suggested."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from risk.inventory.observed import UsageReading, UsageResult, read_usage
from risk.inventory.resolution import Resolver

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 11, 29)
#: Says whose usage it is, and takes what is suggested to every other question.
ANSWERS = {"usage_startup": "Acme", "all": "suggested"}


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read(
    *files: bytes | str,
    resolver: Resolver,
    assume: Mapping[str, str] | None = None,
    **more: Any,
):
    """Read files by their bytes, or samples by their names, as parts of one."""
    data = [sample(one) if isinstance(one, str) else one for one in files]
    name = next((one for one in files if isinstance(one, str)), "usage.csv")
    return read_usage(
        [BytesIO(one) for one in data],
        file_name=name,
        resolver=resolver,
        assume=ANSWERS if assume is None else assume,
        today=more.pop("today", TODAY),
        **more,
    )


def usage(*files: bytes | str, resolver: Resolver, **more: Any) -> UsageReading:
    """What the files say of the startup, which must be readable."""
    result = read(*files, resolver=resolver, **more)
    assert isinstance(result, UsageResult), (result.error, result.problems)
    return result.usage
