"""Run every ``bench_*.py`` and print ratios, with the machine, the versions and the date.

python -m benchmarks.run [WORD] [OPTION=NUMBER] [--OPTION] [page=FILE]

With ``page=FILE`` what was measured is also saved as one page of Markdown, after each benchmark.
"""

import importlib
import inspect
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.measuring import Measurement

PACKAGES = ("numpy", "pandas", "scipy", "numba", "duckdb", "polars", "sqlalchemy", "streamlit")
#: A load average above which the head says that others are at work.
BUSY = 1.0


def main(words: list[str]) -> None:
    """Run the benchmarks whose name contains one of ``words``, or all of them.

    A word such as ``records=1000000`` is an option of the benchmarks that know it; ``--million``
    is short for ``million=1``.
    """
    page = next((Path(one.removeprefix("page=")) for one in words if one.startswith("page=")), None)
    words = [one for one in words if not one.startswith("page=")]
    words = [f"{word[2:]}=1" if word.startswith("--") else word for word in words]
    given = {name: int(value) for name, _, value in (w.partition("=") for w in words) if value}
    words = [word for word in words if "=" not in word]
    told = head()
    print(told)
    saved = [f"# What was measured\n\n{told}\n"]
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if words and not any(word in path.stem for word in words):
            continue
        module = importlib.import_module(f"benchmarks.{path.stem}")
        question = (module.__doc__ or path.stem).splitlines()[0]
        print(f"\n{question}")
        known = inspect.signature(module.measure).parameters
        options = {name: value for name, value in given.items() if name in known}
        measured: list[Measurement] = []
        for measurement in module.measure(**options):
            measured.append(measurement)
            print(line(measurement), flush=True)
        saved.append(section(question, measured))
        if page is not None:
            page.write_text("\n".join(saved), encoding="utf-8")


def section(question: str, measured: list[Measurement]) -> str:
    """Return one benchmark's measurements as Markdown."""
    rows = [
        "| what | best, ms | median, ms | processors, ms | most memory, MiB | times as long as "
        "| aimed at |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for one in measured:
        ratio = "" if one.ratio is None else f"{one.ratio:.2f} × {one.against}"
        processor = one.processor_seconds
        middle = "" if one.median_seconds is None else f"{1000 * one.median_seconds:,.1f}"
        memory = "" if one.peak_mebibytes is None else f"{one.peak_mebibytes:,.0f}"
        used = "" if processor is None else f"{1000 * processor:,.0f}"
        best = f"{1000 * one.seconds:,.1f}"
        cells = (one.what, best, middle, used, memory, ratio, one.target or "")
        rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return f"## {question}\n\n" + "\n".join(rows) + "\n"


def head() -> str:
    """Return what a reader must know to compare figures."""
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    busy = ""
    # Where others work on the same processors, seconds mean little and ratios less than usual.
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > BUSY:
        busy = f"\nThe machine is busy with other work: a load of {os.getloadavg()[0]:.1f}."
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} processors, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}\n"
        f"{packages}{busy}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def line(measurement: Measurement) -> str:
    """Return one measurement as a line."""
    text = f"  {measurement.what:<52} {1000 * measurement.seconds:>9.1f} ms"
    if measurement.median_seconds is not None:
        text += f" (median {1000 * measurement.median_seconds:.1f})"
    if measurement.processor_seconds is not None:
        text += f"   processors {1000 * measurement.processor_seconds:.0f} ms"
    if measurement.peak_mebibytes is not None:
        text += f"   {measurement.peak_mebibytes:,.0f} MiB"
    if measurement.ratio is not None:
        text += f"   {measurement.ratio:6.2f} × {measurement.against}"
    if measurement.target is not None:
        text += f"   [{measurement.target}]"
    return text


if __name__ == "__main__":
    main(sys.argv[1:])
