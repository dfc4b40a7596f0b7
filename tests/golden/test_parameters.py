"""Commands and routes keep the parameters by which scripts and programs ask them.

A route's parameters are made from its command's options, so that an option that is renamed is a
route that breaks. If a change was meant:

    python -m tests.golden.refresh
"""

from tests.golden.parameters import ADDED, BREAKS, all_parameters, differences, kept
from ui.api.description import method_of, path_of
from ui.api.served import served_commands

WAS = {
    "commands": {
        "go": {"--far": "option, boolean", "where": "argument 1, string, must be stated"},
        "stay": {},
    }
}


def test_commands_and_routes_keep_their_parameters() -> None:
    changed = differences(kept(), all_parameters())
    assert not changed, "\n".join(changed)


def test_every_served_command_is_among_the_routes() -> None:
    known = kept()["routes"]
    for one in served_commands().values():
        route = known[f"{method_of(one)} {path_of(one)}"]
        assert set(one.parameters) | set(one.files) <= set(route)


def test_what_is_gone_renamed_or_stricter_breaks_those_who_use_it() -> None:
    now = {
        "commands": {
            "go": {
                "--distant": "option, boolean",
                "where": "argument 1, integer, must be stated",
                "--by": "option, string, must be stated",
            }
        }
    }
    assert differences(WAS, now) == [
        BREAKS,
        "commands, stay: gone",
        "commands, go, --far: gone",
        "commands, go, where: was “argument 1, string, must be stated”, is “argument 1, integer, "
        "must be stated”",
        "commands, go, --by: new, “option, string, must be stated”",
        ADDED,
        "commands, go, --distant: new, “option, boolean”",
    ]


def test_what_is_added_breaks_nobody() -> None:
    now = {"commands": {**WAS["commands"], "come": {}}}
    assert differences(WAS, now) == [ADDED, "commands, come: new"]
    assert differences(WAS, WAS) == []
