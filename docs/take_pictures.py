"""Pictures of every page, light and dark, wide and narrow, and a report of what went wrong.

    python docs/take_pictures.py http://127.0.0.1:8501 output/pictures [page ...]

Exits with 1 if a page asked another host for anything, failed, or showed an error. The pictures
that explain the model in docs/method.md need no server:

    python docs/take_pictures.py model docs/pictures
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

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
    "track-record": "assumptions?section=record",
    "import": "import",
}
WIDTHS = {1360: 860, 390: 844}
IDLE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app
    && app.dataset.testConnectionState === 'CONNECTED'
    && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')
    && !document.querySelector('[data-stale=true]');
}"""
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
    page.wait_for_function(IDLE, timeout=60_000)
    page.wait_for_timeout(500)
    page.wait_for_function(IDLE, timeout=60_000)
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


def draw_model(folder: Path) -> int:
    """Draw the pictures of docs/method.md from the model as it is; white, twice as fine."""
    import model_pictures

    folder.mkdir(parents=True, exist_ok=True)
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
            page.screenshot(path=folder / f"{name}.png")
            context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if sys.argv[1] == "model":
        sys.exit(draw_model(Path(sys.argv[2])))
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
