"""Kinds of files that come with answers, told by their first bytes: nothing in them is opened."""

#: Bytes that are looked at.
_LOOKED_AT = 65_536
_ZIP = b"PK\x03\x04"
#: What stands in the list of parts at the end of every Excel workbook, and of no other archive.
_WORKBOOK = b"xl/workbook"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of_file(data: bytes) -> str | None:
    """Return ``xlsx``, ``json`` or ``text`` (CSV and lines of JSON), or None for anything else."""
    if data.startswith(_ZIP):
        return "xlsx" if _WORKBOOK in data[-_LOOKED_AT:] else None
    head = data[:_LOOKED_AT]
    if data.startswith(_BOMS[1:]):
        return "text"
    text = head.removeprefix(_BOMS[0])
    if any(one < 32 and one not in b"\t\n\r\x0c" for one in text) or text.startswith(b"%PDF"):
        return None
    start = text.lstrip()[:1]
    return None if not start else "json" if start in b"{[" else "text"
