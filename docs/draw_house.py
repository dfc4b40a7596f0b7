"""Draw docs/pictures/house.svg from the imports: ``python docs/draw_house.py``.

An arrow leads from a part to one that it reads; what a longer way of arrows says is not drawn
again. A test holds the picture against the imports.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from docs.house import imports, reduced  # noqa: E402 - found by the line above

PICTURE = HERE / "pictures" / "house.svg"
WIDTH, HEIGHT = 1080, 860
_BOX_HEIGHT = 52


@dataclass(frozen=True)
class Box:
    """A part: where its box stands, how wide it is, what it is called and what it does."""

    x: int
    y: int
    width: int
    name: str
    words: str

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + _BOX_HEIGHT / 2


#: Frames around the parts: x, y, width, height, name, what it is.
FRAMES = (
    (20, 100, 640, 196, "ui/", "what people see: pages thin, in plain words"),
    (20, 336, 640, 400, "db/", "the store: authorises, writes in one transaction, records"),
    (720, 100, 340, 740, "risk/", "pure: no store, network, clock"),
)
BOXES: Mapping[str, Box] = {
    "app": Box(30, 20, 240, "app.py", "the browser's door"),
    "cli": Box(280, 20, 240, "cli.py", "the terminal's door"),
    "downstream": Box(530, 20, 250, "downstream/", "the library: tables in and out"),
    "ui.api": Box(795, 20, 265, "ui/api/", "commands as routes and tools"),
    "ui.pages": Box(40, 148, 190, "pages/, panels/, *.py", "one file a page, its panels"),
    "ui.routes": Box(245, 148, 190, "routes/, share_page/", "door (server/), files, links"),
    "ui.terminal": Box(450, 148, 190, "terminal/", "commands, their tables"),
    "ui.charts": Box(40, 226, 190, "charts/", "result → figure"),
    "ui.tables": Box(245, 226, 190, "tables/, words/, render/", "result → table"),
    "ui.reports": Box(450, 226, 190, "reports/", "page and workbook to keep"),
    "db.services": Box(40, 384, 600, "services/", "one file for each job that an analyst does"),
    "db.importing": Box(242, 474, 92, "importing/", "stage, publish"),
    "db.sharing": Box(40, 474, 92, "sharing/", "what is shown"),
    "db.backups": Box(141, 474, 92, "backups/", "copy, restore"),
    "db.reference": Box(343, 474, 92, "reference/", "facts"),
    "db.chunks": Box(444, 474, 92, "parts/", "for workers"),
    "db.web": Box(548, 474, 92, "web/", "status feeds"),
    "db.engine": Box(40, 564, 295, "engine, migrations/", "SQLite, PostgreSQL, sessions"),
    "db.register": Box(345, 564, 155, "register/", "companies, use cases"),
    "db.records": Box(
        40, 664, 600, "records/, auditing, metrics", "tables, and the trail of writes"
    ),
    "fixtures": Box(506, 772, 134, "fixtures/", "facts, the demo"),
    "risk.dora": Box(950, 148, 96, "dora/", "registers"),
    "risk.scenarios": Box(740, 148, 196, "scenarios/", "stresses, past crises"),
    "risk.alternatives": Box(740, 243, 300, "alternatives/", "what a company could do instead"),
    "risk.portfolio": Box(740, 338, 300, "portfolio/", "the whole book: tail, concentration"),
    "risk.loss": Box(740, 433, 300, "loss/", "what companies lose, in many worlds"),
    "risk.hazard": Box(740, 528, 300, "hazard/", "how often a provider fails, how long"),
    "risk.inventory": Box(740, 604, 200, "inventory/", "messy files, names resolved"),
    "risk.catalog": Box(740, 680, 200, "catalog/", "providers, models, hosts, prices"),
    "risk.money": Box(732, 772, 114, "money/", "currencies, rates"),
    "risk.assumptions": Box(855, 772, 190, "assumptions", "every number of the model"),
}
#: Folders that one box stands for together with another.
TOGETHER = {
    "ui": "ui.pages",
    "ui.panels": "ui.pages",
    "ui.imports": "ui.pages",
    "ui.words": "ui.tables",
    "ui.server": "ui.routes",
    "ui.share_page": "ui.routes",
    "ui.render": "ui.tables",
}
_STYLE = """
  text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2937 }
  .name { font-weight: 600 } .words { font-size: 11.5px; fill: #4b5563 }
  .frame { fill: #f8fafc; stroke: #94a3b8 } .box { fill: #ffffff; stroke: #475569 }
  .arrow { stroke: #2563eb; stroke-width: 1.6; fill: none; marker-end: url(#tip) }
"""


def arrows() -> list[tuple[str, str]]:
    """Every arrow of the picture, from a part to one that it reads."""
    edges: dict[str, set[str]] = {}
    for part, read in imports().items():
        own = "ui" if part.split(".")[0] == "ui" else part
        names = {"ui" if one.split(".")[0] == "ui" else one for one in read} - {own}
        edges.setdefault(own, set()).update(names)
    drawn = reduced({part: frozenset(read) for part, read in edges.items()})
    return sorted((part, one) for part, read in drawn.items() for one in read)


def house() -> str:
    """The picture as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
        ' aria-label="The parts of Downstream and which of them reads which">\n',
        f"<style>{_STYLE}</style>\n",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"',
        ' markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#2563eb"/></marker>',
        "</defs>\n",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n',
        *_frames(),
        *(_arrow(start, end) for start, end in arrows()),
        *(_box(box) for box in BOXES.values()),
        "</svg>\n",
    ]
    return "".join(parts)


def _frames() -> Iterator[str]:
    for x, y, width, height, name, words in FRAMES:
        yield f'<rect class="frame" x="{x}" y="{y}" width="{width}" height="{height}" rx="10"/>\n'
        yield f'<text x="{x + 20}" y="{y + 30}"><tspan class="name">{name}</tspan>'
        yield f'<tspan class="words" dx="10">{escape(words)}</tspan></text>\n'


def _box(box: Box) -> str:
    return (
        f'<rect class="box" x="{box.x}" y="{box.y}" width="{box.width}" height="{_BOX_HEIGHT}"'
        f' rx="6"/>\n<text class="name" x="{box.x + 12}" y="{box.y + 22}">'
        f"{escape(box.name)}</text>\n"
        f'<text class="words" x="{box.x + 12}" y="{box.y + 40}">{escape(box.words)}</text>\n'
    )


def _arrow(start: str, end: str) -> str:
    (x1, y1), (x2, y2) = _ends(start, end)
    return f'<path class="arrow" d="M{x1:.0f} {y1:.0f} L{x2:.0f} {y2:.0f}"/>\n'


def _ends(start: str, end: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where an arrow leaves one place and reaches the other: sideways into risk, else downwards."""
    left, top, width, height = _place(start)
    left_end, top_end, width_end, height_end = _place(end)
    if left_end >= left + width:
        return (left + width, top + height / 2), (left_end, top_end + height_end / 2)
    low, high = max(left, left_end), min(left + width, left_end + width_end)
    x1 = x2 = (low + high) / 2
    if low >= high:
        x1, x2 = left + width / 2, left_end + width_end / 2
    return (x1, top + height), (x2, top_end)


def _place(part: str) -> tuple[int, int, int, int]:
    if part == "ui":
        return FRAMES[0][:4]
    box = BOXES[part]
    return box.x, box.y, box.width, _BOX_HEIGHT


if __name__ == "__main__":
    PICTURE.write_text(house(), encoding="utf-8")
