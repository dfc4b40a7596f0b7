"""Words beside figures: each figure of each page says what it is, with an example.

An example is a sentence after the first that holds a figure.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ui
from tests.ui.conftest import Open
from ui.imports.preview import READ_AS
from ui.uncertainty import Spread
from ui.words.figure_words import HINTS, hint_of
from ui.words.watch_words import MEASURE_NAMES

UI = Path(ui.__file__).parent
#: Where labels are not written beside the figure: a page that shows such figures. None where the
#: small portfolio shows none: their labels stand in :data:`NAMED`.
WITH_OTHER_LABELS = {
    "imports/preview.py": None,
    "pages/calendar.py": ("calendar.py", {"section": "backups"}),
    "pages/funds.py": None,
    "pages/provider.py": ("provider.py", {}),
    "pages/watch.py": ("watch.py", {}),
}


#: How a bar is read, which is no example of a figure.
MEANING = Spread(low=0.0, median=1.0, high=2.0).meaning
NAMED = (*READ_AS.values(), *MEASURE_NAMES.values(), "Expected loss a year", "Worst 5 % of years")


def has_example(text: str | None) -> bool:
    sentences = re.split(r"(?<=[.:;])[”“]? ", (text or "").replace(MEANING, ""))
    return any(re.search(r"\d", one) for one in sentences[1:])


def test_an_example_is_a_sentence_with_a_figure_after_the_first() -> None:
    assert has_example("What stops. Of 4 use cases 2 stop.")
    assert not has_example("What stops in 12 months.")
    assert not has_example("What stops. Nothing else.")
    assert not has_example(f"What stops. {MEANING}")
    assert not has_example(None)


def texts_of(node: ast.expr) -> list[str] | None:
    """What a label may be, None: it is not written beside the figure."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        both = texts_of(node.body), texts_of(node.orelse)
        return None if None in both else [*(both[0] or ()), *(both[1] or ())]
    return None


def figures() -> Iterator[tuple[str, list[str] | None]]:
    """Each figure of the pages: its file, and the labels under which its words stand."""
    for path in sorted(UI.rglob("*.py")):
        where = path.relative_to(UI).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if where == "page.py" or not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "metric":
                explained = [one.value for one in node.keywords if one.arg == "explained"]
                yield where, texts_of((explained or node.args)[0])


def test_every_figure_is_explained_with_an_example() -> None:
    written = {(where, label) for where, labels in figures() for label in labels or ()}
    assert len(written) > 50
    assert {one for one in written if not has_example(hint_of(one[1]))} == set()
    assert {one for one in HINTS if not has_example(hint_of(one))} == set()
    assert [one for one in NAMED if not has_example(hint_of(one))] == []


def test_figures_whose_labels_stand_elsewhere_are_looked_at_on_their_page() -> None:
    assert {where for where, labels in figures() if labels is None} == set(WITH_OTHER_LABELS)


@pytest.mark.usefixtures("part_store")
@pytest.mark.parametrize(
    ("page", "address"),
    [("portfolio.py", {}), *filter(None, WITH_OTHER_LABELS.values())],
    ids=str,
)
def test_a_reader_who_asks_about_a_figure_reads_an_example(
    open_page: Open, page: str, address: dict[str, str]
) -> None:
    app = open_page(page, **address)
    assert not app.exception
    assert app.metric
    assert [one.label for one in app.metric if not has_example(one.help)] == []
