"""Every link between documents leads to the very section, and every document is found."""

import re
from pathlib import Path

import pytest

from tests.documents.blocks import DOCUMENTS, ROOT

ALL = (*DOCUMENTS, ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md")
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]*\]\(<?([^)>\s]+)>?\)")


def prose(path: Path) -> str:
    """The text of a document without its code."""
    return _CODE.sub("", _FENCED.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """The names of its sections as GitHub makes them from headings."""
    headings = re.findall(r"(?m)^#{1,6} +(.+)$", _FENCED.sub("", path.read_text(encoding="utf-8")))
    names: dict[str, int] = {}
    made = set()
    for heading in headings:
        bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower().strip()
        name = re.sub(r"[^\w\- ]", "", bare).replace(" ", "-")
        made.add(f"{name}-{names[name]}" if name in names else name)
        names[name] = names.get(name, 0) + 1
    return made


def complaint(path: Path, link: str) -> str | None:
    """What is wrong with a link of a document; None if it leads somewhere."""
    if re.match(r"(?:https?|mailto):", link):
        return None
    file, _, anchor = link.partition("#")
    target = (path.parent / file).resolve() if file else path
    if not target.exists():
        return f"{link}: no such file"
    if anchor and anchor not in anchors(target):
        return f"{link}: no such section"
    return None


def test_sections_are_named_as_github_names_them(tmp_path: Path):
    file = tmp_path / "one.md"
    file.write_text("# A `code`, and 2.1: more\n## Same\n## Same\n```\n# no heading\n```\n")
    assert anchors(file) == {"a-code-and-21-more", "same", "same-1"}
    assert complaint(file, "#same-1") is None
    assert complaint(file, "#other") == "#other: no such section"
    assert complaint(file, "two.md") == "two.md: no such file"


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(path: Path):
    links = _LINK.findall(prose(path))
    assert [wrong for link in links if (wrong := complaint(path, link))] == []


def test_the_readme_leads_to_every_document():
    readme = prose(ROOT / "README.md")
    missing = [path.name for path in DOCUMENTS[1:] if f"(docs/{path.name}" not in readme]
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(path: Path):
    named = re.findall(
        r"`((?:risk|db|ui|fixtures|tests|docs|benchmarks)/[\w./*-]*)`",
        path.read_text(encoding="utf-8"),
    )
    assert [name for name in named if not any(ROOT.glob(name.rstrip("/")))] == []
