"""The program, loaded once: each command of a document is a fork of it and starts at once.

``python warm_program.py SOCKET`` in a checkout serves until it is stopped. :data:`CALLER`, put in
the place of ``python``, hands a command over with its folder, environment and standard streams,
and returns the status with which it ended. Anything but ``cli.py`` it runs as Python would.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
from pathlib import Path

CALLER = """#!{python} -IS
import json, os, socket, sys
words = sys.argv[1:]
if os.path.basename(sys.argv[0]) == "python":
    if words[:1] != ["cli.py"]:
        os.execv({python!r}, [{python!r}, *words])
    words = words[1:]
with socket.socket(socket.AF_UNIX) as line:
    line.connect({socket!r})
    order = json.dumps([words, os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(line, [len(order).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(order)
    ended = line.recv(1)
sys.exit(ended[0] if ended else 70)
"""


def load() -> None:
    """Import everything that commands import when they run."""
    for package in ("risk", "db", "ui.terminal", "ui.reports", "fixtures"):
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            if "migrations" not in module.name and not module.name.endswith("_child"):
                with contextlib.suppress(Exception):  # whichever command needs it says so itself
                    importlib.import_module(module.name)


def serve(path: str) -> None:
    """Fork for every command that is handed over."""
    import cli

    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(16)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                answer(line, cli)
            line.close()


def answer(line: socket.socket, cli: object) -> None:
    """In the fork: become the command, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, streams, _, _ = socket.recv_fds(line, 4, 3)
    order = b""
    while len(order) < int.from_bytes(head, "big"):
        order += line.recv(65_536)
    words, folder, environment = json.loads(order)
    for standard, given in enumerate(streams):
        os.dup2(given, standard)
        os.close(given)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["cli.py", *words]
    status = 1
    try:
        cli.main()  # type: ignore[attr-defined]
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        line.sendall(bytes([status]))
        os._exit(status)


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())
    serve(sys.argv[1])
