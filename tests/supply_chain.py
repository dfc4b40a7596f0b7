"""Whether a report is about every locked package: python -m tests.supply_chain REPORT LOCK."""

import json
import re
import sys
from pathlib import Path
from typing import Any


def locked_packages(lock: str) -> set[str]:
    """The names in a lock, as packages are compared."""
    return {_name(one) for one in re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", lock)}


def reported_packages(report: dict[str, Any]) -> set[str]:
    """The names that pip-audit audited, or that a CycloneDX document lists."""
    if "dependencies" in report and "bomFormat" not in report:
        return {_name(one["name"]) for one in report["dependencies"] if "skip_reason" not in one}
    return {_name(one["name"]) for one in report["components"]}


def verdict(report: dict[str, Any], lock: str) -> tuple[bool, str]:
    """Whether all locked packages are reported, and how many there are of each."""
    locked, reported = locked_packages(lock), reported_packages(report)
    counts = f"{len(reported & locked)} of {len(locked)} locked packages are in the report"
    missing = sorted(locked - reported)
    if missing or not locked:
        return False, f"{counts}; missing: {', '.join(missing) or 'a lock'}"
    return True, counts


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


if __name__ == "__main__":
    is_whole, sentence = verdict(
        json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")),
        Path(sys.argv[2]).read_text(encoding="utf-8"),
    )
    print(sentence)
    sys.exit(not is_whole)
