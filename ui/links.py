"""The state of a page lives in its address, so that a copied link shows what its maker saw.

The address is the truth: a widget made here takes its value from it before every run and writes
back when the reader changes it. Values are ids, never labels. What the address asks for and does
not exist is named in a message and left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from math import isnan, nan
from urllib.parse import unquote, urlencode

import streamlit as st

from risk.inventory.amounts import typed_usd

#: Separates the members of a list; names from the register may contain commas.
SEPARATOR = "~"

_PAGE_PATH = "_page_path"
#: Of which startups pages are, by the name of the portfolio; and of which the page that runs is.
_SLICES, _SLICES_OF_PAGE = "_slices", "_slices_of_page"
#: As of which day pages are, by the name of the portfolio.
_DAYS = "_past_days"


def set_page_path(path: str) -> None:
    """Remember which page runs (called by ui/navigation.py), for :func:`live_link`."""
    st.session_state[_PAGE_PATH] = path


def page_path() -> str:
    """Return the address of the page that runs, without its parameters."""
    return str(st.session_state.get(_PAGE_PATH, ""))


def chosen_slices() -> tuple[tuple[str, str], ...]:
    """Return the fields and values by which the page that runs is sliced; none: the whole."""
    return tuple(st.session_state.get(_SLICES_OF_PAGE, ()))


def keep_slices(portfolio: str, slices: Sequence[str], *, applied: bool) -> None:
    """Remember the slices of a portfolio (``country:DE``) for the next pages, and in the address.

    ``applied``: the page that runs is of these startups alone.
    """
    st.session_state[_SLICES] = {portfolio: list(slices)}
    pairs = sorted({tuple(one.split(":", 1)) for one in slices})
    st.session_state[_SLICES_OF_PAGE] = tuple(pairs) if applied else ()
    said = SEPARATOR.join(slices) if applied else ""
    if (read("slice") or "") != said:
        write(slice=said or None)


def keep_day(portfolio: str, day: date | None, *, applied: bool) -> None:
    """Remember as of which day a portfolio is read for the next pages, and in the address."""
    st.session_state[_DAYS] = {portfolio: day}
    said = day.isoformat() if day is not None and applied else None
    if read("as_of") != said:
        write(as_of=said)


def wanted_day(portfolio: str) -> date | None:
    """Return the day that the address asks for, or that of the page before."""
    if read("as_of") is not None:
        return _day("as_of", what="day")
    known: date | None = st.session_state.get(_DAYS, {}).get(portfolio)
    return known


def wanted_slices(portfolio: str) -> list[str]:
    """Return the slices that the address asks for, or those of the page before."""
    asked = read("slice")
    if asked is not None:
        return asked.split(SEPARATOR)
    known: list[str] = st.session_state.get(_SLICES, {}).get(portfolio, [])
    return list(known)


def read(name: str) -> str | None:
    """Return the text of a parameter, or None."""
    value = st.query_params.get(name)
    return value or None


def read_choice(name: str, options: Sequence[str], *, what: str) -> str | None:
    """Return the parameter if it is among ``options``, else None (and say so if it was given).

    ``what`` completes the sentence, for instance ``"startup"``.
    """
    value = read(name)
    if value is None or value in options:
        return value
    say_unknown(what, value)
    return None


def read_list(name: str) -> list[str]:
    """Return the texts of a parameter that may hold any, each once."""
    texts = (read(name) or "").split(SEPARATOR)
    return list(dict.fromkeys(unquote(one) for one in texts if one))


def write_list(name: str, texts: Iterable[str]) -> None:
    """Set a parameter to some texts, which may have the separator in them."""
    safe = (one.replace("%", "%25").replace(SEPARATOR, "%7E") for one in dict.fromkeys(texts))
    write(**{name: SEPARATOR.join(safe) or None})


def write(**values: str | None) -> None:
    """Set parameters (None removes) as a reader's action: one step in the browser's history."""
    for name, value in values.items():
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def live_link(extra: Mapping[str, str] | None = None) -> str:
    """Return the address of the page with its full state; ``extra`` fills what it leaves out."""
    path = page_path()
    # A fragment that runs by itself is told the page's address, a whole run that of the app.
    base = (st.context.url or "").rstrip("/").removesuffix(f"/{path}" if path else "")
    state = {**(extra or {}), **{name: st.query_params[name] for name in st.query_params}}
    query = f"?{urlencode(state)}" if state else ""
    return f"{base}/{path}{query}"


def select(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    default: str,
    shown: Callable[[str], str] = str,
    what: str | None = None,
    hint: str | None = None,
    is_named: bool = False,
) -> str:
    """Show a select box bound to parameter ``name``; a missing parameter means ``default``.

    What the reader chooses is left out of the address where it is the default, unless ``is_named``:
    of a default that changes with time.
    """
    key = _key(name)
    wanted = read_choice(name, options, what=what or label.lower()) or default
    st.session_state[key] = wanted
    return st.selectbox(
        label,
        options,
        key=key,
        format_func=shown,
        help=hint,
        on_change=_write_choice,
        args=(name, "" if is_named else default),
    )


def sections(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    default: str,
    shown: Callable[[str], str] = str,
) -> str:
    """Show the parts of a long page side by side, one chosen, bound to parameter ``name``.

    With an empty ``default`` none need be chosen, and nothing is "".
    """
    key = _key(name)
    st.session_state[key] = read_choice(name, options, what=label.lower()) or default or None
    chosen = st.segmented_control(
        label,
        options,
        key=key,
        required=bool(default),
        format_func=shown,
        label_visibility="collapsed",
        on_change=_write_choice,
        args=(name, default),
    )
    return chosen or default


def multiselect(
    label: str,
    options: Sequence[str],
    *,
    name: str,
    shown: Callable[[str], str] = str,
    placeholder: str = "All",
) -> list[str]:
    """Show a multiple choice bound to parameter ``name``; nothing chosen means all."""
    key = _key(name)
    wanted = (read(name) or "").split(SEPARATOR) if read(name) else []
    for value in wanted:
        if value not in options:
            say_unknown(label.lower(), value)
    st.session_state[key] = [value for value in wanted if value in options]
    return st.multiselect(
        label,
        options,
        key=key,
        format_func=shown,
        placeholder=placeholder,
        on_change=_write_list,
        args=(name,),
    )


def search(label: str, *, name: str = "search", placeholder: str = "Search") -> str:
    """Show a search box bound to parameter ``name``."""
    key = _key(name)
    st.session_state[key] = read(name) or ""
    return st.text_input(
        label, key=key, placeholder=placeholder, on_change=_write_text, args=(name,)
    ).strip()


def day(label: str, *, name: str) -> date | None:
    """Show a day bound to parameter ``name``, empty unless one is stated."""
    key = _key(name)
    st.session_state[key] = _day(name, what=label.lower())
    chosen = st.date_input(label, key=key, format="YYYY-MM-DD", on_change=_write_day, args=(name,))
    return chosen if isinstance(chosen, date) else None


def _day(name: str, *, what: str) -> date | None:
    text = read(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        say_unknown(what, text or "")
        return None


def slider(
    label: str,
    *,
    name: str,
    low: float,
    high: float,
    default: float,
    step: float,
    shown_as: str | None = None,
    hint: str | None = None,
) -> float:
    """Show a number between ``low`` and ``high`` bound to parameter ``name``."""
    key = _key(name)
    st.session_state[key] = _number(name, low=low, high=high, default=default, what=label.lower())
    return st.slider(
        label,
        low,
        high,
        key=key,
        step=step,
        format=shown_as,
        help=hint,
        on_change=_write_number,
        args=(name, default),
    )


def share(label: str, *, name: str, low: float, default: float, step: float) -> float:
    """Show a share from ``low`` to 1 bound to parameter ``name``, in per cent as it is written."""
    key = _key(name)
    asked = _number(name, low=low, high=1.0, default=default, what=label.lower())
    st.session_state[key] = round(100 * asked, 6)
    chosen = st.slider(
        label,
        100 * low,
        100.0,
        key=key,
        step=100 * step,
        format="%.6g %%",
        on_change=_write_share,
        args=(name, default),
    )
    return round(chosen / 100, 8)


def number(
    label: str,
    *,
    name: str,
    low: float,
    high: float,
    default: float,
    step: float,
    shown_as: str | None = None,
    hint: str | None = None,
) -> float:
    """Show a typed number between ``low`` and ``high`` bound to parameter ``name``."""
    key = _key(name)
    st.session_state[key] = _number(name, low=low, high=high, default=default, what=label.lower())
    return st.number_input(
        label,
        low,
        high,
        key=key,
        step=step,
        format=shown_as,
        help=hint,
        on_change=_write_number,
        args=(name, default),
    )


def amount(label: str, *, name: str, high: float, default: float, hint: str | None = None) -> float:
    """Show an amount in USD bound to parameter ``name``, typed as people do: ``300k``, ``$1.2m``.

    What cannot be read stays out, and is said.
    """
    key = _key(name)
    wrong = st.session_state.pop(f"{key}_wrong", None)
    usd = _number(name, low=0.0, high=high, default=default, what=label.lower())
    st.session_state[key] = f"{usd:,.0f}" if usd == int(usd) else f"{usd:,.2f}"
    st.text_input(label, key=key, help=hint, on_change=_write_amount, args=(name, high))
    if wrong is not None:
        from ui.wording import escaped

        st.caption(f":orange[“{escaped(wrong[:40])}” is no amount. Write 300k, 1.2m or 300,000.]")
    return usd


def _write_amount(name: str, high: float) -> None:
    text = st.session_state[_key(name)]
    usd = typed_usd(text)
    if usd is None or usd > high:
        st.session_state[f"{_key(name)}_wrong"] = text
        return
    write(**{name: f"{usd:.15g}"})


def optional_number(
    label: str,
    *,
    name: str,
    low: float,
    high: float,
    step: float,
    placeholder: str,
    shown_as: str | None = None,
    hint: str | None = None,
) -> float | None:
    """Show a typed number bound to parameter ``name``, empty unless one is stated."""
    key = _key(name)
    value = _number(name, low=low, high=high, default=nan, what=label.lower())
    st.session_state[key] = None if isnan(value) else value
    return st.number_input(
        label,
        low,
        high,
        key=key,
        step=step,
        format=shown_as,
        help=hint,
        placeholder=placeholder,
        on_change=_write_optional,
        args=(name,),
    )


def _number(name: str, *, low: float, high: float, default: float, what: str) -> float:
    text = read(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        say_unknown(what, text)
        return default
    if not low <= value <= high:
        st.warning(f"The link asks for {what} {text}; it runs from {low:g} to {high:g}.")
        return default
    return value


def say_unknown(what: str, value: str) -> None:
    """Say that a link asks for something that does not exist here."""
    from ui.wording import escaped

    st.warning(
        f"The link asks for the {what} “{escaped(value[:80])}”, which does not exist here. "
        "It was left out."
    )


def _key(name: str) -> str:
    return f"in_address_{name}"


def _write_choice(name: str, default: str) -> None:
    value = st.session_state[_key(name)]
    write(**{name: None if value == default else value})


def _write_list(name: str) -> None:
    write(**{name: SEPARATOR.join(st.session_state[_key(name)])})


def _write_text(name: str) -> None:
    write(**{name: st.session_state[_key(name)].strip()})


def _write_day(name: str) -> None:
    value = st.session_state[_key(name)]
    write(**{name: value.isoformat() if value else None})


def _write_number(name: str, default: float) -> None:
    value = st.session_state[_key(name)]
    write(**{name: None if value == default else f"{value:.15g}"})


def _write_share(name: str, default: float) -> None:
    value = round(st.session_state[_key(name)] / 100, 8)
    write(**{name: None if value == default else f"{value:.15g}"})


def _write_optional(name: str) -> None:
    value = st.session_state[_key(name)]
    write(**{name: None if value is None else f"{value:.15g}"})
