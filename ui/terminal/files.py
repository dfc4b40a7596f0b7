"""Reading the files that a command names, with a sentence where that fails."""

from pathlib import Path

from ui.terminal.failures import RefusedCommand


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes. Raises RefusedCommand with a sentence if it cannot be read."""
    if path.is_dir():
        raise RefusedCommand(f"{path} is a folder: name one file in it.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise RefusedCommand(f"There is no file {path}.") from None
    except OSError as error:
        raise RefusedCommand(f"The file {path} cannot be read: {error.strerror}.") from None


def read_text(path: Path) -> str:
    """Return the file's text, which must be UTF-8. Raises RefusedCommand with a sentence."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedCommand(f"The file {path} is not UTF-8 text: save it as UTF-8.") from None


def write_bytes(path: Path, data: bytes) -> None:
    """Write the file, over one that is there. Raises RefusedCommand if it cannot be written."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise RefusedCommand(f"The file {path} cannot be written: {error.strerror}.") from None


def may_write(path: Path, *, replace: bool) -> None:
    """Refuse with a sentence a file that is there and not to be replaced, or without a folder."""
    if path.exists() and not replace:
        raise RefusedCommand(
            f"There is a file {path} already: choose another name, or add --force to replace it."
        )
    if not path.absolute().parent.is_dir():
        raise RefusedCommand(f"There is no folder {path.parent}.")


def write_new(path: Path, data: bytes, *, replace: bool) -> None:
    """Write a file that is not there yet, or is to be replaced; refuse with a sentence."""
    may_write(path, replace=replace)
    write_bytes(path, data)
