"""The guide tells of every page in the words of the screen, with pictures that are small."""

import ast
import html
import re

import pytest

from tests.documents.blocks import DOCUMENTS, ROOT

GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
PICTURES = sorted((ROOT / "docs" / "pictures").glob("*.png"))
LARGEST_BYTES = 200_000


def pages() -> list[str]:
    """The titles of all pages, as the navigation lists them."""
    tree = ast.parse((ROOT / "ui" / "navigation.py").read_text(encoding="utf-8"))
    listed = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PAGES"
    )
    return [title for _, title, _, _ in ast.literal_eval(listed)]


def words_on_screen() -> str:
    """Every text in the code of the pages: whole strings, and the fixed parts of made ones."""
    found = []
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    for path in sorted((ROOT / "ui").rglob("*.html")):
        found.append(html.unescape(path.read_text(encoding="utf-8")))
    return "\n".join(found)


def test_the_guide_has_a_section_for_every_page_in_the_order_of_the_pages():
    sections = re.findall(r"(?m)^### (.+)$", GUIDE.split("## Every page")[1])
    assert sections == pages()


def test_what_the_guide_prints_bold_is_on_the_screen():
    screen = words_on_screen()
    bold = {" ".join(one.split()) for one in re.findall(r"\*\*([^*]+)\*\*", GUIDE)}
    assert len(bold) > 50
    assert sorted(one for one in bold if one.rstrip(".") not in screen) == []


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_small_and_shown_in_a_document(path):
    assert path.stat().st_size < LARGEST_BYTES
    assert any(path.name in one.read_text(encoding="utf-8") for one in DOCUMENTS)


def test_every_picture_of_a_page_can_be_taken_again():
    taken = set(re.findall(r'"([a-z-]+-light)"', (ROOT / "docs" / "take_pictures.py").read_text()))
    assert {path.stem for path in PICTURES if path.stem.endswith("-light")} == taken
