"""Words of figures and facts on every page. Unknown is written "unknown", never 0."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED
from risk.money.figures import two_figures
from risk.portfolio.advice import shorten
from risk.portfolio.results import BeforeAfter, Interval
from ui import money as currency
from ui.markup import escaped as escaped
from ui.markup import with_links as with_links

if TYPE_CHECKING:  # Lists are written without the engine.
    from risk.portfolio.deadlines import Deadline

UNKNOWN = "unknown"

#: What the failure kinds are called on screen, at the start of a label.
FALTER_NAMES = {
    FailureKind.OUTAGE: "Outage",
    FailureKind.DEGRADED: "Degraded service",
    FailureKind.LEADERSHIP_CRISIS: "Leadership crisis",
    FailureKind.PRICE_SHOCK: "Price shock",
    FailureKind.MODEL_RETIREMENT: "Model retirement",
    FailureKind.ACCESS_CUT: "Access cut",
    FailureKind.ACQUISITION: "Acquisition",
    FailureKind.WIND_DOWN: "Wind-down",
    FailureKind.REGIONAL_BLOCK: "Regional block",
}

#: The same where there is little room.
FALTER_SHORT_NAMES = {
    FailureKind.OUTAGE: "Outage",
    FailureKind.DEGRADED: "Degraded",
    FailureKind.LEADERSHIP_CRISIS: "Crisis",
    FailureKind.PRICE_SHOCK: "Price",
    FailureKind.MODEL_RETIREMENT: "Retirement",
    FailureKind.ACCESS_CUT: "Access cut",
    FailureKind.ACQUISITION: "Acquisition",
    FailureKind.WIND_DOWN: "Wind-down",
    FailureKind.REGIONAL_BLOCK: "Region",
}

#: What the fields of the register are called on screen.
FIELD_NAMES = {
    "startup": "Company",
    "name": "Name",
    "website": "Website",
    "sector": "Sector",
    "country": "Country",
    "notes": "Notes",
    "annual_revenue_usd": "Annual revenue",
    "gross_margin": "Gross margin",
    "ai_revenue_share": "Share of revenue that needs AI",
    "cash_usd": "Cash",
    "monthly_burn_usd": "Net burn per month",
    "engineers": "Engineers",
    "invested_usd": "Our investment",
    "tags": "Tags",
    "stage": "Stage",
    "fund": "Fund",
    "ownership": "Our share of the company",
    "relationship": "Relationship",
    "watched_by": "Watched by",
    "contact_email": "Contact e-mail",
    "criticality": "Criticality (1 to 5)",
    "revenue_share": "Share of AI revenue",
    "use_case_revenue_share": "Share of AI revenue",
    "buffer_hours": "Hours it can wait",
    "requirement": "How dependencies combine",
    "model": "Model",
    "region": "Region",
    "data_residency": "Data residency",
    "share": "Share of the workload",
    "spend_usd": "Spend per month",
    "spend_usd_per_month": "Spend per month",
    "depth": "Depth of integration",
    "fallback": "Backup",
    "fallback_provider": "Backup provider",
    "fallback_provider_text": "Backup provider",
    "fallback_developer": "Backup developer",
    "fallback_host": "Backup host",
    "fallback_tested_on": "Backup last tested",
    "exit_plan": "Exit plan",
    "switch_begun": "Move begun",
    "notice_days": "Notice period",
    "provider_notice_days": "Provider's notice period",
    "contract": "Contract",
    "contract_start": "Contract start",
    "contract_end": "Contract end",
    "governing_law": "Governing law",
    "promised_availability": "Promised availability",
    "evidence": "How it is known",
    "renewal": "Contract renewal",
    "developer": "Developer",
    "host": "Host",
}


def money(usd: float | None) -> str:
    """USD in two significant figures: ``$1.2M``, ``$340k``, ``$980``; None is unknown.

    Written in the currency that the page or command shows (:mod:`ui.money`), as every amount.
    """
    if usd is None:
        return UNKNOWN
    shown = currency.shown()
    sign = "−" if usd < 0 else ""
    size = abs(shown.of(usd))
    if 0 < size < 0.5:
        return f"under {shown.prefix}1"
    return f"{sign}{shown.prefix}{two_figures(size)}"


def stated_money(usd: float | None) -> str:
    """USD as somebody stated them, to the dollar: ``$4,250,000``; None is unknown."""
    if usd is None:
        return UNKNOWN
    shown = currency.shown()
    return f"{shown.prefix}{shown.of(usd):,.0f}"


def euros(amount: float | None) -> str:
    """Euro in two significant figures, whatever currency is shown: ``€48bn``; None is unknown."""
    if amount is None:
        return UNKNOWN
    if amount >= 995e9:
        return (
            f"€{two_figures(amount / 1e12)}tn" if amount >= 9.95e12 else f"€{amount / 1e12:.1f}tn"
        )
    return f"€{two_figures(amount)}"


def at_most(usd: float | None) -> str:
    """Return ``up to $70k``; where not even that is known (no line could be read), ``unknown``."""
    return f"up to {money(usd)}" if usd else "unknown"


def money_range(interval: Interval | None) -> str:
    """Return a 10–90 % range of USD: ``$2.3M–14M``, ``$40k–1.2M``."""
    if interval is None:
        return UNKNOWN
    low, high = money(interval.low), money(interval.high)
    if low == high:
        return low
    shown = currency.shown()
    if interval.low < 0 or not high.startswith(shown.prefix):
        return f"{low} to {high}"
    if 0 < shown.of(interval.low) < 0.5:
        low = f"{shown.prefix}0"
    return f"{low}–{high.removeprefix(shown.prefix)}"


def percent(share: float | None) -> str:
    """Return a share of 1 as per cent: ``12 %``, ``0.4 %``; None is unknown."""
    if share is None:
        return UNKNOWN
    per_cent = 100 * share
    if per_cent == 0 or abs(per_cent) >= 9.95:
        return f"{per_cent:,.0f} %"
    if abs(per_cent) < 0.05:
        return "under 0.1 %"
    return f"{per_cent:.1f} %".replace(".0 %", " %")


def availability(share: float | None) -> str:
    """A promised share of the time with every digit, since 99.9 % and 99.99 % differ tenfold."""
    return UNKNOWN if share is None else f"{100 * share:.6g} %"


def share_bounds(low: float, high: float) -> str:
    """A share that is known within bounds: ``38–47 %``, ``12 %``; ``unknown`` for 0 to 1."""
    if low <= 0 and high >= 1:
        return UNKNOWN
    if percent(low) == percent(high):
        return percent(high)
    if low <= 0:
        return f"up to {percent(high)}"
    return f"{percent(low).removesuffix(' %')}–{percent(high)}"


def percent_range(interval: Interval) -> str:
    """Return a 10–90 % range of shares: ``38–47 %``."""
    low, high = percent(interval.low), percent(interval.high)
    if low == high:
        return high
    if interval.low < 0 or low.startswith("under"):
        return f"{low} to {high}"
    return f"{low.removesuffix(' %')}–{high}"


def change(share: float) -> str:
    """Return a change as per cent with its sign: 0.354 is ``+35 %``."""
    rounded = round(share, 2)
    return f"{'−' if rounded < 0 else '+'}{percent(abs(rounded))}"


def number(value: float | None) -> str:
    """Return a plain number with thousands separated, decimals only where they matter."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:,.1f}"


def with_range(value: float, interval: Interval | None) -> str:
    """Return a number with its range, rounded: ``19 (8–42)``."""
    if interval is None or round(interval.low) == round(interval.high):
        return number(round(value))
    return f"{number(round(value))} ({interval.low:,.0f}–{interval.high:,.0f})"


def days(value: float | None) -> str:
    """Return a duration in days, in the unit that people would use: ``3 hours``, ``12 days``."""
    if value is None:
        return UNKNOWN
    if value == 0:
        return "0 days"
    if value < 0:
        return f"−{days(-value)}"
    if value < 1 / 24:
        return _counted(max(1, round(value * 1440)), "minute")
    if value < 2:
        return _counted(round(value * 24), "hour")
    return _counted(round(value), "day")


def _counted(value: int, unit: str) -> str:
    return f"{value:,} {unit}" if value == 1 else f"{value:,} {unit}s"


def counted(value: int, singular: str, plural: str | None = None) -> str:
    """``1 startup``, ``60 startups``."""
    return f"{value:,} {singular}" if value == 1 else f"{value:,} {plural or singular + 's'}"


def months(value: float | None) -> str:
    """Return a runway: ``14 months``; 60 and more is ``60+ months``."""
    if value is None:
        return UNKNOWN
    if value >= 60:
        return "60+ months"
    if 0 < value < 0.95:
        return "under 1 month"
    return f"{value:.0f} months" if round(value) != 1 else "1 month"


def before_after_months(runway: BeforeAfter) -> str:
    """``14 → 9 months``; ``unknown`` where cash or burn is."""
    if runway.before is None and runway.after is None:
        return UNKNOWN
    before = months(runway.before)
    after = months(runway.after)
    if before.endswith(" months") and after.endswith(" months"):
        before = before.removesuffix(" months")
    return f"{before} → {after}"


def day(value: date | str | None) -> str:
    """Return a date as ``17 Nov 2023``; ISO text is accepted."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, str):
        try:
            at = date.fromisoformat(value[:10])
        except ValueError:
            return value
    else:
        at = value
    return f"{at.day} {at:%b %Y}"


def disruption(kind: FailureKind) -> str:
    """``Model retirement`` for ``FailureKind.MODEL_RETIREMENT``."""
    return FALTER_NAMES[kind]


def disruption_of(root: str, kind: FailureKind) -> str:
    """``Wind-down of OpenAI``; what nobody named is called by who serves it."""
    for unnamed in ("Unnamed model of ", "Unnamed model at "):
        if root.startswith(unnamed):
            return f"{FALTER_NAMES[kind]} at {root.removeprefix(unnamed)}"
    developer = root.removeprefix("Unnamed developer on ")
    if developer != root:
        return f"{FALTER_NAMES[kind]} of whom {developer} serves"
    return f"{FALTER_NAMES[kind]} of {root}"


def brief(text: str, width: int = 44) -> str:
    """Cut a long description at a word, for labels and sentences; tables show it whole."""
    return shorten(text, width)


def field(path: str) -> str:
    """Return the screen name of a register field.

    ``support / OpenAI / exit_plan`` is ``Exit plan (support, OpenAI)``.
    """
    *context, name = path.split(" / ")
    label = FIELD_NAMES.get(name, name.replace("_", " ").capitalize())
    where = ", ".join(brief(one) for one in context if one)
    return f"{label} ({where})" if where else label


#: What the mark "facts known" says.
FACTS_KNOWN_MEANING = (
    "How much of what facts can do to this answer is stated and fresh. 88 % known means that the "
    "facts still missing or old could move it by an eighth of what all facts together could."
)
#: What a band says, and when none is told.
BAND_MEANING = (
    "A is the least exposed, E the most; ? where too little is known to tell: state more facts or "
    "answer the questions."
)


def assumption(name: str) -> str:
    """Return the screen name of one of the model's numbers: ``churn_maximum`` is ``Churn maximum``.

    Also of what moves several of them together, such as ``churn curve``.
    """
    words = [_CAPITALS.get(word, word) for word in name.replace("_", " ").split()]
    return sentence_case(" ".join(words))


#: The word fallback is a key in the store and the seed of draws; people read backup.
_CAPITALS = {"api": "API", "gpu": "GPU", "usd": "USD", "ai": "AI", "fallback": "backup"}


def choice(value: object) -> str:
    """Return a closed-list value in words: ``fine_tuned`` is ``fine tuned``; None is unknown."""
    return UNKNOWN if value is None else str(value).replace("_", " ")


def move(one: "Deadline") -> str:
    """Return whether the move away from a model has begun, and whether there ever was time for it.

    Empty where nobody said and there was, or nobody knows when the end was announced.
    """
    said = {True: ["begun"], False: ["not begun"], None: []}[one.begun]
    if one.notice_too_short:
        said = [*said, f"notice of {one.notice_days:,} days was too short"]
    return "; ".join(said)


def provider(name: str | None) -> str:
    """Return a developer or host name for the screen."""
    if name is None or name == UNSPECIFIED:
        return UNKNOWN
    return {SELF_HOSTED: "self-hosted", IN_HOUSE: "in-house"}.get(name, name)


def listed(names: Iterable[str]) -> str:
    """Return ``a, b and c``."""
    items = list(names)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def figure(value: float | None) -> str:
    """Return one of the model's numbers as it is: ``0.002``, ``1.5``, ``15,000,000``."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"


def span(low: float, high: float) -> str:
    """Return what a number may be: ``0 to 1``."""
    return f"{figure(low)} to {figure(high)}"


def rate(per_year: float | None) -> str:
    """How often something happens: ``about 42 a year``, ``about once in 7 years``."""
    if per_year is None:
        return UNKNOWN
    if per_year == 0:
        return "never"
    if per_year >= 1.5:
        return f"about {per_year:,.0f} a year"
    if per_year > 1 / 1.5:
        return "about once a year"
    return f"about once in {round_years(1 / per_year)} years"


def round_years(years: float) -> str:
    """A number of years. Two digits are all that such a rate can bear: 76.5 is 77, 806 is 810."""
    if years < 100:
        return f"{years:.0f}"
    scale = 10 ** (len(str(int(years))) - 2)
    return f"{round(years / scale) * scale:,}"


def sentence_case(text: str) -> str:
    """The text with a capital first letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def reference_facts(catalogue_date: date) -> str:
    """Say what figures about providers come from."""
    of = day(catalogue_date)
    return f"From the reference facts, catalogue of {of}, and the register of this portfolio."
