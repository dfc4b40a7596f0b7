"""Forms of the page Forecasts: keeping, answering, and noting what was lost."""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from db.errors import StoreError
from db.services.forecasts import keep_forecasts, settle_forecast
from db.services.realised_losses import note_loss, take_back_loss
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.forecasts import Answered, Kept, Outcome
from risk.inventory.amounts import typed_usd
from risk.scenarios.realised import ComparedLoss, RealisedLoss
from ui import cached, money, wording
from ui.clicks import once_a_click
from ui.page import card
from ui.words import forecast_words as words

_MESSAGE = "forecast_message"


def say_done() -> None:
    """Say what was done by the click before."""
    if sentence := st.session_state.pop(_MESSAGE, None):
        st.success(wording.escaped(sentence))


def keep_button(portfolio: str) -> None:
    """Show the button that keeps the forecasts of all of a portfolio's providers."""
    if st.button(
        "Keep today's forecasts",
        icon=":material/bookmark_add:",
        type="primary",
        help="Of every provider that the companies call. What is kept cannot be changed.",
    ):
        _keep(portfolio, None)


def keep_one(portfolio: str, providers: Sequence[str]) -> None:
    """Let the reader keep the forecasts of one provider, called or not."""
    with card("Keep forecasts of one provider"), st.form("keep_one", border=False):
        name = st.selectbox("Provider", providers, index=None)
        if st.form_submit_button("Keep its forecasts"):
            if name is None:
                st.error("Choose a provider.")
                return
            _keep(portfolio, name)


def _keep(portfolio: str, provider: str | None) -> None:
    try:
        with st.spinner("Asking the model…"):
            made = once_a_click(
                keep_forecasts, cached.store(), cached.actor(), portfolio, provider=provider
            )
    except StoreError as problem:
        st.error(wording.escaped(str(problem)))
        return
    _say_next_time(words.kept(len(made.new), made.known))


def answer_form(kept: Sequence[Kept]) -> None:
    """Ask what came of a question, from when and from where."""
    with card("Say what came"):
        one = st.selectbox(
            "Question",
            kept,
            format_func=lambda each: f"{each.number}: {words.question(each.forecast)}",
        )
        choices = [Outcome.AMOUNT, Outcome.VOID]
        if not one.forecast.question.is_amount:
            choices = [Outcome.YES, Outcome.NO, Outcome.VOID]
        with st.form(f"answer_{one.number}", border=False):
            outcome = st.radio("What came", choices, format_func=words.OUTCOME_NAMES.__getitem__)
            hours, day = None, None
            if one.forecast.question.is_amount:
                hours = st.number_input("Hours", min_value=0.0, value=None)
            else:
                day = st.date_input(
                    "On which day, if it happened and is known", value=None, format="YYYY-MM-DD"
                )
            source = st.text_input("Where it is told", placeholder="Publication and date")
            if not st.form_submit_button("Keep the answer", type="primary"):
                return
        answer = Answered(
            outcome=outcome,
            hours=hours if outcome is Outcome.AMOUNT else None,
            day=day if outcome is Outcome.YES and isinstance(day, date) else None,
            source=source,
        )
        if _tried(settle_forecast, one.number, answer):
            _say_next_time(f"Kept: {words.question(one.forecast)}: {words.came(answer)}.")


def loss_form(portfolio: str, providers: Sequence[str]) -> None:
    """Ask what a company lost by a disruption; an amount that is left out is unknown."""
    with card("Note what a company lost"), st.form("loss", border=False):
        startup = st.text_input("Company")
        with st.grid(2, min_column_width=150):
            provider = st.selectbox("Provider", providers, index=None)
            kind = FailureKind(
                st.selectbox(
                    "Disruption",
                    [one.value for one in FailureKind],
                    format_func=lambda value: wording.disruption(FailureKind(value)),
                )
            )
            first = st.date_input("From", value=None, format="YYYY-MM-DD")
            last = st.date_input("To, if it is over", value=None, format="YYYY-MM-DD")
        typed = st.text_input(
            f"Loss in {money.shown().currency}", placeholder="12k; empty: nobody knows"
        )
        source = st.text_input("Where the figure comes from")
        if not st.form_submit_button("Note the loss", type="primary"):
            return
    amount = typed_usd(typed) if typed.strip() else None
    usd = None if amount is None else money.shown().in_usd(amount)
    if typed.strip() and amount is None:
        st.error(wording.escaped(f"“{typed[:40]}” is no amount. Write 300k, 1.2m or 300,000."))
        return
    if provider is None or not isinstance(first, date):
        st.error("Name the provider and the day on which it began.")
        return
    noted = RealisedLoss(
        startup=startup,
        provider=provider,
        kind=kind,
        first_day=first,
        last_day=last if isinstance(last, date) else None,
        amount_usd=usd,
        source=source,
    )
    if _tried(note_loss, portfolio, noted):
        _say_next_time(f"Noted: {startup}, {wording.money(usd)}.")


def take_back_form(noted: Sequence[ComparedLoss]) -> None:
    """Let the reader take a note back, with the reason."""
    with card("Take a note back"), st.form("take_back", border=False):
        one = st.selectbox(
            "Loss",
            noted,
            format_func=lambda each: (
                f"{each.number}: {each.realised.startup}, {wording.money(each.realised.amount_usd)}"
            ),
        )
        reason = st.text_input("Why it no longer counts")
        if st.form_submit_button("Take it back") and _tried(
            take_back_loss, one.number, reason=reason
        ):
            _say_next_time(f"Loss {one.number} counts no longer; it stays on record.")


def _tried(ask: Callable[..., object], *what: object, **more: object) -> bool:
    """Whether the store did what the reader asked; what it refuses is said."""
    try:
        once_a_click(ask, cached.store(), cached.actor(), *what, **more)
    except StoreError as problem:
        st.error(wording.escaped(str(problem)))
        return False
    return True


def _say_next_time(sentence: str) -> None:
    st.session_state[_MESSAGE] = sentence
    st.rerun()
