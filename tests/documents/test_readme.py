"""The README says what is there."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tree_of_the_readme_is_the_tree():
    drawn = README.split("## The house")[1].split("```")[1]
    inside = ""
    for line in drawn.strip().splitlines():
        name = line.split()[0]
        path = ROOT / (inside + name if line.startswith("  ") else name)
        assert path.exists(), line
        inside = name if not line.startswith(" ") else inside
