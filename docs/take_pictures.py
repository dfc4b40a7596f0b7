"""Pictures of the pages: those in the documents, or all of them for a look at what went wrong.

    python docs/take_pictures.py docs

makes every picture of the documents anew, from a dashboard with the demo portfolio that it starts
and stops. For a review of every page, light and dark, wide and narrow:

    python docs/take_pictures.py http://127.0.0.1:8501 output/pictures [page ...]

Exits with 1 if a page asked another host for anything, failed, or showed an error.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]
PAGES = {
    "portfolio": "",
    "startups": "startups",
    "startup": "startup",
    "providers": "providers",
    "provider": "provider?provider=OpenAI",
    "stress": "stress",
    "alternatives": "alternatives",
    "plan": "plan",
    "assumptions": "assumptions?drivers=main",
    "fixed-numbers": "assumptions?section=fixed",
    "rates": "assumptions?section=rates",
    "churn-curve": "assumptions?section=churn",
    "worse-answers": "assumptions?section=quality",
    "track-record": "assumptions?section=record",
    "import": "import",
}
WIDTHS = {1360: 860, 390: 844}
HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
#: Pictures of pages in the documents: address and height of what is shown.
DOCUMENTED = {
    "portfolio-light": ("", 1180),
    "startups-light": ("startups", 700),
    "startup-light": ("startup?startup=Quillhaven%20Briefs", 900),
    "funds-light": ("funds", 620),
    "providers-light": ("providers", 700),
    "provider-light": ("provider?provider=OpenAI", 900),
    "stress-light": ("stress?scenario=openai-wind-down", 900),
    "replay-light": ("replay?replay=openai-crisis-2023&at=2023-11-19T23:55", 900),
    "alternatives-light": (
        "alternatives?startup=Quillhaven%20Briefs&use_case=contract%20review",
        1000,
    ),
    "plan-light": ("plan", 1000),
    "calendar-light": ("calendar", 800),
    "contracts-light": ("contracts", 800),
    "watch-light": ("watch", 700),
    "register-light": ("register", 1180),
    "proposals-light": ("register?section=proposals&column=B_07.01%20c0050", 1000),
    "questions-light": ("questions", 800),
    "reports-light": ("reports", 900),
    "assumptions-light": ("assumptions?drivers=main", 900),
    "import-light": ("import", 620),
}
SHARED = "founder-light"
#: For which the register of information in the pictures is drawn up.
REFERENCE_DATE = "2026-12-31"
#: So few colours are enough for a page, and keep its picture small.
COLOURS = 160
IDLE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app
    && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')
    && !document.querySelector('[data-stale=true]');
}"""
#: A plan scores every option first.
LONGEST_MS = 300_000
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
CONTENT_HEIGHT = """() => Math.max(
  ...['stMain', 'stMainBlockContainer'].map(
    id => document.querySelector(`[data-testid=${id}]`)?.scrollHeight ?? 0))"""


@dataclass
class Complaints:
    """What a reader or a security reviewer would object to, by page."""

    base: str
    found: list[str] = field(default_factory=list)

    def watch(self, page: Page, label: str) -> None:
        """Collect everything that goes wrong on the page."""
        page.on("request", lambda one: self._request(label, one))
        page.on("response", lambda one: self._response(label, one))
        page.on("console", lambda one: self._console(label, one))
        page.on("pageerror", lambda one: self.found.append(f"{label}: page error {one}"))

    def _request(self, label: str, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.base:
            self.found.append(f"{label}: asks another host, {request.url}")

    def _response(self, label: str, response: Response) -> None:
        # A deep link makes Streamlit try these two below the page before the right address.
        harmless = response.url.endswith(("/_stcore/health", "/_stcore/host-config"))
        if response.status >= 400 and not harmless:
            self.found.append(f"{label}: {response.status} {response.url}")

    def _console(self, label: str, message: ConsoleMessage) -> None:
        if message.type == "error" and "_stcore" not in str(message.location.get("url")):
            self.found.append(f"{label}: console says {message.text}")


def wait_until_idle(page: Page) -> None:
    """Wait until the script has run and the last drawing is on screen."""
    page.wait_for_function(IDLE, timeout=LONGEST_MS)
    page.wait_for_timeout(500)
    page.wait_for_function(IDLE, timeout=LONGEST_MS)
    page.evaluate(TWO_FRAMES)


def take(
    browser: Browser, *, address: str, file: Path, theme: str, width: int, complaints: Complaints
) -> None:
    """One picture of one page as high as its content."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints.watch(page, file.stem)
    page.goto(address)
    wait_until_idle(page)
    height = min(max(int(page.evaluate(CONTENT_HEIGHT)) + 16, WIDTHS[width]), 8_000)
    page.set_viewport_size({"width": width, "height": height})
    wait_until_idle(page)
    for text in page.locator(
        "[data-testid=stException], [data-testid=stAlertContentError]"
    ).all_inner_texts():
        complaints.found.append(f"{file.stem}: shows {text!r}")
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if overflow > 0:
        complaints.found.append(f"{file.stem}: {overflow} px wider than the screen")
    page.screenshot(path=file)
    context.close()


def main(base: str, folder: Path, wanted: list[str]) -> int:
    """Take every picture; print complaints; say with the exit status whether there were any."""
    folder.mkdir(parents=True, exist_ok=True)
    complaints = Complaints(urlsplit(base).netloc)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in wanted or list(PAGES):
            path = PAGES.get(name, name)
            stem = name.split("?")[0].replace("/", "-")
            for theme in ("light", "dark"):
                for width in WIDTHS:
                    take(
                        browser,
                        address=f"{base.rstrip('/')}/{path}",
                        file=folder / f"{stem}-{theme}-{width}.png",
                        theme=theme,
                        width=width,
                        complaints=complaints,
                    )
        browser.close()
    for complaint in complaints.found:
        print(complaint)
    return 1 if complaints.found else 0


def save(picture: bytes, file: Path) -> None:
    """Write a picture with a palette, which is a third as large and looks the same."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


@contextmanager
def served_demo() -> Iterator[tuple[str, str]]:
    """A dashboard with the demo portfolio, and a link to a snapshot of one of its startups."""
    program = [sys.executable, str(HERE.parent / "cli.py")]
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        store = {"DOWNSTREAM_DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3"}
        environment = {**os.environ, **store}
        server = subprocess.Popen(  # noqa: S603 - our own program
            [*program, "serve", "--port", str(port)], env=environment
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, server)
            draw = ["dora", "draw", "--portfolio", "demo", "--day", REFERENCE_DATE]
            subprocess.run([*program, *draw], env=environment, check=True)  # noqa: S603 - ours
            share = ["share", "create", "--portfolio", "demo", "--snapshot"]
            made = subprocess.run(  # noqa: S603 - our own program
                [*program, *share, "--startup", "Quillhaven Briefs"],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            link = re.search(r"http\S+/s/#\S+", made.stdout)
            if link is None:
                raise RuntimeError(f"no link in: {made.stdout}")
            yield address, link[0]
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_until_ready(address: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait for the dashboard's first answer."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError("The dashboard did not start.")


def take_documented(wanted: list[str]) -> None:
    """Make the pictures of pages in the documents, or those wanted."""
    with served_demo() as (address, link), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (path, height) in DOCUMENTED.items():
            if wanted and name not in wanted:
                continue
            size = {"width": 1360, "height": height}
            page = browser.new_page(viewport=size, reduced_motion="reduce", device_scale_factor=1.5)
            page.goto(f"{address}/{path}")
            wait_until_idle(page)
            save(page.screenshot(), PICTURES / f"{name}.png")
            page.close()
        if not wanted or SHARED in wanted:
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.goto(link)
            page.wait_for_url("**/s/view/*")
            page.evaluate(TWO_FRAMES)
            save(page.screenshot(), PICTURES / f"{SHARED}.png")
        browser.close()


def draw_model() -> None:
    """Draw the pictures of docs/method.md from the model as it is; white, twice as fine."""
    import model_pictures

    demo = model_pictures.demo()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, draw in model_pictures.FIGURES.items():
            figure = draw(demo)
            size = {"width": model_pictures.WIDTH, "height": figure.layout.height}
            context = browser.new_context(viewport=size, device_scale_factor=2)
            page = context.new_page()
            page.set_content(
                figure.update_layout(paper_bgcolor="white", width=size["width"]).to_html(
                    include_plotlyjs=True, config={"displayModeBar": False, "staticPlot": True}
                )
            )
            page.add_style_tag(content="body { margin: 0 }")
            page.wait_for_selector(".main-svg")
            page.evaluate("document.fonts.ready")
            save(page.screenshot(), PICTURES / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["docs"]:
        take_documented(sys.argv[2:])
        if not sys.argv[2:]:
            draw_model()
    elif len(sys.argv) > 2:
        sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
    else:
        sys.exit(__doc__)
