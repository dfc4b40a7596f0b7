"""The calls of the document on routes, run against a server."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from db.services.limits import load_limits
from db.services.tokens import TokenScope, create_token
from tests.documents.blocks import Block, blocks
from ui import cached
from ui.api import routes
from ui.api.desk import Desk

CALLS = [block for block in blocks() if block.document == "api.md" and "curl" in block.text]
SHOWN = "http://127.0.0.1:8501"


@pytest.fixture(scope="module")
def served(
    prepared_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The address of the routes on a small store, and a token."""
    folder = tmp_path_factory.mktemp("api")
    store = open_store(f"sqlite:///{shutil.copy(prepared_file, folder / 'own.sqlite3')}")
    data = b"startup,provider\nAcme,OpenAI\n"
    publish_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    scopes = [TokenScope.READ, TokenScope.IMPORT]
    token = create_token(store, LOCAL_OWNER, "x", scopes, portfolio="Fund").secret
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cached, "whole_store", lambda: store)
        patched.setattr(routes, "desk", Desk(lambda: store))
        settings = uvicorn.Config(Starlette(routes=routes.ROUTES), port=0, log_level="warning")
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", token
        server.should_exit = True
        thread.join()
    assert load_limits(store, LOCAL_OWNER, "Fund")
    store.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("block", CALLS, ids=str)
def test_the_calls_of_the_document_are_answered(
    block: Block, served: tuple[str, str], tmp_path: Path
):
    address, token = served
    (tmp_path / "inventory.csv").write_text("startup,provider\nBorealis,Cohere\n")
    assert SHOWN in block.text
    done = subprocess.run(
        ["bash", "-eu", "-c", block.text.replace(SHOWN, address)],
        cwd=tmp_path,
        env={**os.environ, "TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"data"' in done.stdout or '"job"' in done.stdout or not done.stdout
