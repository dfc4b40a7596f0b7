"""The wheel of this checkout, and an environment of its own in which it is installed.

The environment sees the packages of the one that runs the tests, so that nothing is fetched. It is
kept in the user's cache as long as the wheel is the same, because compiling takes a minute.
"""

import hashlib
import os
import shutil
import site
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

ROOT = Path(__file__).parents[2]
KEPT = user_cache_path("downstream-tests") / "installed"


@dataclass(frozen=True)
class Installed:
    """Where the program is installed, and a foreign folder to run it in."""

    folder: Path
    elsewhere: Path

    @property
    def python(self) -> str:
        """The interpreter of the environment."""
        return str(self.folder / "bin" / "python")

    @property
    def program(self) -> str:
        """The command that the wheel installs."""
        return str(self.folder / "bin" / "downstream")

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of the test's own: no path into the checkout, no setting."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        store = f"sqlite:///{self.elsewhere / 'store.sqlite3'}"
        return {**kept, "CI": "1", "DOWNSTREAM_DATABASE_URL": store, **more}

    def run(self, *words: str, timeout: float = 600) -> str:
        """Run a command in the foreign folder and return what it prints; it must succeed."""
        done = subprocess.run(
            words,
            cwd=self.elsewhere,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build the wheel by way of the source archive, with what is installed here."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "uv", "build", "--offline", "--no-build-isolation"),
            *("--python", sys.executable, "--out-dir", str(folder), str(ROOT)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, elsewhere: Path) -> Installed:
    """Install the wheel alone into an environment of its own, unless this very one is there.

    ``elsewhere`` gets folders that are called like ours, and end whatever imports them.
    """
    for name in ("db", "risk", "ui", "fixtures"):
        (elsewhere / name).mkdir(parents=True)
        (elsewhere / name / "__init__.py").write_text('raise SystemExit("a foreign folder")\n')
    folder = KEPT / hashlib.sha256(wheel.read_bytes()).hexdigest()[:16]
    installed = Installed(folder, elsewhere)
    if not (folder / "whole").exists():
        shutil.rmtree(KEPT, ignore_errors=True)
        venv.create(folder, with_pip=False)
        (packages,) = folder.glob("lib/python*/site-packages")
        lines = [f"import site; site.addsitedir({one!r})\n" for one in site.getsitepackages()]
        (packages / "packages_of_the_tests.pth").write_text("".join(lines))
        command = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps"]
        subprocess.run(
            [*command, "--python", installed.python, str(wheel)], check=True, capture_output=True
        )
        (folder / "whole").touch()
    return installed
