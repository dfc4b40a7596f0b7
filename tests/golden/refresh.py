"""Write the demo portfolio's figures and all names down anew, and print what differs.

python -m tests.golden.refresh
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db.engine import open_store
from db.services.setup import initialise
from tests.golden import names
from tests.golden.scenario import FILE, differences, figures, kept


def main() -> None:
    """Print the differences, then write both files."""
    before, after = kept(), figures()
    print("\n".join(differences(before, after)) or "No figure differs.")
    _write(FILE, after)
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'demo.sqlite3'}"
        store = open_store(url)
        initialise(store, demo=True)
        found = names.all_names(url, store, Path(folder))
        store.close()
    _write(names.FILE, found)


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
