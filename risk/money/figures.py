"""Amounts in two significant figures, as sentences have them; files have every digit."""


def two_figures(amount: float) -> str:
    """Return an amount of zero or more, without its currency: ``2.8M``, ``340k``, ``980``, ``7``.

    Below ten there are no decimals: cents are no figures of interest.
    """
    size = rounded(amount)
    for limit, mark in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if size >= limit:
            value = size / limit
            return f"{value:.0f}{mark}" if value >= 9.95 else f"{value:.1f}{mark}"
    return f"{size:.0f}"


def rounded(amount: float) -> float:
    """An amount with two significant figures: 2,845,950 is 2,800,000, 7.4 is 7."""
    size = abs(amount)
    if size < 9.5:
        return float(round(amount))
    scale = 10.0 ** (len(f"{size:.0f}") - 2)
    return round(amount / scale) * scale


def dollars(usd: float) -> str:
    """Return USD in two significant figures: ``$2.8M``."""
    return f"{'−' if usd < 0 else ''}${two_figures(abs(usd))}"
