"""The readers of a file's columns, in the notation of that file."""

from collections.abc import Mapping, Sequence
from functools import partial

from risk.inventory.columns import COLUMNS
from risk.inventory.conventions import Conventions
from risk.inventory.limits import Limits
from risk.inventory.mapping import ColumnMap
from risk.inventory.resolution import Resolver
from risk.inventory.validators import ColumnReader

#: A cell that lists more than so many characters of products is no list of a startup's tools.
_LONGEST_LIST = 4_000


def cell_readers(
    columns: ColumnMap, conventions: Conventions, limits: Limits, *, parting: Resolver | None
) -> Mapping[str, ColumnReader]:
    """A reader for every column that the file has or the reader of it gave a value for.

    ``parting`` tells the products of one cell apart, each of which is a name with its own limit;
    None where a cell is one name.
    """
    readers = {
        name: ColumnReader(COLUMNS[name], conventions, limits)
        for name in (*columns.positions, *columns.constants)
    }
    if parting is not None:
        names_in = partial(_names_in, parting)
        provider = ColumnReader(COLUMNS["provider"], conventions, limits, names_in=names_in)
        readers["provider"] = provider
    return readers


def _names_in(resolver: Resolver, cell: str) -> Sequence[str]:
    """The products listed in ``cell``; a list that no hand would write is one name, too long."""
    if len(cell) > _LONGEST_LIST:
        return (cell,)
    return [one.text for one in resolver.resolve_all(cell)]
