"""Packs: scheduled reports in words and files, and which of them are due.

Text and files are made of the same content as any report, so that what is left out is in neither.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from db.engine import Store
from db.errors import Refused, StoreError
from db.services import kept_answers
from db.services.access import Actor, ActorRole
from db.services.channels import Attached, takes_files
from db.services.portfolios import currency_of
from db.services.run_history import changes_since
from db.services.scheduled_reports import (
    Every,
    Form,
    ScheduledReport,
    list_reports,
    put_off,
    put_pack,
    send_pack_test,
)
from db.services.share_addresses import base_url
from db.services.share_contents import Wanted
from db.services.slices import sliced_store
from db.services.subscriptions import Fence, waits_after
from db.sharing.naming import A_PORTFOLIO
from db.sharing.presets import Preset
from risk.portfolio.results import Interval
from ui import money, wording
from ui.digests import DIGEST_HOUR, WAITS_FOR_ANSWERS
from ui.reports.making import frozen_report, html_of, workbook_report
from ui.reports.pdf import NoPdf, pdf_of
from ui.share_page.page import lead, portfolio_name
from ui.share_page.portfolio_view import in_lines, week_in_lines
from ui.share_page.words import Content
from ui.uncertainty import OF_TEN
from ui.words import headlines, marks, pack_words, run_words

log = logging.getLogger("downstream")

#: What the files of one message may weigh; mail servers take little more.
MOST_BYTES = 10_000_000
_MOST_TO_DO = 5
#: Figures that a pack keeps for the next one, in USD and companies.
_KEPT = ("median_usd", "aal_low_usd", "aal_high_usd", "money_known", "exposed_startups")


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A message with its files. ``told``: figures to compare the next one with; None: none."""

    title: str
    body: str
    files: tuple[Attached, ...] = ()
    told: Mapping[str, Any] | None = None


def pack_due(one: ScheduledReport, now: datetime) -> date | None:
    """Return the day whose pack is due; None: it was made, or it is too early.

    What fell due while no server ran is due still, the newest of it alone.
    """
    day = _newest_day(one.every, now)
    # A pack of a day to come was made before the clock was set back.
    return day if day > one.pack_day or one.pack_day > now.date() else None


def next_day(one: ScheduledReport, now: datetime) -> date:
    """Return the day of the next pack, from :data:`DIGEST_HOUR` on."""
    due = pack_due(one, now)
    day = due or _newest_day(one.every, now)
    while due is None and day <= one.pack_day:
        day += timedelta(days=7)
        if one.every is Every.MONTH:
            day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day


def make_due(store: Store, actor: Actor, *, may_act: Fence) -> int | None:
    """Make the pack that is due first and put it where it is sent from; return its report.

    One at a time, so that warnings need not wait for all. One that cannot be made is tried again
    later.

    Raises:
        StoreError: the store cannot be read or written.
    """
    now = store.now()
    for one in list_reports(store, actor):
        day = pack_due(one, now)
        if day is None or _is_put_off(one, now):
            continue
        try:
            pack = _of_the_day(store, actor, one, day, now, may_act)
        except StoreError as refused:
            put_off(store, actor, one, problem=str(refused), may_act=may_act)
            continue
        except Exception:  # whatever it is, others are still told
            log.exception("The pack of report %d was not made", one.number)
            problem = "It could not be made; the log of the server says why."
            put_off(store, actor, one, problem=problem, may_act=may_act)
            continue
        if pack is not None:
            put_pack(
                store,
                actor,
                one,
                day=day,
                title=pack.title,
                body=pack.body,
                files=pack.files,
                told=pack.told,
                may_act=may_act,
            )
            return one.number
    return None


def preview(store: Store, actor: Actor, number: int) -> Pack:
    """Return the pack that would go out now, as the report's maker sees it.

    Raises:
        Refused: the actor has no such report, or its maker has no role any more.
        NotAllowed: the actor may only read.
    """
    for one in list_reports(store, actor):
        if one.number == number:
            return make_pack(store, one, now=store.now())
    raise Refused(f"You have no report {number}. “downstream reports list” lists them.")


def send_preview(store: Store, actor: Actor, number: int, pack: Pack, *, to: str = "") -> str:
    """Send a pack now as a test, beside all others; return to whom. ``to`` '': the first.

    Raises:
        Refused: there is no such report, or its channel did not take the message.
        NotAllowed: it is somebody else's, and the actor is no owner.
    """
    title = f"Test: {pack.title}"
    return send_pack_test(
        store, actor, number, title=title, body=pack.body, files=pack.files, to=to
    )


def make_pack(
    store: Store, one: ScheduledReport, *, now: datetime, most_bytes: int = MOST_BYTES
) -> Pack:
    """Return message and files of a report as its maker sees the portfolio on the day of ``now``.

    Raises:
        PortfolioNotFound: the maker sees no such portfolio.
        Refused: nobody is in the slices any more, the channel is not set, or the maker has no role.
    """
    if one.maker.role is ActorRole.NONE:
        raise Refused(f"{one.made_by}, who made it, has no role any more. Nothing is sent.")
    today = now.date()
    part = sliced_store(store, one.maker, one.portfolio, one.slices)
    currency = currency_of(store, one.maker, one.portfolio)
    wanted = Wanted(portfolio=one.portfolio, preset=one.preset, currency=currency, today=today)
    with money.shown_in(money.shown_as(currency, today)):
        frozen = frozen_report(part, one.maker, wanted)
        content = frozen.content
        stem = f"{_as_file(str(content['portfolio']))}-{today.isoformat()}"
        files, said = _Files(stem=stem, room=most_bytes), _NO_FILES
        if takes_files(one.channel):
            files.add(Form.PDF, one, lambda: pdf_of(lambda: html_of(frozen)))
            files.add(Form.HTML, one, lambda: html_of(frozen))
            files.add(
                Form.XLSX,
                one,
                lambda: workbook_report(part, one.maker, one.portfolio, today=today),
            )
            said = files.said()
        told = _figures(content)
        parts = [
            [lead(content), *_shown(content)],
            in_lines(content),
            _changed(store, one, told, today),
            ["To do", *week_in_lines(content, most=_MOST_TO_DO)],
            [said, _link(store, one)],
            [_by_itself(one)],
        ]
    return Pack(
        title=_title(one, str(content["portfolio"]), today),
        body="\n\n".join("\n".join(lines) for lines in parts if lines),
        files=tuple(files.made),
        told=told,
    )


class _Files:
    """The files of a pack as far as there is room, and why one is not there."""

    def __init__(self, *, stem: str, room: int) -> None:
        self.made: list[Attached] = []
        self._stem = stem
        self._most = self._room = room
        self._without: list[str] = []

    def add(self, form: Form, one: ScheduledReport, make: Callable[[], bytes]) -> None:
        """Make a form that is wanted."""
        if form not in one.forms:
            return
        name = pack_words.FORMS[form]
        try:
            data = make()
        except NoPdf as problem:
            self._without.append(f"Without the {name}, as the server says: {problem}")
            return
        if len(data) > self._room:
            self._without.append(
                f"Without the {name} ({pack_words.size(len(data))}): the files of a message weigh "
                f"{pack_words.size(self._most)} at most. It is in Reports."
            )
            return
        self._room -= len(data)
        kind = "workbook" if form is Form.XLSX else "report"
        self.made.append(Attached(name=f"{self._stem}-{kind}.{form}", data=data))

    def said(self) -> str:
        """Name the files with their sizes, and what is missing with the reason."""
        named = [f"{one.name} ({pack_words.size(len(one.data))})" for one in self.made]
        attached = [f"Attached: {', '.join(named)}."] if named else []
        return "\n".join([*attached, *self._without])


_NO_FILES = "This channel takes no files: they are in Reports."


def _newest_day(every: Every, now: datetime) -> date:
    """The last Monday or first of a month whose hour has come."""
    day = (now - timedelta(hours=DIGEST_HOUR)).date()
    if every is Every.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday())


def _is_put_off(one: ScheduledReport, now: datetime) -> bool:
    """Whether it failed lately; longer ahead than it ever waits: a clock was set back since."""
    if one.due_at is None:
        return False
    return now < one.due_at <= now + waits_after(one.attempts)


def _of_the_day(
    store: Store, actor: Actor, one: ScheduledReport, day: date, now: datetime, may_act: Fence
) -> Pack | None:
    """The pack of a day; None: it waits for the portfolio's answer of today."""
    # That of a part of a portfolio is never kept, and one without a role is told so at once.
    has_answer = (
        bool(one.slices)
        or one.maker.role is ActorRole.NONE
        or not kept_answers.is_stale(store, one.maker, one.portfolio, today=now.date())
    )
    if has_answer:
        pack = make_pack(store, one, now=now)
    elif one.waits_since is None or one.waits_since > now:
        put_off(store, actor, one, may_act=may_act)
        return None
    elif now - one.waits_since < WAITS_FOR_ANSWERS:
        return None
    else:
        pack = _without_answer(store, one, now)
    if now.date() == day:
        return pack
    late = f"This was due on {wording.day(day)} and comes late."
    return replace(pack, body=f"{late}\n\n{pack.body}")


def _without_answer(store: Store, one: ScheduledReport, now: datetime) -> Pack:
    name = one.portfolio if one.preset.has_names else A_PORTFOLIO
    missing = (
        f"{portfolio_name({'portfolio': name})}: there is no answer of today yet, so nothing is "
        "said of its figures and no file was made."
    )
    return Pack(
        title=_title(one, name, now.date()),
        body="\n\n".join([missing, _link(store, one), _by_itself(one)]),
    )


def _title(one: ScheduledReport, portfolio: str, today: date) -> str:
    name = portfolio_name({"portfolio": portfolio})
    return f"Downstream, {name}: the {one.every} to {wording.day(today)}"


def _shown(content: Content) -> list[str]:
    """Of which companies it is, where not of all."""
    if not content["filters"]:
        return []
    return [f"Only some companies: {'; '.join(content['filters'])}. Every figure is of these."]


def _figures(content: Content) -> dict[str, Any]:
    """Figures as the content tells them; what is left out is not among them."""
    known = content["figures"]
    kept = {name: known[name] for name in _KEPT if name in known}
    return {"startups": content["startups_in_portfolio"], **kept}


def _changed(store: Store, one: ScheduledReport, told: Mapping[str, Any], today: date) -> list[str]:
    """What is other than in the last pack, and why, where nothing is left out."""
    if one.told_on is None:
        return ["This is the first pack; the next one says what changed since."]
    before, lines = one.told, []
    for name, label in (
        ("startups", "Companies"),
        ("exposed_startups", "Companies that depend on a language model"),
    ):
        if before.get(name) != told[name]:
            lines.append(f"{label}: {before.get(name):,} then, {told[name]:,} now.")
    if "median_usd" in before and "median_usd" in told and _loss(before) != _loss(told):
        lines.append(f"Loss in a typical year: {_loss(before)} then, {_loss(told)} now.")
    lines = lines or ["None of the figures above."]
    if one.preset is Preset.EVERYTHING and not one.slices and one.told_on < today:
        lines += _why(store, one, one.told_on, today)
    return [f"Changed since the pack of {wording.day(one.told_on)}", *lines]


def _loss(known: Mapping[str, Any]) -> str:
    reach = Interval(low=known["aal_low_usd"], high=known["aal_high_usd"])
    if headlines.is_placeholder(known.get("money_known", 1.0)):
        return f"{wording.money_range(reach)}, a placeholder"
    return f"{marks.median_and_range(known['median_usd'], reach)} {OF_TEN}"


def _why(store: Store, one: ScheduledReport, since: date, today: date) -> list[str]:
    try:
        found = changes_since(store, one.maker, one.portfolio, since, today=today)
    except StoreError as unknown:
        return [f"Why is not known: {unknown}"]
    causes = list(dict.fromkeys(why for step in found.steps for why in step.because))
    because = [f"Because of: {run_words.what_changed(causes)}."] if causes else []
    return [f"{run_words.in_short(found)}.", *because]


def _by_itself(one: ScheduledReport) -> str:
    return (
        f"It comes by itself on {pack_words.EVERY[one.every]}. Whoever asked for it ends it in "
        "Reports."
    )


def _link(store: Store, one: ScheduledReport) -> str:
    """Where the report is made anew; the address tells nothing that the report leaves out."""
    try:
        address = f"{base_url(store)}/reports"
    except StoreError:
        address = "/reports"
    if not one.preset.has_names:
        return address
    asked = {"portfolio": one.portfolio}
    if one.slices and one.preset is Preset.EVERYTHING:  # as ui/links.py reads them
        asked["slice"] = "~".join(text.replace("=", ":", 1) for text in one.slices)
    return f"{address}?{urlencode(asked)}"


def _as_file(name: str) -> str:
    """A name as part of that of a file."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80] or "portfolio"
