"""Write the corpus to a folder: one file for each case, and ``expected.json``.

The same files every time: nothing is drawn by chance.
"""

import json
import re
import sys
from pathlib import Path

from tests.inventory.corpus import CASES


def file_name(number: int, name: str) -> str:
    """The name of the file of one case."""
    return f"{number:03d}_{re.sub('[^a-z0-9]+', '_', name.casefold()).strip('_')}.csv"


def write_corpus(folder: Path) -> int:
    """Write all files into ``folder``; how many they are."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = {}
    for number, case in enumerate(CASES):
        name = file_name(number, case.name)
        (folder / name).write_bytes(case.data)
        expected[name] = {
            "name": case.name,
            "outcome": str(case.outcome),
            "counts": case.counts,
            "error": case.error,
            "codes": sorted(case.codes),
        }
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (folder / "expected.json").write_text(text, encoding="utf-8")
    return len(CASES)


if __name__ == "__main__":
    print(write_corpus(Path(sys.argv[1])), "files")
