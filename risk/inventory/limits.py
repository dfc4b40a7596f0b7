"""Limits on the size of an inventory file and its parts."""

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
    #: Of a workbook or another archive: all its parts unpacked, and that over the file's own size.
    unpacked_bytes: int = 512 * 1024 * 1024
    unpacked_ratio: int = 100
    archive_members: int = 10_000
    #: A JSON document is held in memory as a whole, many times its size.
    json_bytes: int = 32 * 1024 * 1024


LIMITS = Limits()
