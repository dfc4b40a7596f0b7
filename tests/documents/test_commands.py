"""Every command in a document works, or stands under the reason why no test can run it."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

import cli
from db.services import channels
from tests.documents.blocks import DOCUMENTS, ROOT, SHELL, Block, blocks
from tests.documents.conftest import run, tidy

BLOCKS = blocks()
TESTED = [block for block in BLOCKS if block.tested]
#: Languages other than a shell's in which a document calls the program.
CALLING = frozenset({"ini", "dockerfile"})
#: How a document calls the program.
_CALL = re.compile(r"(?:python cli\.py|(?<![\w/.@-])downstream)((?: +[^\s|;&>`()]+)*)")
_SETTING = re.compile(r"DOWNSTREAM_[A-Z_]*[A-Z]")


@pytest.mark.parametrize("block", TESTED, ids=str)
def test_commands_of_the_documents_work(block: Block, warm_clone: Path, store: Path):
    tidy(warm_clone)
    # It stops at a command that fails, and what the others say is for people.
    said = run(block.text, folder=warm_clone, store=store)
    assert "Traceback" not in said


def test_the_first_commands_work_in_a_fresh_clone_on_a_new_store(clone: Path, tmp_path: Path):
    # The others are run by the program already loaded; these as on a reader's machine.
    first = next(block for block in TESTED if block.document == "README.md")
    assert "cli.py init\n" in first.text
    run(first.text, folder=clone, store=tmp_path / "new.sqlite3")


def test_every_shell_block_is_run_or_says_why_not():
    unmarked = [
        str(block)
        for block in BLOCKS
        if block.language in SHELL and not block.tested and not block.reason_not_to_run
    ]
    assert unmarked == []


def test_every_marker_is_one_that_a_test_reads():
    unknown = [
        f"{block}: {block.marker}"
        for block in BLOCKS
        if block.marker and not (block.tested or block.file or block.reason_not_to_run)
    ]
    assert unknown == []


def command(words: list[str]) -> tuple[TyperGroup | TyperCommand, list[str]]:
    """The command that the words begin with, and the words behind it."""
    found: TyperGroup | TyperCommand = typer.main.get_command(cli.app)  # type: ignore[assignment]
    while isinstance(found, TyperGroup) and words and words[0] in found.commands:
        found, words = found.commands[words[0]], words[1:]  # type: ignore[assignment]
    return found, words


def complaint(call: str) -> str | None:
    """What the program would say against a call; None when it would take it."""
    words = shlex.split(call.split(" #")[0].replace("…", "").replace("\\\n", " "))
    found, rest = command(words)
    if isinstance(found, TyperGroup) and not (found.invoke_without_command or rest == ["…"]):
        return f"no command: {call}" if rest else None
    known = {
        flag
        for one in found.params
        if isinstance(one, TyperOption)
        for flag in (*one.opts, *one.secondary_opts)
    }
    unknown = [
        word for word in rest if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known
    ]
    return f"no option {unknown}: {call}" if unknown else None


def calls(text: str) -> Iterator[str]:
    for found in _CALL.finditer(re.sub(r"(?m)\s#.*$", "", text.replace("\\\n", " "))):
        if found.group(1).strip():
            yield found.group(1).strip()


def test_a_wrong_call_is_noticed():
    assert complaint("init --demo") is None
    assert complaint("share create --portfolio demo --snapshot") is None
    assert complaint("int --demo") == "no command: int --demo"
    assert complaint("init --dmo") == "no option ['--dmo']: init --dmo"
    assert complaint("share make") == "no command: share make"


def test_commands_that_no_test_runs_exist_with_their_options():
    asked = [
        (str(block), call)
        for block in BLOCKS
        if not block.tested and block.language in SHELL | CALLING
        for call in calls(block.text)
    ]
    for path in DOCUMENTS:
        for code in re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8")):
            if re.match(r"python cli\.py |downstream [a-z]", code):
                asked += [(path.name, call) for call in calls(code)]
    assert len(asked) > 10
    assert [f"{where}: {wrong}" for where, call in asked if (wrong := complaint(call))] == []


def test_every_make_target_of_the_documents_exists():
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text()))
    named = {
        (path.name, target)
        for path in DOCUMENTS
        for target in re.findall(r"(?m)(?:^|`)make ([a-z]+)", path.read_text(encoding="utf-8"))
    }
    assert {"run", "test"} <= {target for _, target in named}
    assert [one for one in sorted(named) if one[1] not in targets] == []


def settings_of_the_program() -> set[str]:
    """The names of settings in the code; one that a prefix makes ends where the prefix does."""
    files = [
        ROOT / "app.py",
        ROOT / "cli.py",
        *(ROOT / "db").rglob("*.py"),
        *(ROOT / "ui").rglob("*.py"),
    ]
    return {name for file in files for name in _SETTING.findall(file.read_text(encoding="utf-8"))}


def test_every_setting_of_the_documents_is_one_of_the_program():
    known = settings_of_the_program()
    oidc = {f"DOWNSTREAM_OIDC_{name}" for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}
    oidc |= {"DOWNSTREAM_OIDC", "DOWNSTREAM_OIDC_COOKIE_SECRET"}
    known |= oidc | {f"{name}_FILE" for name in oidc}
    named = {
        (path.name, name)
        for path in DOCUMENTS
        for name in _SETTING.findall(path.read_text(encoding="utf-8"))
    }
    # Whoever runs the server names channels as they like.
    named = {one for one in named if not one[1].startswith(channels.PREFIX)}
    assert [one for one in sorted(named) if one[1] not in known] == []


def test_every_setting_of_the_program_stands_in_the_deployment_page():
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert [name for name in sorted(settings_of_the_program()) if name not in page] == []
