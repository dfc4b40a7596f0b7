"""Words that are no longer said to readers; each text with one is told with what to write."""

import re
from pathlib import Path

import pytest

from tests.words.texts import (
    HOLE,
    document_files,
    is_key,
    program_files,
    prose,
    python_texts,
)

ROOT = Path(__file__).parents[2]

#: Not part of a name for programs, such as an option, an address, a column or a file.
_OPEN = r"(?<![\w/=._`|&?“\"])(?<!--)"
_SHUT = r"(?![\w/=_`”\"]|-[\w.]+\.|\.(?:csv|py|html|json|xlsx)|,\w|\?\w+=)"

#: What is not written any more, and what is written instead.
RETIRED: dict[str, str] = {
    rf"{_OPEN}[Ss]tartups?{_SHUT}(?!, use_case)": "company, companies",
    rf"{_OPEN}[Ff]alter(?:s|ed|ing)?{_SHUT}": "disruption; fails, is disrupted",
    rf"{_OPEN}(?<!write )(?<!is )(?<!,)[Ff]allbacks?{_SHUT}(?!:| or exit)": "backup",
    r"(?i)\bwhat (?:it|they|you|we|a company) stands? on\b": "what it depends on",
    r"(?i)\bstands on (?:no language model|OpenAI|the same (?:failing )?provider)": "depends on",
    r"(?i)\bstand on OpenAI": "depend on",
    r"(?i)\bwho(?:m it)? rests on\b": "depends on",
    r"(?i)\bcarr(?:y|ies) the worst years\b": "drives the worst years",
    r"(?i)\b[\d.]+ in effect\b|\bproviders in effect\b": "11 providers, as concentrated as 3",
    r"(?i)^all known\b": "no unknown facts",
    r"(?i)\bbuilt in deeply\b": "hard to replace",
    r"(?i)\bkept warm\b": "add X as automatic backup",
    r"(?i)\bcost once\b": "one-off cost",
    r"(?i)\b(?:finds?|finds no|no|more|found) room\b|\bneeds room at\b": "gets capacity; capacity",
    r"^Room\b": "Capacity",
    r"(?i)\bherding\b": "extra cost if everyone picks alone",
    r"(?i)\bwhat was heard of\b": "news and warning signs",
    r"(?i)\bwhat (?:each|those who lose most) go(?:es)? through\b": "timeline by company",
    r"(?i)\bput one together\b": "build your own",
    r"(?i)\bstill worth nothing\b": "counts today: 0 %",
    r"^Noticed, (?:but|and)": "Warnings",
    r"(?i)\bleft out, and what to write instead\b": "rows not imported, and how to fix them",
    r"(?i)\bto mend\b": "to fix",
    r"(?i)\bput the default back\b": "reset",
    r"(?i)\bstop only together\b": "backups that could fail at the same time",
    r"^Root(?: cause)?$|\broots of its own\b": "where it begins; upstreams of its own",
}
COMPILED = [(re.compile(how, re.MULTILINE), instead) for how, instead in RETIRED.items()]

#: The words by which old files and answers are still read, and the glossary's other names.
ALLOWED = {
    "docs/glossary.md": r"\((?:startup|fallback|herding)|“startup”",
    "docs/terminal.md": r"(?m)^## .*$",
    "ui/words/glossary.py": r"^(?:startup|fallback|herding)$",
    "ui/tables/option.py": r"^warm fallback$",
    "ui/cached.py": r"^startup questions$",
    "db/services/counts.py": r"^(?:all )?startups$",
    "db/services/exported_tables.py": r"^Startups$|^name startups",
    "risk/alternatives/results.py": r"^gateway with warm fallback$",
    "risk/loss/judgement.py": r"^(?:workload|days until) a fallback take",
    "risk/inventory/product_lists.py": r"fallback|fall\[",
    "risk/inventory/usage/gateways.py": r"^FALLBACK$",
    "docs/take_pictures.py": r"startup\?startup=",
}


def told(text: str, line: int, file: str) -> list[str]:
    """What is wrong with one text."""
    found = []
    for pattern, instead in COMPILED:
        for one in pattern.finditer(text):
            at = line + text.count("\n", 0, one.start())
            around = text[max(0, one.start() - 30) : one.end() + 30].replace(HOLE, "…")
            shown = " ".join(around.split())
            found.append(f"{file}:{at}: “{shown}”: write “{instead}”")
    return found


def in_program(file: Path) -> list[str]:
    """Retired words in the literals of a Python file that people read."""
    name = file.relative_to(ROOT).as_posix()
    source = file.read_text(encoding="utf-8")
    found: list[str] = []
    for one in python_texts(source):
        if name in ALLOWED and re.search(ALLOWED[name], one.said):
            continue
        if one.called in ("counted", "_counted") or not is_key(one):
            found += told(one.said, one.line, name)
    return found


def in_document(file: Path) -> list[str]:
    """Retired words in the prose of a document or template."""
    name = file.relative_to(ROOT).as_posix()
    text = prose(file.read_text(encoding="utf-8"))
    if name in ALLOWED:
        text = re.sub(ALLOWED[name], HOLE, text)
    return told(text, 1, name)


@pytest.mark.parametrize("tree", ["ui", "db", "risk", "fixtures", "docs", "cli.py", "app.py"])
def test_no_text_of_the_program_says_a_retired_word(tree: str) -> None:
    wrong = [one for file in program_files(ROOT, (tree,)) for one in in_program(file)]
    assert not wrong, "\n".join(wrong)


def test_no_document_and_no_template_says_a_retired_word() -> None:
    wrong = [one for file in document_files(ROOT) for one in in_document(file)]
    assert not wrong, "\n".join(wrong)


def test_what_is_forbidden_is_found_and_names_for_programs_are_not() -> None:
    assert told("61 startups falter", 3, "x.py") == [
        "x.py:3: “61 startups falter”: write “company, companies”",
        "x.py:3: “61 startups falter”: write “disruption; fails, is disrupted”",
    ]
    assert told("use --startup, the column `startup` or startups.csv", 1, "x.py") == []
