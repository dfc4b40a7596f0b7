"""Write the demo portfolio's figures, all names and parameters down anew, and print what differs.

python -m tests.golden.refresh
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.golden import names, parameters
from tests.golden.scenario import FILE, differences, figures, kept


def main() -> None:
    """Print the differences, then write the three files."""
    asked = parameters.all_parameters()
    print("\n".join(parameters.differences(parameters.kept(), asked)) or "No parameter differs.")
    _write(parameters.FILE, asked)
    before, after = kept(), figures()
    print("\n".join(differences(before, after)) or "No figure differs.")
    _write(FILE, after)
    with TemporaryDirectory() as folder:
        found = names.all_names(Path(folder))
    _write(names.FILE, found)


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
