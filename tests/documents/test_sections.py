"""The sections of the method that the code names are those of the document."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"§(\d+(?:\.\d+)?)")


def test_every_section_that_the_code_names_stands_in_the_method():
    text = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^## (\d+)\.", text, re.MULTILINE))
    assert known == {str(number) for number in range(1, 11)}
    wrong = [
        f"{file.relative_to(ROOT)}: §{section}"
        for folder in ("risk", "db", "ui")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for section in NAMED.findall(file.read_text(encoding="utf-8"))
        if section not in known
    ]
    assert wrong == []
