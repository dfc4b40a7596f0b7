"""Write the demo portfolio's figures down anew and print what differs from the last time.

python -m tests.golden.refresh
"""

import json

from tests.golden.scenario import FILE, differences, figures, kept


def main() -> None:
    """Print the differences, then write the file."""
    before, after = kept(), figures()
    print("\n".join(differences(before, after)) or "Nothing differs.")
    FILE.write_text(json.dumps(after, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
