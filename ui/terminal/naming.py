"""Names to resolve, and the knowledge to do it with."""

from pathlib import Path
from typing import TYPE_CHECKING

from ui.terminal.commands.options import caller, opened
from ui.terminal.failures import refuse_if
from ui.terminal.files import read_text

if TYPE_CHECKING:
    from risk.inventory.resolution import Resolver

REFERENCE_FACTS = Path(__file__).resolve().parents[2] / "fixtures"


def names_to_resolve(texts: list[str], file: Path | None) -> list[str]:
    """Return the names on the command line, or one for each line of the file that is not blank.

    Raises RefusedCommand if there are none, or both were given.
    """
    refuse_if(texts and file, "Name the texts or a file of them, not both.")
    if file is not None:
        texts = [line for line in read_text(file).splitlines() if line.strip()]
        refuse_if(not texts, f"The file {file} holds no names: write one a line.")
    refuse_if(not texts, "Name a text to resolve, for instance: downstream resolve OpenAI")
    return texts


def resolver(database: str | None) -> "Resolver":
    """Return a resolver that knows the store's own aliases too, where there is a store."""
    from db.errors import StoreNotReady
    from db.services import reference
    from risk.catalog.loading import load_catalog
    from risk.inventory.resolution import Resolver

    try:
        return Resolver(reference.load_catalog(opened(database), caller()))
    except StoreNotReady:
        return Resolver(load_catalog(REFERENCE_FACTS))
