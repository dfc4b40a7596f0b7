"""Whether a report is about every locked package: python -m tests.supply_chain REPORT LOCK.

Ends with status 1 where a weakness is known, where a package is neither reported nor named with the
reason for it, and where nothing was looked at. What was skipped is listed each time.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any


def locked_packages(lock: str) -> set[str]:
    """The names in a lock, as packages are compared."""
    return {_name(one) for one in re.findall(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", lock)}


def verdict(report: dict[str, Any], lock: str) -> tuple[bool, str]:
    """Whether a report of pip-audit, or a CycloneDX document, is about a whole lock.

    The text has one line on how many packages were looked at, and one for each that was not or that
    has a known weakness.
    """
    locked = locked_packages(lock)
    listed = report["components" if "bomFormat" in report else "dependencies"]
    found = {_name(one["name"]): one for one in listed}
    skipped = {name for name in locked & found.keys() if "skip_reason" in found[name]}
    missing = locked - found.keys()
    weak = {name for name, one in found.items() if one.get("vulns")}
    looked_at = len(locked) - len(skipped | missing)
    said = [f"{looked_at} of {len(locked)} locked packages are in the report"]
    said += [f"{name} was skipped: {found[name]['skip_reason']}" for name in sorted(skipped)]
    said += [f"{name} is missing" for name in sorted(missing)]
    for name in sorted(weak):
        known = ", ".join(one["id"] for one in found[name]["vulns"])
        said.append(f"{name} {found[name]['version']} has known weaknesses: {known}")
    return looked_at > 0 and not missing and not weak, "\n".join(said)


def _name(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


if __name__ == "__main__":
    is_whole, told = verdict(
        json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")),
        Path(sys.argv[2]).read_text(encoding="utf-8"),
    )
    print(told)
    sys.exit(not is_whole)
