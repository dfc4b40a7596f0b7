"""Words for funds: what is unknown of them, and what a table of holdings changes."""

from collections.abc import Sequence

from risk.portfolio.funds import FundLoss, StakeLoss
from risk.portfolio.results import Interval
from ui import wording

#: Names that a sentence lists.
_LISTED = 5
#: Stakes that a chart shows.
_DRAWN = 8


def in_short(one: FundLoss) -> str:
    """Say what a fund, or all together, may lose in a typical year, in which range."""
    who = "The funds together" if one.fund is None else one.fund
    if one.is_unknown:
        return f"What {who[0].lower() + who[1:] if one.fund is None else who} may lose is unknown"
    verb = "lose" if one.fund is None else "loses"
    said = (
        f"{who} {verb} {wording.money(one.median_usd)} of value in a typical year "
        f"({wording.money_range(one.interval_usd)})"
    )
    return said


def largest_stakes(one: FundLoss) -> list[tuple[StakeLoss, float, Interval]]:
    """The stakes that lose most with expected loss and range, as many as a chart shows."""
    known = [
        (stake, stake.expected_usd, stake.interval_usd)
        for stake in one.stakes
        if stake.expected_usd and stake.interval_usd is not None
    ]
    return sorted(known, key=lambda each: -each[1])[:_DRAWN]


def few_carry(one: FundLoss) -> str:
    """Say how much of the expected loss the largest stake carries."""
    first = max(one.stakes, key=lambda stake: stake.expected_usd or 0.0)
    share = (first.expected_usd or 0.0) / max(one.expected_usd, 1e-9)
    return f"{first.company} carries {wording.percent(share)} of the loss"


def unknown_of(one: FundLoss) -> str | None:
    """Return what of a fund is unknown and what that does to its figures; None: nothing is."""
    said = []
    if one.outside:
        value = wording.money(one.outside_value_usd) if one.outside_value_usd else "unstated value"
        said.append(
            f"{wording.counted(one.outside, 'holding')} ({value}) not in the register, or with "
            "nothing listed: in no figure"
        )
    if one.no_ownership:
        counted = wording.counted(one.no_ownership, "holding")
        said.append(f"{counted} without stated ownership: drawn, which widens the range")
    if one.no_value:
        counted = wording.counted(one.no_value, "holding")
        said.append(f"{counted} without a fair value: no upper limit of the loss and no write-down")
    if one.no_cash:
        counted = wording.counted(one.no_cash, "holding")
        said.append(f"{counted} in companies whose cash or burn is unknown: no write-down")
    return wording.sentence_case("; ".join(said)) + "." if said else None


def unknown_companies(names: Sequence[str]) -> str:
    """Return whom the register does not know; nothing where it knows all."""
    if not names:
        return ""
    return (
        f"Not in the register: {_listed(names)}. What they lose is unknown and in no figure; "
        "import their dependencies under the same name."
    )


def no_longer_held(ended: Sequence[tuple[str, str]]) -> str:
    """Return what a complete file ends; nothing where it ends nothing."""
    names = [f"{company} of {fund}" for fund, company in ended]
    return f"No longer held: {_listed(names)}." if names else ""


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _LISTED:,} more"] if len(names) > _LISTED else []
    return wording.listed([*names[:_LISTED], *more])
