"""Figures on cards: what the mark beside each one says, a sentence and an example of it.

A label that is a term of the glossary has its words there; here stand those that are none.
Example figures are invented.
"""

from ui.words import glossary

HINTS: dict[str, str] = {
    # Company
    "Worst disruption": (
        "What the disruption that costs this company most would cost, whatever its chance. "
        "“$1.6M, wind-down of OpenAI, once in 60 years”: no other that can happen to it costs "
        "more."
    ),
    "State": (
        "What users of the worst use case have on that day: served, a backup in place, or "
        "nothing. “Down” on day 3 and “Served” on day 9: by then the replacement works."
    ),
    "Lost by then": (
        "What is lost from the first day up to the chosen one, at the middle of what is unknown. "
        "“$300k of $1.2M in the end” on day 5: a quarter comes in the first five days."
    ),
    "Chance of being hit": (
        "How likely the disruption stops something of this company once it happens. At 60 %, 6 of "
        "10 such disruptions reach a use case of it and 4 pass it by."
    ),
    # Forecasts
    "Settled": (
        "Kept forecasts whose time is over and whose answer is known. “12 of 69 kept; 3 over and "
        "unanswered”: 12 are scored, and the 3 count as nothing until somebody answers."
    ),
    "Came true": (
        "Of the settled questions by yes or no those that happened. “3 of 20; 2.4 were said to”: "
        "the chances that were given add up to 2.4, so 3 is close."
    ),
    "Hours in their range": (
        "Of the settled amounts those within the range of 10 to 90 % that was given. “7 of 10; 8 "
        "of 10 were said to”: three came outside, one more than said."
    ),
    # Providers
    "Margin that depends on it": (
        "The part of the margin at risk whose use cases need this provider, directly or through "
        "others. “40 %” of $10M a year: $4M of margin stops when it does."
    ),
    "Outages": (
        "How often this provider is down, on average. “9 a year”, 7 to 12: in most years it is "
        "counted between seven and twelve times."
    ),
    "Its end": (
        "How rarely such a provider winds down for good. “1 in 60 years” at 1 in 20 to 1 in 180 "
        "means that it may well be three times as often."
    ),
    "Named by companies": (
        "Providers that at least one company names itself, of all that the catalogue knows. “11 "
        "of 90”: the other 79 are named by nobody."
    ),
    "Only behind others": (
        "Providers that nobody names and whose disruption would still be felt. 8 companies name "
        "Vercel, which runs on AWS: AWS counts here if none names it."
    ),
    "Companies to ask": (
        "Companies with a use whose provider nobody can tell yet. “Uses GPT through an agency” "
        "leaves the host open: at 4 such companies the true count may be 4 higher."
    ),
    "Incidents": (
        "Entries of status pages that were imported for this provider. 84 in two years are about "
        "42 a year; where no page was imported it is 0, and nothing is said by it."
    ),
    "Depend on": (
        "Companies that would notice if it failed, out of all. “31 of 61: 24 directly, 7 through "
        "someone else”: 24 name it, 7 name others that run on it."
    ),
    "To ask": (
        "Companies with a use whose provider nobody has stated: each may be this one until asked. "
        "31 that depend on it and 4 to ask are between 31 and 35."
    ),
    # Stress test and incident
    "Companies hit": (
        "Companies that lose anything in this disruption. “31 of 61: 24 directly, 7 through "
        "someone else”: 30 others lose nothing by it."
    ),
    "Largest single loss": (
        "What the company that is hit hardest loses, with its range. “$1.6M”, $900k to $2.8M, of "
        "$9.5M together: one company bears about a sixth."
    ),
    "Out of cash in 12 months": (
        "Companies whose cash lasts a year without this disruption and not with it, as far as "
        "cash is known. “2 companies”: both had 14 months left and have 9."
    ),
    "Chance that it ends": (
        "How likely the provider winds down by then. “1 % → 5 %” is before and after the news: of "
        "100 such situations 5 end so."
    ),
    "It has happened": (
        "What failed and for how long, as it was stated. “Down for 6 hours”: costs are counted "
        "for those 6 hours, and no chance is multiplied in."
    ),
    "If it does": (
        "What all companies lose together if the provider ends, whatever its chance. “$9.5M” at a "
        "chance of 5 %: most likely nothing, otherwise about $9.5M."
    ),
    "What it costs": (
        "What all companies lose together by what has happened. “$120k”, $60k to $300k: at the "
        "middle of what is unknown it is $120k."
    ),
    "Do tonight": (
        "How many companies to call and how many to prepare. “Call 5, prepare 12” of 31: the "
        "other 14 wait."
    ),
    # Plan
    "Cost in the first year": (
        "What the changes of the plan cost in their first year, one-off costs included. $180k once "
        "and $10k a month are $300k."
    ),
    "Loss removed a year": (
        "How much lower the expected loss is with the plan. From $3.9M to $2.8M a year removes "
        "$1.1M, 28 % of it."
    ),
    "Loss that stays": (
        "The expected loss of a year once all of the plan is done. Of $3.9M a plan that removes "
        "$1.1M leaves $2.8M."
    ),
    # Deadlines
    "Cannot be met": (
        "Deadlines with less time left than a switch takes. A model that ends in 20 days and "
        "takes 22 to replace is 2 days too late."
    ),
    "Within days": (
        "Deadlines that fall into the days from today on. “7 deadlines at 4 companies”: one "
        "company can have several, such as a model and a contract."
    ),
    "Never tried": (
        "Backups of which no drill is recorded. “5 backups”: whether any of the 5 takes over "
        "nobody has seen yet."
    ),
    "Tried and failed": (
        "Backups whose last drill did not take over the work. “1 backup”: it was tried, and the "
        "work stood still."
    ),
    "Worn out": (
        "Backups whose last drill passed too long ago to prove anything, or without a date. A "
        "drill of 200 days ago, where proof lasts 180, is worn out."
    ),
    "Still proven": (
        "Backups whose drill passed and is recent enough to count. A drill of 30 days ago, where "
        "proof lasts 180, still counts for most of what it showed."
    ),
    # Decisions
    "Promised": (
        "What all decisions together promised to remove of the expected loss, each on the day it "
        "was chosen. Two that promised $99k and $40k are $139k, at most."
    ),
    "Done": (
        "What decisions that are carried out promised. Of $139k promised, one of $99k is done: "
        "$99k."
    ),
    "Overdue": (
        "Decisions whose due date is past and that are not done. One due on 1 November and still "
        "planned on 23 November is 22 days overdue."
    ),
    # Funds
    "Fair value held": (
        "The fair values of the fund's holdings as its file states them, added up, those outside "
        "the register too. “$80M” of a net asset value of $100M leaves $20M in cash or unstated."
    ),
    "Holdings valued": (
        "Holdings whose company is in the register, so that a loss can be said. “18 of 20”: of 2 "
        "nothing is known, and they are in no figure."
    ),
    # Contracts
    "Contracts": (
        "Contracts that are recorded. “12, 9 named by a dependency”: 3 are used by nothing in the "
        "register."
    ),
    "Lack a provision": (
        "Contracts for a critical function without a provision that it needs. “2”: one may lack "
        "the right to audit, the other an exit period."
    ),
    "Next notice day": (
        "The last day on which the next contract can be ended. One that renews on 1 January with "
        "90 days of notice must be ended by 3 October."
    ),
    "Not accepted": (
        "Contracts that state facts which their dependencies lack so far. A contract says 30 days "
        "of notice and the dependency says nothing: until accepted, losses are counted without "
        "it."
    ),
    # Questions
    "If every question were answered": (
        "What range would be left. From $2.4M–8.1M to $3.0M–6.0M: answers take $2.7M of $5.7M "
        "away, and the rest is rates and judgement."
    ),
    "Forms waiting": (
        "Forms that were sent and are not back. “3, 1 overdue; 5 of 8 back”: one of the 3 is past "
        "its day."
    ),
    # Register of information and oversight
    "Errors": (
        "What the rules of the filing forbid. With 1 error the authority sends the whole register "
        "back; it has to be 0."
    ),
    "Values missing": (
        "Empty cells that a rule or a key wants. A contract without its start date is 1; each is "
        "listed below with its place."
    ),
    "Warnings": (
        "What the authority notes and takes nevertheless. 0 errors and 4 warnings can be filed."
    ),
    "Financial entities": (
        "Entities whose registers are read together. “40 in 38 registers”: some registers are of "
        "a group and hold several."
    ),
    "Providers that fulfil step 1": (
        "Providers above every threshold of the first step, surely. “2, of 3 more it cannot be "
        "known”: between 2 and 5."
    ),
    "State their assets": (
        "Entities whose total assets are in their register. “36, 4 do not”: shares by assets run "
        "from none of the 4 to all of them."
    ),
    # Import
    "Records": (
        "Lines of the file that were read, one a use of a provider. A table of 120 lines: 120."
    ),
    "Can be imported": (
        "Lines that are complete and clear enough to publish. “117 of 120”: 3 stay out until they "
        "are fixed."
    ),
    "Not imported": (
        "Lines that are left out, each with what to write instead. 3 lines with “45k” for an "
        "amount are 3; the other 117 can be published."
    ),
    "Identical lines": (
        "The same line twice is one record. Of 120 lines with 3 repeated, 117 count."
    ),
    "New": "Lines that the register does not hold yet. “5, 2 new companies”: 3 are of known ones.",
    "Changed": (
        "Lines that the register holds with another value. $40k a month where it says $43k is 1."
    ),
    "Unchanged": (
        "Lines that say what the register says. “110” of 117: publishing notes that they were "
        "confirmed today."
    ),
    "Ended": (
        "Records that the file no longer has; they stop counting from this import on, and what "
        "was known of them is kept. A file of 115 lines after one of 120 may end 5."
    ),
    "Not in the file": (
        "Records that the file does not name; they stay as they are. A file of 3 companies leaves "
        "the other 58 alone."
    ),
    "On a language model": (
        "Lines whose provider text was read as a language model. “GPT-4o (Azure)” on 12 lines "
        "counts as 12."
    ),
    "To be asked": (
        "Lines whose provider text may or may not be a language model. “Copilot” on 3 lines are "
        "3, until somebody decides which one it is."
    ),
    "No language model": (
        "Lines whose provider text is something else. “Dropbox” on 4 lines are 4; they stay in "
        "the register and cause no loss."
    ),
    # Watch
    "Share on one developer": (
        "The largest part of the margin at risk that needs one developer. “50 %, OpenAI” with a "
        "limit of 40 %: it is exceeded."
    ),
    "Share on a provider": (
        "The part of the margin that depends on one provider, directly or through others. “40 %” "
        "of $10M a year: $4M of margin stops when it does."
    ),
    "Runway after the lead developer's wind-down": (
        "The months that cash lasts at the company where it lasts shortest once its main developer "
        "has ended. “7 months” with a limit of at least 9: it is exceeded. Unknown cash passes "
        "no limit and is counted beside it."
    ),
    "Highest score": (
        "The highest exposure score of any company, 0 to 100. “68” with a limit of 60: one company "
        "is more exposed than wanted."
    ),
    "Probability of a wind-down in 90 days": (
        "The highest chance to end within 90 days among the developers that are depended on. “2 "
        "%”: of 100 such developers 2 end within three months."
    ),
    "Slack before a model's last day": (
        "Days left to the next last day less the days that a switch takes. 47 days left and 22 to "
        "switch are 25; below 0 it is too late."
    ),
}


def hint_of(label: str) -> str | None:
    """Return what the figure of a label is, with an example; None: no words are known for it."""
    return HINTS.get(label) or glossary.hint_of(label)
