"""The container and compose files are the product's: command, port, paths and settings."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.browser.serving import free_port, wait_until_healthy
from tests.documents.blocks import ROOT
from tests.documents.test_commands import complaint, settings_of_the_program
from tests.test_architecture import PRODUCT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, each with what follows it, lines put together."""
    text = re.sub(r"\\\n\s*", " ", (ROOT / "Containerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def all_of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def command() -> list[str]:
    """What the container runs, without the interpreter."""
    (said,) = all_of("CMD")
    program, *words = json.loads(said)
    assert program == "python"
    return [str(word) for word in words]


def test_the_image_is_made_of_known_steps_in_an_order_that_keeps_the_packages():
    names = [name for name, _ in instructions()]
    assert names[0] == "FROM"
    assert set(names) == {
        *("FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV"),
        *("VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"),
    }
    # A short name, which the engine's own setting completes: no registry is named.
    assert all_of("FROM") == ["python:3.11-slim"]


def test_packages_are_those_of_the_lock_with_their_hashes_and_no_index_is_named():
    (pip,) = (one for one in all_of("RUN") if "pip" in one)
    words = shlex.split(pip)
    assert "--require-hashes" in words
    assert words[words.index("-r") + 1] == "requirements.lock"
    assert not re.search(r"index|find-links|trusted-host|://", pip)


def test_it_does_not_run_as_root_and_owns_where_it_writes():
    names = [name for name, _ in instructions()]
    assert all_of("USER") == ["downstream"]
    assert names.index("USER") < names.index("CMD")
    (user,) = (one for one in all_of("RUN") if "useradd" in one)
    (volume,) = all_of("VOLUME")
    assert f"--home-dir {volume} downstream" in user
    assert f"HOME={volume}" in all_of("ENV")
    assert "chown downstream /backups" in user


def test_it_asks_the_address_that_says_that_it_is_well():
    (check,) = all_of("HEALTHCHECK")
    (port,) = all_of("EXPOSE")
    assert f"http://127.0.0.1:{port}/healthz" in check
    assert command()[-2:] == ["--port", port]


def test_its_command_is_one_of_the_program():
    assert complaint(" ".join(command()[1:])) is None
    assert complaint(" ".join(COMPOSE["services"]["tables"]["command"][2:])) is None


def test_every_part_of_the_product_is_copied():
    copied = {source for rest in all_of("COPY") for source in rest.split()[:-1]}
    assert set(PRODUCT) | {".streamlit", "docs/method.md", "requirements.lock"} <= copied
    assert [one for one in copied if not (ROOT / one).exists()] == []


def test_the_copied_files_alone_serve(tmp_path: Path):
    for rest in all_of("COPY"):
        *sources, target = rest.split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(
                    ROOT / source,
                    tmp_path / target,
                    # Loops that are compiled already spare this test the compiler.
                    ignore=lambda _, names: [one for one in names if one.endswith(".pyc")],
                )
            else:
                copied = tmp_path / target / Path(source).name
                copied.parent.mkdir(exist_ok=True)
                shutil.copy(ROOT / source, copied)
    surroundings = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "DOWNSTREAM_DATABASE_URL": f"sqlite:///{tmp_path}/store.sqlite3",
    }
    trial = (
        "import app; from ui.words import method_text as m; assert len(m.sentences(m.LEFT_OUT)) > 3"
    )
    done = subprocess.run(
        [sys.executable, "-c", trial],
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # The very command, on this machine alone, since nobody signs in here.
    port = free_port()
    words = [{"0.0.0.0": "127.0.0.1", "8501": str(port)}.get(one, one) for one in command()]  # noqa: S104
    with (tmp_path / "log.txt").open("w") as output:
        server = subprocess.Popen(
            [sys.executable, *words],
            cwd=tmp_path,
            env=surroundings,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(
                f"http://127.0.0.1:{port}", server, tmp_path / "log.txt", seconds=240
            )
        finally:
            server.terminate()
            server.wait(timeout=20)


def test_without_sign_in_the_command_of_the_container_is_refused(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, *command()],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DOWNSTREAM_DATABASE_URL": f"sqlite:///{tmp_path}/s.db"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "DOWNSTREAM_OIDC_ISSUER" in done.stderr


def settings() -> dict[str, dict[str, Any]]:
    return {name: one.get("environment", {}) for name, one in COMPOSE["services"].items()}


def test_compose_sets_what_the_program_reads():
    known = settings_of_the_program() | {
        "DOWNSTREAM_OIDC_ISSUER",
        "DOWNSTREAM_OIDC_CLIENT_ID",
        "DOWNSTREAM_OIDC_CLIENT_SECRET_FILE",
        "DOWNSTREAM_OIDC_COOKIE_SECRET_FILE",
    }
    for service in ("downstream", "tables"):
        assert set(settings()[service]) <= known
    secrets = COMPOSE["secrets"]
    for name, value in settings()["downstream"].items():
        if name.endswith("_FILE"):
            assert value.removeprefix("/run/secrets/") in secrets
    assert set(COMPOSE["services"]["downstream"]["secrets"]) == set(secrets)


def test_compose_gives_no_process_a_password_that_it_does_not_need():
    own = {name: str(values) for name, values in settings().items()}
    assert "OWNER_PASSWORD" not in own["downstream"]
    assert "POSTGRES_PASSWORD" not in own["downstream"] + own["tables"]
    assert "APP_PASSWORD" not in own["tables"]


def test_compose_reaches_no_further_than_this_machine_and_writes_nowhere_else():
    services = COMPOSE["services"]
    (port,) = all_of("EXPOSE")
    assert services["downstream"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert "ports" not in services["store"]
    for name in ("downstream", "tables"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert services[name]["build"]["dockerfile"] == "Containerfile"
        (volume,) = all_of("VOLUME")
        assert any(one.startswith(volume) for one in services[name]["tmpfs"])
    backups = settings()["downstream"]["DOWNSTREAM_BACKUP_FOLDER"]
    assert services["downstream"]["volumes"] == [f"backups:{backups}"]


def test_the_dashboard_starts_once_there_are_tables():
    waits = COMPOSE["services"]["downstream"]["depends_on"]
    assert waits == {"tables": {"condition": "service_completed_successfully"}}
    assert COMPOSE["services"]["tables"]["depends_on"]["store"]["condition"] == "service_healthy"
