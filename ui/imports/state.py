"""State of an import between two runs of its page: the file, the answers, what it says.

A file that arrives is known by its SHA-256, so that the same upload is read once. It is read on a
thread of its own (:mod:`ui.jobs`). Publishing is in :mod:`ui.imports.publishing`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

import numpy as np
import streamlit as st

from db.engine import Store
from db.services import imports
from db.services.access import Actor
from db.services.import_results import ImportPreview
from db.services.mappings import RememberedMapping, header_set, remembered_mapping
from db.services.portfolios import portfolio_of_most, summary_of
from risk.catalog.records import Answer
from risk.inventory.columns import header_key
from risk.inventory.intake_results import IntakeResult
from risk.inventory.mapping import Columns, map_columns
from risk.inventory.progress import Progress
from risk.inventory.records import Resolution
from risk.inventory.rows import Indices, InventoryRows, combined
from ui import cached, jobs
from ui.imports import unfinished
from ui.jobs import Job
from ui.page import chosen_name

_UPLOADER = "import_uploader"
_FILE = "import_file"
_SETTINGS = "import_settings"
_PREVIEW = "import_preview"
_EARLIER = "import_earlier_preview"
_MAPPINGS = "import_mappings"
_MESSAGE = "import_message"
_TARGET = "import_last_target"
_SUGGESTED, _TURN_TO = "import_suggested_for", "import_turn_to"
#: What became of the last import: written, taken back, or why not.
PUBLISHED, UNDONE, PROBLEM = "import_published", "import_undone", "import_problem"
_ASKED_FIRST = (Answer.ASK, Answer.YES, Answer.NO)


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it arrived; ``digest`` is its SHA-256."""

    data: bytes
    file_name: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class ReadingSettings:
    """How the reader wants the file to be read.

    An empty mapping leaves it to the headers, and to what was chosen for the same headers before
    if ``as_last_time``. ``day`` is the day that the file is of; None: today.
    """

    mapping: Columns = field(default_factory=dict)
    assume: Mapping[str, str] = field(default_factory=dict)
    split_products: bool = False
    day: date | None = None
    as_last_time: bool = True


@dataclass(frozen=True, kw_only=True)
class ReadName:
    """One spelling of a provider: what it was read as, how often, and what is paid a month.

    ``spend_usd`` is None where the file states no spend beside it.
    """

    resolution: Resolution
    records: int
    spend_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Previewed:
    """What a file says and would change, and the mapping it was read with (empty: automatic).

    ``remembered``: where that mapping is from, if the reader did not choose it for this file.
    ``newest_batch``: the last import there was when the file was compared. ``names``: every
    spelling of a provider, those to ask about first. ``home``: the portfolio in which most of the
    file's startups are already, or None.
    """

    preview: ImportPreview
    mapping: Columns = field(default_factory=dict)
    remembered: str | None = None
    newest_batch: int = 0
    names: tuple[ReadName, ...] = ()
    home: str | None = None

    @property
    def intake(self) -> IntakeResult:
        """What the file says."""
        return self.preview.intake


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
    forget_file()
    forget_results()
    st.session_state[_FILE] = Upload(data=data, file_name=uploaded.name, digest=digest)
    unfinished.keep(data, uploaded.name, digest, settings=ReadingSettings())


def go_on() -> None:
    """Take up the file that this reader left unfinished, with the answers given so far."""
    left = unfinished.found()
    if left is None:
        say("That file is not kept any more: choose it again.")
        return
    forget_file()
    forget_results()
    st.session_state[_FILE] = Upload(data=left.data, file_name=left.file_name, digest=left.digest)
    st.session_state[_SETTINGS] = left.settings
    if left.portfolio is not None:
        remember_target(left.portfolio)


def discard_unfinished() -> None:
    """Keep the file that this reader left unfinished no longer."""
    if (left := unfinished.found()) is not None:
        unfinished.drop(left.digest)


def hand_over(data: bytes, file_name: str, portfolio: str) -> None:
    """Take a file that is in the store already, as if it had just been chosen for a portfolio."""
    start_again()
    forget_results()
    remember_target(portfolio)
    st.session_state[_FILE] = Upload(
        data=data, file_name=file_name, digest=sha256(data).hexdigest()
    )


def was_handed_over() -> bool:
    """Whether the file in hand came from another page rather than through the uploader."""
    return upload() is not None and st.session_state.get(uploader_key()) is None


def forget_file() -> None:
    """Drop the file and everything read from it; nobody waits for its reading any more."""
    if (known := st.session_state.get(_PREVIEW)) is not None:
        known[2].abandon()
    for name in (_FILE, _SETTINGS, _PREVIEW, _EARLIER):
        st.session_state.pop(name, None)


def start_again() -> None:
    """Drop the file and empty the uploader."""
    if (known := upload()) is not None:
        unfinished.drop(known.digest)
    forget_file()
    st.session_state[_UPLOADER] = st.session_state.get(_UPLOADER, 0) + 1


def forget_results() -> None:
    """Say no more what became of the last import."""
    for name in (PUBLISHED, UNDONE, PROBLEM):
        st.session_state.pop(name, None)


def last_target() -> str | None:
    """Return the portfolio that this reader imported into last, or None."""
    return st.session_state.get(_TARGET)


def remember_target(portfolio: str) -> None:
    """Suggest this portfolio for the next file: corrected records go where the others went."""
    st.session_state[_TARGET] = portfolio


def upload() -> Upload | None:
    """Return the file in hand, or None."""
    return st.session_state.get(_FILE)


def settings() -> ReadingSettings:
    """Return how the file is to be read."""
    known: ReadingSettings = st.session_state.get(_SETTINGS, ReadingSettings())
    return known


def _read_with(chosen: ReadingSettings) -> None:
    """Read the file in hand so from now on, also after a reload."""
    st.session_state[_SETTINGS] = chosen
    if (known := upload()) is not None:
        unfinished.change(known.digest, settings=chosen)


def change_mapping(header: Sequence[str], mapping: Columns) -> None:
    """Read the file, and others with the same headers, with these columns from now on."""
    known = st.session_state.setdefault(_MAPPINGS, {})
    known[header_set(header)] = dict(mapping)
    _read_with(replace(settings(), mapping=dict(mapping)))


def forget_mapping() -> None:
    """Read the columns of this file by their headers alone."""
    _read_with(replace(settings(), mapping={}, as_last_time=False))


def change_answers(answers: Mapping[str, str]) -> None:
    """Read the file with these answers, beside those given before, from now on."""
    merged = {**settings().assume, **answers}
    _read_with(replace(settings(), assume=merged))


def forget_answers() -> None:
    """Ask all questions about the file again."""
    _read_with(replace(settings(), assume={}))


def change_splitting(split: bool) -> None:
    """Say whether a cell that names several products is split."""
    _read_with(replace(settings(), split_products=split))


def change_day(day: date | None) -> None:
    """Say of which day the file is; None: of today."""
    _read_with(replace(settings(), day=day))


def preview(file: Upload, portfolio: str) -> Previewed | None:
    """Return what the file says and would change, or None after showing how far its reading is.

    It is read again only when something changed; if that is the portfolio, what was seen before
    stays known (:func:`seen_before`).
    """
    chosen = settings()
    asked = (file.digest, file.file_name, portfolio, repr(chosen))
    stored = summary_of(cached.portfolios(), portfolio)
    revision = stored.revision if stored else None
    known = st.session_state.get(_PREVIEW)
    if known is None or known[:2] != (asked, revision):
        if known is not None:
            _put_aside(known, asked)
        work = _reading(file, portfolio, chosen, cached.store(), cached.actor(), _chosen_before())
        name = file.file_name.replace("`", "")
        newest = max((one.batch for one in cached.batches()), default=0)
        find_home = _home_finder(cached.store(), cached.actor(), chosen_name())
        job = Job(f"Reading {name}…", lambda told: _with_names(work(told), newest, find_home))
        known = (asked, revision, job)
        st.session_state[_PREVIEW] = known  # a click may end the run here, before anything began
        job.start()
    under_way: Job[Previewed] = known[2]
    if not under_way.is_done_within(jobs.PATIENCE_SECONDS):
        jobs.show_progress(under_way)
        return None
    return under_way.result()


def _with_names(
    found: Previewed, newest_batch: int, find_home: Callable[[InventoryRows], str | None]
) -> Previewed:
    """Count the names once, beside the reading: a file may hold a million of them."""
    rows = found.intake.rows
    names = tuple(_resolutions(rows))
    return replace(found, names=names, newest_batch=newest_batch, home=find_home(rows))


def _home_finder(
    store: Store, actor: Actor, chosen: str | None
) -> Callable[[InventoryRows], str | None]:
    """What finds the portfolio that a file is of; of several rather the one that is chosen."""

    def find(rows: InventoryRows) -> str | None:
        if not len(rows):
            return None
        column = rows.columns["startup"]
        names = [str(one) for one in column.objects.tolist()]
        return portfolio_of_most(store, actor, names, rather=chosen)

    return find


def _put_aside(known: tuple[object, object, Job[Previewed]], asked: object) -> None:
    """Keep what the reader saw until somebody else wrote; forget what was read otherwise."""
    asked_before, _, job = known
    if asked_before != asked:
        st.session_state.pop(_EARLIER, None)
    elif job.is_done:
        st.session_state.setdefault(_EARLIER, job.result())
    job.abandon()


def portfolio_changed() -> None:
    """Read the file against the portfolio as it is now; what was seen before stays known."""
    if (known := st.session_state.pop(_PREVIEW, None)) is not None:
        _put_aside(known, known[0])


def seen_before() -> Previewed | None:
    """Return what was shown of this file before the portfolio changed underneath, or None."""
    return st.session_state.get(_EARLIER)


def read_again() -> None:
    """Forget what was read, but neither the file nor how it is to be read."""
    st.session_state.pop(_PREVIEW, None)


def _chosen_before() -> Mapping[frozenset[str], Columns]:
    return dict(st.session_state.get(_MAPPINGS, {}))


def _reading(
    file: Upload,
    portfolio: str,
    chosen: ReadingSettings,
    store: Store,
    actor: Actor,
    chosen_before: Mapping[frozenset[str], Columns],
) -> Callable[[Progress], Previewed]:
    """The work of reading a file; on its thread it may not ask Streamlit for anything."""
    sources: list[str] = []

    def as_last_time(header: Sequence[str]) -> Columns | None:
        before = chosen_before.get(header_set(header))
        stored = None if before else remembered_mapping(store, actor, header)
        mapping = before or (stored.mapping if stored else None)
        if not mapping or _same_columns(mapping, header):
            return None
        sources.append(_source(stored))
        return mapping

    def work(progress: Progress) -> Previewed:
        found = imports.preview_import(
            store,
            actor,
            portfolio=portfolio,
            data=file.data,
            file_name=file.file_name,
            mapping=chosen.mapping or None,
            assume=chosen.assume or None,
            split_products=chosen.split_products,
            day=chosen.day,
            remembered=as_last_time if chosen.as_last_time else None,
            progress=progress,
        )
        mapping = found.reading.request.mapping or {}
        return Previewed(preview=found, mapping=mapping, remembered=next(iter(sources), None))

    return work


def _same_columns(mapping: Columns, header: Sequence[str]) -> bool:
    """Whether the headers alone lead to that mapping, so that there is nothing to remember."""
    used = {header_key(k): v for k, v in mapping.items() if v is not None}
    alone = map_columns(header, None).headers
    return used == {header_key(k): v for k, v in alone.items() if v is not None}


def _source(stored: RememberedMapping | None) -> str:
    if stored is None:
        return "as you chose for a file with the same headers"
    return f"as in batch {stored.batch} ({stored.file_name}, {stored.at:%-d %b %Y})"


def say(sentence: str) -> None:
    """Leave a sentence for the next run of the page."""
    st.session_state[_MESSAGE] = sentence


def message() -> str | None:
    """Return the sentence left by the last click, once."""
    left: str | None = st.session_state.pop(_MESSAGE, None)
    return left


def _resolutions(rows: InventoryRows) -> list[ReadName]:
    """Return every spelling: those to ask about first, by what is paid, then how often."""
    numbers, first = combined([rows.identities("provider")])
    counts = np.bincount(numbers, minlength=len(first)).tolist()
    spend = _spend(rows, numbers, len(first))
    found = [
        ReadName(resolution=rows[place].resolution, records=counts[n], spend_usd=spend[n])
        for n, place in enumerate(first.tolist())
    ]
    found.sort(
        key=lambda one: (
            _ASKED_FIRST.index(one.resolution.answer),
            -(one.spend_usd or 0),
            -one.records,
            one.resolution.text.casefold(),
        )
    )
    return found


def _spend(rows: InventoryRows, numbers: Indices, count: int) -> list[float | None]:
    """The spend of some numbered rows, None where none states any."""
    column = rows.columns.get("spend_usd")
    if column is None:
        return [None] * count
    values = np.array([np.nan if one is None else one for one in column.values], float)
    each = values[column.codes]
    known = np.bincount(numbers[~np.isnan(each)], minlength=count)
    total = np.bincount(numbers, weights=np.nan_to_num(each), minlength=count)
    return [float(usd) if n else None for usd, n in zip(total, known, strict=True)]


def suggest_target(file: Upload, home: str | None) -> bool:
    """Turn to the portfolio that holds most startups of a file, once, before anybody chose one.

    Returns whether the page must be drawn again for it.
    """
    if st.session_state.get(_SUGGESTED) == file.digest:
        return False
    st.session_state[_SUGGESTED] = file.digest
    if home is None or last_target():
        return False
    st.session_state[_TURN_TO] = home
    return True


def suggested_target() -> str | None:
    """Return the portfolio to turn to, once."""
    home: str | None = st.session_state.pop(_TURN_TO, None)
    return home
