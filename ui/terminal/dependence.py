"""Dependence in the terminal: who depends on a provider, and the matrix of everybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from db.services import dependence, kept_answers, scoring
from risk.loss.worlds import LARGE
from risk.portfolio.matrix import (
    Stakes,
    Vendor,
    leading_of,
    leading_providers,
    matrix_rows,
    stakes_of,
    wanted_rows,
)
from risk.portfolio.providers import Dependence, Dependents
from risk.portfolio.startups import assessed_of
from ui.render.terminal import Document, printed, text
from ui.tables import dependence as tables
from ui.tables.column import Column, Record, values
from ui.terminal.commands.options import caller
from ui.terminal.failures import RefusedCommand
from ui.words import dependence_words as words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store

#: Providers that are columns unless others are named, and rows printed for people.
SHOWN, PRINTED = 8, 50
#: Rows of the matrix that are made at once.
_AT_ONCE = 1_000


def asked_provider(store: "Store", portfolio: str, name: str, *, today: date) -> Dependents:
    """Return who depends on a provider, by its name whatever its case.

    Raises RefusedCommand if neither the reference facts nor the portfolio have a provider of it.
    """
    from db.services.reference import load_catalog

    found = dependence.dependence(store, caller(), portfolio, today=today)
    catalog = load_catalog(store, caller())
    return found.of(_known(name, [*found, *catalog.providers]))


def _known(name: str, providers: Sequence[str]) -> str:
    folded = {one.casefold(): one for one in providers}
    if name.casefold() in folded:
        return folded[name.casefold()]
    near = [folded[one] for one in get_close_matches(name.casefold(), folded, n=3)]
    hint = f" Did you mean {' or '.join(near)}?" if near else " “downstream providers” lists them."
    raise RefusedCommand(f"There is no provider “{name}”.{hint}")


def depends_document(found: Dependents, *, portfolio: str, today: date) -> Document:
    """Return the counts, and every company with how it depends."""
    return {
        "portfolio": portfolio,
        "provider": found.provider,
        "as_of": today,
        "direct": found.direct,
        "through_others": found.through_others,
        "ask": found.asked,
        "margin_share": found.margin_share,
        "margin_share_interval": found.margin_range,
        "startups": iter(tables.dependent_rows(found, None)),
    }


def depends_tables(found: Dependents) -> list["RenderableType"]:
    """Return the same for people."""
    rows = tables.dependent_rows(found, PRINTED)
    said = [text(f"{words.counted(found)}.")]
    if not rows:
        return said
    if len(rows) < len(found) + found.asked:
        said.append(text(f"Listed are {len(rows)}; --json and --csv have all."))
    return [*said, printed(f"Who depends on {found.provider}", tables.DEPENDENT, rows)]


@dataclass(frozen=True, kw_only=True)
class CompanyMatrix:
    """The matrix of companies with columns of some providers."""

    portfolio: str
    today: date
    found: Dependence
    stakes: Stakes | None
    providers: Sequence[str]

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """What a file has."""
        return values(tables.company_columns(self.providers))

    def rows(self) -> list[Record]:
        """Every company, with most at stake first."""
        return list(self._rows())

    def _rows(self, most: int | None = None) -> Iterator[Record]:
        places = wanted_rows(self.found, self.stakes)[:most]
        for start in range(0, len(places), _AT_ONCE):
            part = places[start : start + _AT_ONCE]
            made = matrix_rows(self.found, self.stakes, part, self.providers)
            yield from tables.company_rows(made, self.providers)

    def document(self) -> Document:
        """Counts by provider, and every company with its marks."""
        return {
            "portfolio": self.portfolio,
            "as_of": self.today,
            "providers": [_provider(self.found.of(one)) for one in self.providers],
            "untold": int(self.found.untold.sum()),
            "startups": (
                {name: row[name] for name in ("startup", "marks", *_FIGURES)}
                for row in self._rows()
            ),
        }

    def tables(self) -> list["RenderableType"]:
        """The first companies for people."""
        total = len(self.found.routes.exposures)
        rows = list(self._rows(PRINTED))
        said = [text(f"{words.title(self.found, total, None)}.")]
        if len(rows) < total:
            said.append(text(f"Listed are {len(rows)} of {total:,}; --json and --csv have all."))
        columns = tables.company_columns(self.providers)
        shown = [one for one in columns if one.key not in _FIGURES[1:]]
        return [*said, printed("Who depends on whom", shown, rows)]


_FIGURES = ("spend_usd_per_month", "spend_is_whole", "aal_low_usd", "aal_high_usd", "band")


def _provider(one: Dependents) -> Document:
    return {
        "provider": one.provider,
        "direct": one.direct,
        "through_others": one.through_others,
        "ask": one.asked,
        "margin_share": one.margin_share,
    }


@dataclass(frozen=True, kw_only=True)
class VendorMatrix:
    """The matrix of one inventory's vendors."""

    portfolio: str
    today: date
    vendors: Sequence[Vendor]
    providers: Sequence[str]

    @property
    def file_columns(self) -> tuple[Column, ...]:
        """What a file has."""
        return values(tables.vendor_columns(self.providers))

    def rows(self) -> list[Record]:
        """Every vendor."""
        return tables.vendor_rows(self.vendors, self.providers)

    def document(self) -> Document:
        """Every vendor with its marks."""
        names = ("vendor", "read_as", "marks", "use_cases", *_FIGURES[:2])
        return {
            "portfolio": self.portfolio,
            "as_of": self.today,
            "startup": self.vendors[0].startup if self.vendors else None,
            "vendors": [{name: row[name] for name in names} for row in self.rows()],
        }

    def tables(self) -> list["RenderableType"]:
        """The first vendors for people."""
        said = [text(f"{words.vendors_title(self.vendors, None)}.")]
        columns = tables.vendor_columns(self.providers)
        shown = [one for one in columns if one.key != "spend_is_whole"]
        return [*said, printed("Vendors", shown, self.rows()[:PRINTED])]


def matrix_of(
    store: "Store", portfolio: str, providers: Sequence[str], *, today: date
) -> CompanyMatrix | VendorMatrix:
    """Return the matrix of a portfolio, with columns of the providers named.

    Raises RefusedCommand if one of them is not known.
    """
    vendors = dependence.vendors(store, caller(), portfolio, today=today)
    if vendors is not None:
        known = leading_of(vendors)
        named = [_known(one, known) for one in providers]
        return VendorMatrix(
            portfolio=portfolio, today=today, vendors=vendors, providers=named or known[:SHOWN]
        )
    found = dependence.dependence(store, caller(), portfolio, today=today)
    leading = leading_providers(found)
    named = [_known(one, leading) for one in providers]
    return CompanyMatrix(
        portfolio=portfolio,
        today=today,
        found=found,
        stakes=_stakes(store, portfolio, found, today=today),
        providers=named or leading[:SHOWN],
    )


def _stakes(store: "Store", portfolio: str, found: Dependence, *, today: date) -> Stakes | None:
    """What is at stake; of very many companies by the last answer that was kept, if any was."""
    if len(found.routes.exposures) <= LARGE:
        answer = scoring.score_portfolio(store, caller(), portfolio, today=today)
    else:
        last = kept_answers.latest_answer(store, caller(), portfolio, today=today)
        if last is None:
            return None
        answer = last.whole
    return stakes_of(found, assessed_of(answer).table) if len(answer.startups) else None
