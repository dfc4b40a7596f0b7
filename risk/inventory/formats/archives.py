"""Opening a zip archive that may be hostile: every check comes before anything is unpacked.

Sizes are those that the archive states. It cannot understate them: unpacking stops at the stated
size, and what does not have the stated checksum there is refused as damaged.
"""

import stat
import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO

from risk.inventory.limits import Limits
from risk.inventory.refusals import FileRefused

_ENCRYPTED = 0x1
_COMPRESSIONS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: Reading a damaged archive ends in one of these.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    NotImplementedError,
)


class Archive:
    """A checked archive: the names of its files, and their bytes."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.names = tuple(one.filename for one in archive.infolist() if not one.is_dir())

    def read(self, name: str) -> bytes:
        """All bytes of one file. Raises :class:`FileRefused` (``corrupt_archive``)."""
        try:
            return self._archive.read(name)
        except DAMAGE as error:
            raise damaged(name) from error

    def open(self, name: str) -> IO[bytes]:
        """One file, to be read piece by piece; a damaged one raises one of :data:`DAMAGE`."""
        try:
            return self._archive.open(name)
        except DAMAGE as error:
            raise damaged(name) from error


def open_archive(data: bytes, limits: Limits) -> Archive:
    """The archive in ``data``, once nothing about its list of files is unsafe.

    Raises:
        FileRefused: ``corrupt_archive``, ``encrypted_or_legacy_excel``, ``archive_too_large`` or
            ``unsafe_archive``.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except DAMAGE as error:
        raise damaged("its list of files") from error
    members = archive.infolist()
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FileRefused(
            "encrypted_or_legacy_excel",
            "The file is protected by a password. Remove the password and upload it again.",
        )
    _refuse_large(members, len(data), limits)
    _refuse_unsafe(members)
    return Archive(archive)


def damaged(what: str) -> FileRefused:
    """The refusal of an archive of which ``what`` cannot be read."""
    return FileRefused(
        "corrupt_archive",
        f"The file is damaged: {what[:120]} cannot be read. Open it in the program that made it,"
        " save it once more and upload that.",
    )


def _refuse_large(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        megabytes = limits.unpacked_bytes // (1024 * 1024)
        problem = f"The file unpacks to more than {megabytes} MB"
    elif unpacked > limits.unpacked_ratio * size:
        problem = f"The file unpacks to more than {limits.unpacked_ratio} times its size"
    elif len(members) > limits.archive_members:
        problem = f"The file packs more than {limits.archive_members:,} files"
    else:
        return
    raise FileRefused(
        "archive_too_large", f"{problem}, so it was not opened. Save the inventory as CSV."
    )


def _refuse_unsafe(members: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        name = member.filename
        # The name as the archive gives it: zipfile turns backslashes around on some systems.
        given = getattr(member, "orig_filename", name)
        reason = None
        outside = given.startswith("/") or given[1:2] == ":" or ".." in given.split("/")
        if outside or "\\" in given or "\x00" in given:
            reason = f"{given[:120]!r} names a place outside of it"
        elif stat.S_ISLNK(member.external_attr >> 16):
            reason = f"{name[:120]!r} is a link to another file"
        elif name.casefold() in seen:
            reason = f"{name[:120]!r} is in it twice"
        elif member.compress_type not in _COMPRESSIONS:
            reason = f"{name[:120]!r} is packed in a way that workbooks do not use"
        if reason:
            raise FileRefused(
                "unsafe_archive",
                f"The file was not opened: {reason}. Save the inventory as CSV and upload that.",
            )
        seen.add(name.casefold())
