"""Links on a store of their own, and everything that their readers get of them."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import load_workbook

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.portfolios import save_portfolio
from db.services.share_contents import Frozen, Narrow, Wanted, frozen_content
from db.sharing.presets import Preset
from risk.inventory.records import Portfolio
from ui.share_page.page import CONTENT, ShareFile, SharePage, file_of, link_page

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

Row = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """What the reader of a link gets: its page and its files."""

    content: dict[str, Any]
    page: str
    files: tuple[ShareFile, ...]
    sheet: tuple[Row, ...]

    @property
    def everything(self) -> str:
        """Every text that reaches the reader, names of files included."""
        texts = [
            one.data.decode("utf-8-sig") for one in self.files if "sheet" not in one.media_type
        ]
        names = [one.file_name for one in self.files]
        return "\n".join([self.page, *texts, *names, json.dumps(self.sheet, ensure_ascii=False)])


def keep(store: Store, portfolio: Portfolio) -> str:
    """Keep a portfolio in the store and return its name."""
    save_portfolio(store, LOCAL_OWNER, portfolio)
    return portfolio.name


def link_of(
    store: Store, portfolio: str, preset: Preset, *, narrow: Narrow | None = None, **about: Any
) -> Link:
    """Freeze a link and look at it as its reader does."""
    wanted = Wanted(portfolio=portfolio, preset=preset, today=TODAY, **about)
    return read(frozen_content(store, LOCAL_OWNER, wanted, narrow=narrow))


def read(frozen: Frozen) -> Link:
    """Return what a reader gets of a frozen content."""
    page = SharePage(
        share=7,
        content=frozen.content,
        text=frozen.text,
        digest=frozen.digest,
        made_at=NOON,
        expires_at=NOON,
        correctable=False,
    )
    made = [file_of(page, name) for name in (CONTENT, "table.csv", "table.xlsx")]
    files = tuple(one for one in made if one is not None)
    return Link(page.content, link_page(page), files, tuple(_rows(files[-1].data)))


def _rows(workbook: bytes) -> Iterator[Row]:
    sheet = load_workbook(io.BytesIO(workbook)).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    for row in rows:
        yield dict(zip(map(str, header), row, strict=True))
