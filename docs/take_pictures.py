"""Pictures of the pages: those in the documents, or all of them for a look at what went wrong.

    python docs/take_pictures.py docs

makes every picture of the documents anew, from a dashboard with the demo portfolio that it starts
and stops. For a review of every page, light and dark, wide and narrow:

    python docs/take_pictures.py http://127.0.0.1:8501 output/pictures [page ...]

or, from a demo that it starts and stops, with one sheet of all pages for each mode:

    python docs/take_pictures.py sheet FOLDER [light-1360 ...] [page ...]

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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.browsing import (
    FLAGS,
    IDLE,
    LONGEST_MS,
    TWO_FRAMES,
    listed_pages,
)

CHROMIUM = "/usr/bin/chromium"
#: What pages of one thing show when nothing was chosen before.
DETAILS = {"startup": "?startup=Quillhaven%20Briefs", "provider": "?provider=OpenAI"}
#: Parts of pages that stand behind a choice and are looked at too.
SECTIONS = {
    "fixed-numbers": "assumptions?section=fixed",
    "rates": "assumptions?section=rates",
    "churn-curve": "assumptions?section=churn",
    "worse-answers": "assumptions?section=quality",
    "track-record": "assumptions?section=record",
}
#: Every page by its address in the navigation, and what is asked for.
PAGES = {
    one.address or "overview": f"{one.address}{DETAILS.get(one.address, '')}"
    for one in listed_pages()
}
WIDTHS = {1360: 860, 390: 844}
MODES = tuple(f"{theme}-{width}" for theme in ("light", "dark") for width in WIDTHS)
#: A page on a sheet is so wide, and higher than so many screens it is too long.
SHEET_WIDTH, MOST_SCREENS = 400, 2.1
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
    "forecasts-light": ("forecasts", 900),
    "register-light": ("register", 1180),
    "proposals-light": ("register?section=proposals&column=B_07.01%20c0050", 1000),
    "questions-light": ("questions", 800),
    "reports-light": ("reports", 900),
    "assumptions-light": ("assumptions?drivers=main", 900),
    "import-light": ("import", 620),
}
SHARED = "founder-light"
#: What a page says while it works on what takes minutes, and how long that may be.
WORKING, MINUTES_MS = "Moving every number", 400_000
#: For which the register of information in the pictures is drawn up.
REFERENCE_DATE = "2026-12-31"
#: So few colours are enough for a page, and keep its picture small.
COLOURS = 160
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
) -> int:
    """One picture of one page as high as its content, up to a limit; how high that is."""
    context = browser.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints.watch(page, file.stem)
    page.goto(address)
    wait_until_idle(page)
    content = int(page.evaluate(CONTENT_HEIGHT))
    height = min(max(content + 16, WIDTHS[width]), 8_000)
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
    return content


def main(base: str, folder: Path, wanted: list[str], modes: Sequence[str] = MODES) -> int:
    """Take every picture; print complaints; say with the exit status whether there were any."""
    folder.mkdir(parents=True, exist_ok=True)
    complaints = Complaints(urlsplit(base).netloc)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for mode in modes:
            theme, _, width = mode.partition("-")
            seen = []
            for name in wanted or [*PAGES, *SECTIONS]:
                path = (PAGES | SECTIONS).get(name, name)
                stem = name.split("?")[0].replace("/", "-")
                file = folder / f"{stem}-{mode}.png"
                height = take(
                    browser,
                    address=f"{base.rstrip('/')}/{path}",
                    file=file,
                    theme=theme,
                    width=int(width),
                    complaints=complaints,
                )
                seen.append((stem, file, height))
            sheet(seen, folder / f"sheet-{mode}.png", first=WIDTHS[int(width)])
        browser.close()
    for complaint in complaints.found:
        print(complaint)
    return 1 if complaints.found else 0


def sheet(seen: Sequence[tuple[str, Path, int]], file: Path, *, first: int) -> None:
    """All pages of one mode on one picture, side by side, with names, heights and first screens."""
    across = 8
    font = ImageFont.load_default(size=18)
    rows = [seen[start : start + across] for start in range(0, len(seen), across)]
    small = {path: _small(path) for _, path, _ in seen}
    widest = max(one.width for one in small.values()) + 16
    heights = [max(small[path].height for _, path, _ in row) + 46 for row in rows]
    made = Image.new("RGB", (across * widest + 16, sum(heights) + 16), "#9ca3af")
    draw, top = ImageDraw.Draw(made), 16
    for row, height in zip(rows, heights, strict=True):
        for place, (name, path, full) in enumerate(row):
            left, picture = 16 + place * widest, small[path]
            screens = full / first
            ink = "#7f1d1d" if screens > MOST_SCREENS else "#000000"
            draw.text((left, top), f"{name} {full:,} px", fill=ink, font=font)
            made.paste(picture, (left, top + 26))
            # Where the first screen ends.
            fold = top + 26 + round(first * picture.width / int(path.stem.rpartition("-")[2]))
            if screens > 1:
                draw.line([(left, fold), (left + picture.width, fold)], fill="#dc2626", width=2)
        top += height
    made.save(file)
    print(file)


def _small(path: Path) -> Image.Image:
    """A page small enough for a sheet, cut where nobody would read on."""
    picture = Image.open(path).convert("RGB")
    scale = SHEET_WIDTH / picture.width if picture.width > 2 * SHEET_WIDTH else 0.6
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    return picture.crop((0, 0, picture.width, min(picture.height, 4 * SHEET_WIDTH)))


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
            for words in (draw, ["forecasts", "keep", "--portfolio", "demo"]):
                subprocess.run([*program, *words], env=environment, check=True)  # noqa: S603 - ours
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
            # What takes minutes shows its progress until it is there.
            page.get_by_text(WORKING).wait_for(state="hidden", timeout=MINUTES_MS)
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
    elif sys.argv[1:2] == ["sheet"] and len(sys.argv) > 2:
        words = sys.argv[3:]
        with served_demo() as (started, _):
            pages = [one for one in words if one not in MODES]
            modes = [one for one in words if one in MODES] or MODES
            sys.exit(main(started, Path(sys.argv[2]), pages, modes))
    elif len(sys.argv) > 2:
        sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
    else:
        sys.exit(__doc__)
