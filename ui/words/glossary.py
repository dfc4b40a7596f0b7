"""Glossary: what the words on pages and in documents mean, each with a figure as an example.

One source for the page, the command and docs/glossary.md. Example figures are invented.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Term:
    """A word, what it means in one or two sentences, and other names for the same thing."""

    word: str
    means: str
    also: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its name in an address: ``one-year-in-twenty``."""
        return re.sub(r"[^a-z0-9]+", "-", self.word.lower()).strip("-")


#: Terms by what they are about, in the order in which a reader meets them.
SECTIONS: dict[str, tuple[Term, ...]] = {
    "Loss": (
        Term(
            "Expected loss",
            "What disruptions cost in a year, on average over all the years that could happen. "
            "$3.9M a year means that ten such years cost about $39M together: most of them less, "
            "a few much more.",
            ("average annual loss", "AAL", "loss in a typical year"),
        ),
        Term(
            "One year in twenty",
            "A bad year: in 5 of 100 years the loss is this large or larger. “$9.6M or more” means "
            "that 95 of 100 years stay below $9.6M.",
            ("1-in-20-year loss", "value at risk", "VaR 95 %"),
        ),
        Term(
            "Worst 5 % of years",
            "The average of those bad years. If one year in twenty costs $9.6M or more, their "
            "average may be $14M.",
            ("tail", "tail value at risk", "TVaR", "expected shortfall"),
        ),
        Term(
            "Contribution",
            "The part of the worst years that one company, provider or kind of disruption causes. "
            "Contributions add up: 40 %, 35 % and 25 % are the whole.",
            ("share of the tail",),
        ),
        Term(
            "Margin at risk",
            "Gross profit of a year that stops when language models stop. Revenue of $4M, half of "
            "it from AI, at a gross margin of 70 % puts $1.4M at risk.",
        ),
        Term(
            "Gross profit",
            "Revenue less what it costs to deliver. Losses are compared with it: an expected loss "
            "of $14k at $1.4M of gross profit is 1 %.",
        ),
        Term(
            "Loss if it happens",
            "What one disruption costs when it comes, whatever its chance. If OpenAI ended: $9.5M; "
            "at a chance of 1 in 60 a year it adds about $160k to the expected loss.",
        ),
        Term(
            "Return period",
            "How rare a loss is: 1 over its chance in a year. A chance of 5 % a year is once in 20 "
            "years.",
            ("exceedance probability",),
        ),
        Term(
            "Diversification",
            "The bad years of all companies together, compared with the sum of each one's own. "
            "At 100 % all bad years are the same years; at 60 % they partly balance each other.",
        ),
        Term(
            "Score",
            "Exposure from 0 to 100, from the expected loss and the worst years in relation to "
            "gross profit. 12 is low; 80 means that one provider decides about the company.",
        ),
        Term(
            "Band",
            "The score as a letter: A is the least exposed, E the most. “?” stands where too "
            "little is known to tell; answer the questions first.",
        ),
        Term(
            "Churn",
            "Customers who leave for good during a disruption. After an outage of two days 1 of "
            "100 may not come back.",
        ),
        Term(
            "Runway",
            "Months until the cash is used up without new money. $2.5M of cash and a net burn of "
            "$100k a month are 25 months; “25 → 21 months” is before and after a disruption.",
        ),
    ),
    "Providers": (
        Term(
            "Provider",
            "Whoever a company gets a language model from: its developer or a host. OpenAI, or "
            "Microsoft's Azure with the same model.",
        ),
        Term(
            "Developer",
            "Whoever made a model and may retire it, change its price, or come to an end. OpenAI "
            "is the developer of GPT, wherever it runs.",
        ),
        Term(
            "Host",
            "Whoever serves a model: its developer, a cloud or a reseller. Claude on Amazon "
            "Bedrock has Anthropic as developer and AWS as host.",
        ),
        Term(
            "Disruption",
            "Any failure of a provider to serve, of nine kinds: outage, degraded service, "
            "leadership crisis, price shock, model retirement, access cut, acquisition, wind-down, "
            "regional block. An outage of 5 hours is one.",
        ),
        Term(
            "Wind-down",
            "The end of a provider: its models stop for good, after a notice or without one. Of "
            "all kinds the rarest and the most expensive: about 1 in 60 a year, for instance.",
            ("end of a provider",),
        ),
        Term(
            "Model retirement",
            "One model ends on a day that was announced; its developer goes on. If GPT-4.1 ends "
            "on 14 January and switching takes 22 days, the work must start by 23 December.",
        ),
        Term(
            "Rate",
            "How often a disruption happens, and how sure that is: “about once in 7 years” may be "
            "once in 4 to once in 15. It is counted from incidents where there are enough.",
        ),
        Term(
            "Chance to end",
            "The probability that a provider winds down within a year or 90 days, with its range: "
            "1.7 % a year, between 0.5 % and 5 %. Signals move it.",
        ),
        Term(
            "Signal",
            "News that makes an end more or less likely, each with a source. A dismissed chief "
            "executive may triple the odds: from 1 in 60 to about 1 in 21 a year.",
            ("news and warning signs", "likelihood ratio"),
        ),
        Term(
            "Incident",
            "An entry of a provider's status page: what failed, from when to when. 40 outages in "
            "two years teach a rate of 20 a year.",
        ),
        Term(
            "Availability",
            "The share of the time in which a service worked. 99.9 % are 8.8 hours without it in a "
            "year, 99 % are 3.7 days.",
            ("uptime",),
        ),
        Term(
            "Mean repair",
            "How long an incident lasts on average, from the first word of it to the word that it "
            "is over; the mean gap is from one start to the next. 2 hours and 6 days, for "
            "instance.",
            ("MTTR", "mean gap", "MTBF"),
        ),
        Term(
            "Notice",
            "Days between the announcement and the end. A provider that must give 90 days leaves "
            "time to switch; without notice the service stops on the day.",
            ("notice period",),
        ),
        Term(
            "Capacity",
            "What other providers can take at once when one ends. If $400k of spend a month looks "
            "for another provider and $250k of it gets capacity, the rest waits in a queue.",
            ("spare capacity", "queue"),
        ),
    ),
    "Dependence": (
        Term(
            "Company",
            "Whoever depends on language models and may lose money with them: a company of a fund, "
            "a vendor of a bank. In files and commands its column is called “startup”.",
            ("startup", "vendor"),
        ),
        Term(
            "Use case",
            "One thing that a company does with language models, such as contract review. A "
            "company with three use cases can lose one and keep two.",
        ),
        Term(
            "Dependency",
            "One use case and one provider's model that it needs: contract review on GPT-5.5 at "
            "OpenAI, for $43k a month.",
        ),
        Term(
            "Direct",
            "A company depends on a provider directly if it names it itself. 24 of 61 companies "
            "name OpenAI.",
            ("directly",),
        ),
        Term(
            "Through someone",
            "A company depends on a provider through someone if a tool or host that it names uses "
            "it. Of 31 companies that depend on OpenAI 7 do so only through someone, such as a "
            "support tool.",
            ("upstream", "fourth party", "subcontractor"),
        ),
        Term(
            "Concentration",
            "How much of the margin depends on few providers. “11 providers, as concentrated as "
            "3 equal ones” means: 11 are named, but the margin is as concentrated as if it were "
            "split evenly among 3.",
            ("HHI", "effective number"),
        ),
        Term(
            "Single point of failure",
            "A provider or service whose loss alone stops a use case that has no backup. One cloud "
            "under two hosts can be one for both.",
        ),
        Term(
            "Backup",
            "What takes over while a provider is down. An automatic backup that was tested may "
            "serve 80 % of the work at once; one that was only written down, 20 %.",
            ("fallback", "automatic backup"),
        ),
        Term(
            "Depth of integration",
            "How hard a provider is to replace: behind a gateway in days, fine-tuned in months.",
        ),
        Term(
            "Hours it can wait",
            "How long users hardly notice that a use case stands still. A nightly report that can "
            "wait 12 hours loses nothing in an outage of 5.",
            ("buffer",),
        ),
        Term(
            "Criticality",
            "How much stops with a use case, from 1 (hardly anything) to 5 (the product itself).",
        ),
        Term(
            "Correction by name",
            "What somebody decided that a text in a file stands for. “Copilot” may be GitHub's or "
            "Microsoft's; decided once, it is read the same way in the next file.",
            ("alias",),
        ),
    ),
    "How sure": (
        Term(
            "Range",
            "The answer lies in it in 8 of 10 cases. “$3.9M, between $2.4M and $8.1M”: 1 case in "
            "10 is below, 1 above. In the bar the dark part comes from unknown facts, the light "
            "part from rates and judgement.",
            ("80 % range", "interval"),
        ),
        Term(
            "Median",
            "The middle of all cases: half are above, half below. Where a few cases are very "
            "expensive the average is higher, such as $3.9M against a median of $3.1M.",
        ),
        Term(
            "World",
            "One way in which everything that is not known may be: unknown facts, rates and "
            "judged numbers, all fixed together. 128 worlds give the range.",
        ),
        Term(
            "Unknown",
            "Nobody stated it. It is never read as zero or as no: usual values are tried one "
            "after the other, so that the range gets wider.",
        ),
        Term(
            "Facts known",
            "How much of what facts can do to an answer is stated and fresh. 88 % known: the facts "
            "that are missing or old could move it by an eighth of what all together could.",
        ),
        Term(
            "Judgement",
            "A number that somebody chose and nobody measured, such as how many customers leave "
            "after an outage. “Model: mostly judgement” says that most of the range comes from "
            "these; change them with a reason under Assumptions.",
        ),
        Term(
            "Placeholder",
            "A figure from the model that stands where nobody stated the money of a company. "
            "“Up to $145k; answer 3 questions” is one: it shows what could be, not what is.",
        ),
        Term(
            "What would narrow it most",
            "The question whose answer makes the range shorter by the most money. “Does it have a "
            "second provider? ±$120k.”",
        ),
        Term(
            "Assumption",
            "A number of the model with its unit, source and range, which a portfolio can change "
            "with a reason. The share of work that a tested backup takes: 0.8, plausible 0.6 "
            "to 0.9.",
        ),
        Term(
            "Track record",
            "Past months, forecast by the model from what came before them, beside what came. Of "
            "100 ranges at 80 %, about 80 should hold the truth.",
            ("calibration",),
        ),
        Term(
            "Provenance",
            "What a figure was calculated with: version of the model, date of the catalogue, and "
            "a digest of the data. Equal digests mean equal inputs.",
        ),
    ),
    "What to do": (
        Term(
            "Alternative",
            "What a use case could use instead, with its price and what it removes: for $46k once "
            "and $14k a year the expected loss falls from $154k to $55k.",
            ("option",),
        ),
        Term(
            "One-off cost",
            "What a change costs once: porting, evaluation, running both for a while. $46k of it "
            "may be eleven weeks of an engineer.",
            ("switching cost",),
        ),
        Term(
            "Days to switch",
            "From the decision until the replacement serves, agreements included. 22 days in the "
            "middle, between 12 and 45.",
            ("switching time", "time to switch"),
        ),
        Term(
            "Deadline",
            "A day on which something ends or renews: a model, a contract, a notice period. It is "
            "red when switching takes longer than what is left.",
        ),
        Term(
            "Switch-by date",
            "The last day to start switching and still be ready: the deadline less the days to "
            "switch. A model that ends on 14 January and 22 days to switch: 23 December.",
            ("start by",),
        ),
        Term(
            "Slack",
            "Days left to the deadline less the days to switch. 47 days left and 22 to switch: 25 "
            "days of slack; below zero it is too late to be ready.",
        ),
        Term(
            "Plan",
            "One option for every use case, chosen together within a budget, the capacity of "
            "providers and the time of engineers. For $300k in the first year the expected loss "
            "may fall from $3.9M to $2.8M.",
        ),
        Term(
            "Pin",
            "An option that must be in the plan, because it was decided already. The rest of the "
            "budget is planned around it.",
        ),
        Term(
            "Extra cost if everyone picks alone",
            "What it costs if each company takes its own best option and many ask the same "
            "provider for capacity. With the plan $7.0M, alone $7.4M: $0.4M extra.",
            ("herding",),
        ),
        Term(
            "Decision",
            "An option that somebody chose, with owner and due date. It counts in full when it is "
            "done; until then only what is there of it.",
        ),
        Term(
            "Exit plan",
            "How a provider would be left: written, or tried as a drill. After 180 days a drill "
            "proves nothing any more unless you say otherwise.",
            ("drill", "exit readiness"),
        ),
        Term(
            "How alike",
            "How much a replacement can do of what today's model does: 1 is the same, 0.8 loses a "
            "fifth of the quality at first. Your own evaluation takes the place of our guess.",
        ),
        Term(
            "Stress test",
            "One disruption, as if it happened today: who loses what, day by day. No chance is "
            "counted in it.",
            ("scenario",),
        ),
        Term(
            "Replay",
            "A crisis on today's companies, hour by hour, with only what was known by then: "
            "17 to 29 November 2023 at OpenAI.",
        ),
        Term(
            "Forecast",
            "A dated question with the chance that was given to it, kept before the fact and never "
            "changed: “OpenAI has an outage above 4 hours in December: 43 %”.",
        ),
        Term(
            "Brier score",
            "How far chances were from what came, squared, on average; lower is better. 80 % for "
            "what came is 0.04, 20 % is 0.64, and always 50 % is 0.25.",
        ),
        Term(
            "Calibration plot",
            "What was said beside what came: of ten questions at 30 %, about three should come "
            "true. With so few, none to six may come by chance.",
        ),
        Term(
            "Pinball loss",
            "How far a range was from what came, in its own unit; lower is better. Where 9 of 10 "
            "were said to lie below 10 hours and 12 came: 0.9 · 2 = 1.8 hours.",
        ),
        Term(
            "Realised loss",
            "What a company lost by a disruption, as noted afterwards, beside what was predicted "
            "before: $30k where $20k to $90k was said lies inside the range.",
        ),
        Term(
            "Limit",
            "The most that a figure of a portfolio, a slice of it or one company may reach, or the "
            "least: 40 % of the margin on one developer, 9 months of cash. Watch says when it is "
            "exceeded.",
        ),
    ),
    "Files and links": (
        Term(
            "Portfolio",
            "Companies looked at together: a fund's companies, a bank's vendors, a market of a "
            "million.",
        ),
        Term(
            "Snapshot",
            "An answer frozen on its day and shown by a link. Data that changes later does not "
            "change it; a link of 28 November shows that day for as long as it is valid.",
        ),
        Term(
            "Correction",
            "What the reader of a link proposes instead of a fact. Nothing changes until you "
            "accept it.",
        ),
        Term(
            "Question",
            "A missing fact, asked on the page or by a link with a form. It stands with the range "
            "that an answer removes: ±$120k a year.",
        ),
        Term(
            "Batch",
            "One import, published at once and taken back as a whole. 120 lines read, 117 imported "
            "and 3 to fix are one batch.",
            ("import",),
        ),
        Term(
            "Register of information",
            "The fifteen tables of ICT contracts that DORA asks of financial entities once a year.",
            ("DORA register",),
        ),
        Term(
            "Substitutability",
            "How hard a provider is to replace, in DORA's four classes from easily substitutable "
            "to not substitutable, each with its reason.",
        ),
        Term(
            "Finding",
            "One thing wrong with a register: an error rejects the filing, a warning does not. 0 "
            "errors and 4 warnings can be filed.",
        ),
        Term(
            "Surely, at most",
            "The two ends of what many registers say together: what is stated, and what it would "
            "be if everything that nobody stated counted. “12 to 19 of 40 entities.”",
        ),
        Term(
            "Viewer, analyst, owner",
            "Roles: who may read; also import, decide and share; also give roles and back up.",
        ),
        Term(
            "Activity",
            "Everything that was written, with who, when and why. Verify checks that nothing was "
            "changed or removed later.",
            ("audit trail",),
        ),
    ),
}

TERMS: tuple[Term, ...] = tuple(one for terms in SECTIONS.values() for one in terms)
_SECTION_OF = {one.word: section for section, terms in SECTIONS.items() for one in terms}


def section_of(term: Term) -> str:
    """What a term is about."""
    return _SECTION_OF[term.word]


def found(words: str) -> tuple[Term, ...]:
    """Terms that match a search: those so called first, then those in whose text it occurs."""
    wanted = words.casefold().split()
    if not wanted:
        return TERMS

    def has(text: str) -> bool:
        return all(word in text.casefold() for word in wanted)

    named = [one for one in TERMS if has(" ".join((one.word, one.anchor, *one.also)))]
    said = [one for one in TERMS if one not in named and has(f"{one.word} {one.means}")]
    return (*named, *said)


#: What the label of a figure adds to the word for it.
_ADDED = re.compile(r" a year$|, months$| \([A-Z]+\)$|^exposure (?=score)", re.IGNORECASE)


def hint_of(label: str) -> str | None:
    """What the label of a figure means, None: no term is called so. ``Runway, months`` is one."""
    asked = _ADDED.sub("", label).casefold()
    for one in TERMS:
        if asked in (name.casefold() for name in (one.word, *one.also)):
            return one.means
    return None


def like(words: str) -> str | None:
    """The name that is written nearest to one that is not known, or None."""
    names = {name.casefold(): name for one in TERMS for name in (one.word, *one.also)}
    near = get_close_matches(words.casefold(), names, n=1)
    return names[near[0]] if near else None
