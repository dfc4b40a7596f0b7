"""What an import remembers between two runs of its page: the file, the answers, the result.

A file that arrives is known by its SHA-256, so that the same upload is read once. Publishing and
undoing happen at most once per click: a button only leaves a request, which the next run takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import streamlit as st

from db.errors import StoreError
from db.services import imports, reference
from db.services.import_results import ImportPreview, PortfolioChanged, PublishedBatch
from risk.catalog.records import Alias
from ui import cached

_UPLOADER = "import_uploader"
_FILE = "import_file"
_SETTINGS = "import_settings"
_PREVIEW = "import_preview"
_PUBLISH = "import_publish_asked"
_PUBLISHED = "import_published"
_MESSAGE = "import_message"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it arrived; ``digest`` is its SHA-256."""

    data: bytes
    file_name: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class ReadingSettings:
    """How the reader wants the file to be read. An empty mapping leaves it to the headers."""

    mapping: Mapping[str, str | None] = field(default_factory=dict)
    assume: Mapping[str, str] = field(default_factory=dict)
    split_products: bool = False


@dataclass(frozen=True, kw_only=True)
class Published:
    """A batch that was just written, and where."""

    portfolio: str
    result: PublishedBatch


def uploader_key() -> str:
    """Return the uploader's key; a new number empties it."""
    return f"{_UPLOADER}_{st.session_state.get(_UPLOADER, 0)}"


def take_file() -> None:
    """Keep the file that was just uploaded, unless it is the one in hand; forget a removed one."""
    uploaded = st.session_state.get(uploader_key())
    if uploaded is None:
        forget_file()
        return
    data = uploaded.getvalue()
    digest = sha256(data).hexdigest()
    known = upload()
    if known is not None and (known.digest, known.file_name) == (digest, uploaded.name):
        return
    st.session_state[_FILE] = Upload(data=data, file_name=uploaded.name, digest=digest)
    st.session_state[_SETTINGS] = ReadingSettings()
    st.session_state.pop(_PUBLISHED, None)


def forget_file() -> None:
    """Drop the file and everything read from it."""
    for name in (_FILE, _SETTINGS, _PREVIEW, _PUBLISH):
        st.session_state.pop(name, None)


def start_again() -> None:
    """Drop the file and empty the uploader."""
    forget_file()
    st.session_state[_UPLOADER] = st.session_state.get(_UPLOADER, 0) + 1


def upload() -> Upload | None:
    """Return the file in hand, or None."""
    return st.session_state.get(_FILE)


def settings() -> ReadingSettings:
    """Return how the file is to be read."""
    return st.session_state.get(_SETTINGS, ReadingSettings())


def change_mapping(mapping: Mapping[str, str | None]) -> None:
    """Read the file with these columns from now on."""
    st.session_state[_SETTINGS] = replace(settings(), mapping=dict(mapping))


def change_answers(answers: Mapping[str, str]) -> None:
    """Read the file with these answers, beside those given before, from now on."""
    merged = {**settings().assume, **answers}
    st.session_state[_SETTINGS] = replace(settings(), assume=merged)


def change_splitting(split: bool) -> None:
    """Say whether a cell that names several products is split."""
    st.session_state[_SETTINGS] = replace(settings(), split_products=split)


def preview(file: Upload, portfolio: str) -> ImportPreview:
    """Return what the file says and would change; read again only when something changed."""
    chosen = settings()
    revisions = tuple((one.name, one.revision) for one in cached.portfolios())
    key = (file.digest, file.file_name, portfolio, repr(chosen), revisions)
    known = st.session_state.get(_PREVIEW)
    if known is not None and known[0] == key:
        found: ImportPreview = known[1]
        return found
    with st.spinner(f"Reading {file.file_name.replace('`', '')}…"):
        found = imports.preview_import(
            cached.store(),
            cached.actor(),
            portfolio=portfolio,
            data=file.data,
            file_name=file.file_name,
            mapping=chosen.mapping or None,
            assume=chosen.assume or None,
            split_products=chosen.split_products,
        )
    st.session_state[_PREVIEW] = (key, found)
    return found


def ask_to_publish() -> None:
    """Leave the request to publish for the next run of the page."""
    st.session_state[_PUBLISH] = True


def publish_if_asked(file: Upload, portfolio: str, seen: ImportPreview) -> None:
    """Publish once if the reader asked for it, then start the page again with the result."""
    if not st.session_state.pop(_PUBLISH, False):
        return
    chosen = settings()
    records = f"{seen.intake.accepted:,} records"
    with st.status(f"Publishing {records}…", expanded=True) as status:
        st.write("Reading the file once more and writing it in one transaction.")
        try:
            result = imports.publish_import(
                cached.store(),
                cached.actor(),
                portfolio=portfolio,
                data=file.data,
                file_name=file.file_name,
                mapping=chosen.mapping or None,
                assume=chosen.assume or None,
                split_products=chosen.split_products,
                expected_revision=seen.revision,
            )
        except PortfolioChanged as problem:
            st.session_state.pop(_PREVIEW, None)
            status.update(label=str(problem), state="error")
            return
        except StoreError as problem:
            status.update(label=str(problem), state="error")
            return
    start_again()
    st.session_state[_PUBLISHED] = Published(portfolio=portfolio, result=result)
    st.rerun()


def published() -> Published | None:
    """Return what was just published since the page was opened, or None."""
    return st.session_state.get(_PUBLISHED)


def undo(batch: int) -> None:
    """Take a batch back and leave a sentence about it for the next run."""
    try:
        result = imports.undo_batch(cached.store(), cached.actor(), batch)
    except StoreError as problem:
        st.session_state[_MESSAGE] = str(problem)
        return
    st.session_state.pop(_PUBLISHED, None)
    sentence = (
        f"Batch {batch} was undone: {result.removed} records removed, {result.restored} put back "
        "to what they said before."
    )
    if result.kept:
        sentence += f" {result.kept} were edited since and stay as they are."
    st.session_state[_MESSAGE] = sentence


def remember_alias(alias: Alias) -> None:
    """Keep a decision about a spelling and read the file again with it."""
    try:
        reference.add_alias(cached.store(), cached.actor(), alias)
    except StoreError as problem:
        st.session_state[_MESSAGE] = str(problem)
        return
    cached.forget_catalog()
    st.session_state.pop(_PREVIEW, None)
    st.session_state[_MESSAGE] = f"From now on “{alias.text}” is read as you said."


def message() -> str | None:
    """Return the sentence left by the last click, once."""
    return st.session_state.pop(_MESSAGE, None)
