"""Texts for people in a checkout: literals of the program with their places, templates, documents.

Neighbouring literals are one text, as Python joins them; what an f-string fills in is one
character (:data:`HOLE`), so that a phrase is found wherever the line breaks.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Stands in a text for what is filled in when the program runs.
HOLE = "\0"

#: Trees of the program whose literals may be read by somebody.
PROGRAM = ("ui", "db", "risk", "fixtures", "docs", "cli.py", "app.py")
#: Documents for readers; what the CHANGELOG says of the past stays as it was said.
DOCUMENTS = ("README.md", "docs/*.md")
TEMPLATES = ("ui/share_page/templates/*",)
#: Steps from one form of the store to the next are read by nobody.
UNREAD = ("db/migrations/versions/",)

#: Calls and arguments whose texts are names for programs.
_KEY_CALLS = frozenset(
    "columns chosen attributes frozenset _table Index ForeignKey made_of choice_of getattr setattr"
    " hasattr seed_of import_module TypeVar NewType".split()
)
_KEY_NAMES = frozenset(
    "key page file_name path names __tablename__ _VALUES SHOWN _RECORD name metavar url id ids"
    " _KINDS_OF_FALLBACK".split()
)
#: Columns of the files that are read; a text of these alone is a list of them.
_COLUMNS = frozenset(
    "startup provider model notes host fallback use_case spend_usd sector share".split()
)
_KEYS = re.compile(r"^[a-z0-9_.,\-/:{}\0 \n]*$")
_SQL = re.compile(
    r"\b(?:SELECT|UPDATE|INSERT INTO|DELETE FROM|DROP TABLE|ALTER TABLE|GROUP BY|PRAGMA)\b"
)
_LINE_OF_A_FILE = re.compile(
    r"(?i)startups?[,;|]\w|\|\s*startup\s*\||startup\*|\bstartup \(required\)|\"startup\""
    r"|,startups?\b[,\n]|^startups?\t|^startup\s*[=:]"
)

_PREFIX = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")")
_ESCAPE = re.compile(r"\\(?:\n|N\{[^}]*\}|x..|u.{4}|U.{8}|[0-7]{1,3}|.)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


@dataclass(frozen=True)
class Text:
    """One text: ``where[i]`` is the span in the source that ``said[i]`` was written with.

    ``start`` and ``end`` are its own span, quotes included; ``docstring`` says whether it is one.
    ``called`` is the name in front of the bracket in which it stands, ``named`` the argument's.
    """

    said: str
    where: tuple[tuple[int, int], ...]
    line: int
    start: int
    end: int
    docstring: bool = False
    called: str = ""
    named: str = ""

    def line_of(self, source: str, place: int) -> int:
        """The line of the source on which the character at ``place`` stands."""
        return source.count("\n", 0, self.where[place][0]) + 1


def is_key(one: Text) -> bool:
    """Whether a literal is a name for programs: a key, a list of columns, a line of a file, SQL."""
    if one.docstring:
        return False
    if " " not in one.said and not re.search(r"[A-Z]", one.said):
        return one.called not in ("counted", "_counted")
    if one.called in _KEY_CALLS or (one.named in _KEY_NAMES and not re.search("[A-Z]", one.said)):
        return True
    if _KEYS.match(one.said) and re.search(r"\w_\w", one.said):
        return True
    if _SQL.search(one.said) or set(one.said.split()) <= _COLUMNS:
        return True
    return bool(_LINE_OF_A_FILE.search(one.said))


def python_texts(source: str) -> list[Text]:
    """The literals of a Python file, those within f-strings too, in the order of their ends."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    shown, other = _docstrings(source)
    found: list[Text] = []
    group: list[tuple[int, int]] = []
    calls: list[str] = []
    before: list[str] = ["", ""]
    at = ("", "", False)

    def close() -> None:
        if group:
            found.extend(_joined(source, group, at[0], at[1], at[2]))
            group.clear()

    for one in tokenize.generate_tokens(io.StringIO(source).readline):
        if one.type in (tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE) and group:
            if one.type is tokenize.NEWLINE:
                close()
            continue
        if one.type == tokenize.STRING:
            if one.start[0] in other:
                continue
            if not group:
                named = before[-2] if before[-1] == "=" else ""
                at = (calls[-1] if calls else "", named, one.start[0] in shown)
            group.append(
                (starts[one.start[0] - 1] + one.start[1], starts[one.end[0] - 1] + one.end[1])
            )
            continue
        close()
        if one.string in ("(", "[", "{"):
            calls.append(before[-1] if one.string == "(" else one.string)
        elif one.string in (")", "]", "}") and calls:
            calls.pop()
        if one.type in (tokenize.NAME, tokenize.OP):
            before = [before[-1], one.string]
    close()
    return found


def _docstrings(source: str) -> tuple[set[int], set[int]]:
    """Lines on which docstrings begin: those that ``--help`` shows, and the others."""
    shown: set[int] = set()
    other: set[int] = set()
    for one in ast.walk(ast.parse(source)):
        if isinstance(one, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = one.body[0] if one.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                is_command = isinstance(one, ast.FunctionDef) and any(
                    re.search(r"\.(command|callback)\b", ast.unparse(how))
                    for how in one.decorator_list
                )
                (shown if is_command else other).add(first.value.lineno)
    return shown, other


def _joined(
    source: str, tokens: list[tuple[int, int]], called: str, named: str, docstring: bool
) -> Iterator[Text]:
    said: list[str] = []
    where: list[tuple[int, int]] = []
    for start, end in tokens:
        yield from _read(source, start, end, said, where)
    first = tokens[0][0]
    line = source.count("\n", 0, first) + 1
    yield Text("".join(said), tuple(where), line, first, tokens[-1][1], docstring, called, named)


def _read(
    source: str, start: int, end: int, said: list[str], where: list[tuple[int, int]]
) -> Iterator[Text]:
    """Append the characters of one literal; yield the literals within what it fills in."""
    opening = _PREFIX.match(source, start)
    if opening is None:
        return
    prefix, quotes = opening[1].lower(), opening[2]
    at, stop = opening.end(), end - len(quotes)
    while at < stop:
        begun, one = at, source[at]
        if one == "\\" and "r" not in prefix and (escape := _ESCAPE.match(source, at)):
            at = escape.end()
            one = _PLAIN_ESCAPES.get(escape[0][1:], escape[0][-1])
        elif "f" in prefix and source[at : at + 2] in ("{{", "}}"):
            at += 2
        elif "f" in prefix and one == "{":
            at = _end_of_hole(source, at, stop)
            yield from _within(source, begun + 1, at - 1)
            one = HOLE
        else:
            at += 1
        if one:
            said.append(one)
            where.append((begun, at))


def _end_of_hole(source: str, at: int, stop: int) -> int:
    depth = 0
    while at < stop:
        if source[at] in "'\"":
            quote = source[at]
            at = source.index(quote, at + 1)
        depth += {"{": 1, "}": -1}.get(source[at], 0)
        at += 1
        if depth == 0:
            return at
    return stop


def _within(source: str, start: int, end: int) -> Iterator[Text]:
    at, calls = start, [""]
    while at < end:
        if source[at] in "'\"":
            close = source.index(source[at], at + 1) + 1
            begun = at - 1 if source[at - 1] in "fr" else at
            yield from _joined(source, [(begun, close)], calls[-1], "", False)
            at = close
        else:
            if source[at] == "(":
                name = re.search(r"(\w*)$", source[start:at])
                calls.append(name[1] if name else "")
            elif source[at] == ")" and len(calls) > 1:
                calls.pop()
            at += 1


def program_files(root: Path, trees: tuple[str, ...] = PROGRAM) -> list[Path]:
    """The Python files of some trees of a checkout."""
    found = [
        file
        for tree in trees
        for file in ([root / tree] if tree.endswith(".py") else sorted((root / tree).rglob("*.py")))
        if file.is_file()
    ]
    return [one for one in found if not str(one.relative_to(root)).startswith(UNREAD)]


_CODE = re.compile(
    r"```.*?```|~~~.*?~~~|`[^`\n]*`|<!--.*?-->|\]\([^)]*\)|<[^>\n]+>|\{%.*?%\}|\{\{.*?\}\}|https?://\S+",
    re.DOTALL,
)


def prose(document: str) -> str:
    """A document or template with all that is code or an address blanked out, lines kept."""
    return _CODE.sub(lambda found: re.sub(r"[^\n]", "\0", found[0]), document)


def document_files(root: Path) -> list[Path]:
    """Documents and templates of a checkout."""
    return sorted(one for how in (*DOCUMENTS, *TEMPLATES) for one in root.glob(how))
