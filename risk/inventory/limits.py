"""How large an inventory file and its parts may be."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds; bytes for the file, characters after Unicode NFC for names."""

    file_bytes: int = 200 * 1024 * 1024
    records: int = 1_000_000
    columns: int = 500
    cell_characters: int = 65_536
    name_characters: int = 200
    marks_on_one_letter: int = 5
    amount: int = 10**12


LIMITS = Limits()
