"""Run every ``bench_*.py`` and print ratios, with the machine, the versions and the date.

python -m benchmarks.run [WORD] [OPTION=NUMBER]
"""

import importlib
import inspect
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measuring import Measurement

PACKAGES = ("numpy", "pandas", "scipy", "sqlalchemy", "streamlit")


def main(words: list[str]) -> None:
    """Run the benchmarks whose name contains one of ``words``, or all.

    A word such as ``records=1000000`` is an option of the benchmarks that know it.
    """
    given = {name: int(value) for name, _, value in (w.partition("=") for w in words) if value}
    words = [word for word in words if "=" not in word]
    print(head())
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if words and not any(word in path.stem for word in words):
            continue
        module = importlib.import_module(f"benchmarks.{path.stem}")
        print(f"\n{(module.__doc__ or path.stem).splitlines()[0]}")
        known = inspect.signature(module.measure).parameters
        options = {name: value for name, value in given.items() if name in known}
        for measurement in module.measure(**options):
            print(line(measurement))


def head() -> str:
    """Return what a reader must know to compare figures."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} processors, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}\n{packages}"
    )


def line(measurement: Measurement) -> str:
    """Return one measurement as a line."""
    text = f"  {measurement.what:<52} {1000 * measurement.seconds:>9.1f} ms"
    if measurement.ratio is not None:
        text += f"   {measurement.ratio:6.2f} × {measurement.against}"
    return text


if __name__ == "__main__":
    main(sys.argv[1:])
