"""A shared page runs our own files and nothing that comes to stand in it."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from ui.share_page import page
from ui.share_page.page import opening_page, policy, sentence_page

TEMPLATES = Path(page.__file__).parent / "templates"


def known_as(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def allowed(kind: str) -> set[str]:
    parts = dict(part.split(" ", 1) for part in policy(frame_ancestors="'none'").split("; "))
    return set(parts[kind].split())


def test_the_policy_allows_the_files_of_ours_and_no_other():
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.js"))}
    assert allowed("script-src") == {known_as(source) for source in files.values()}
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    assert allowed("style-src") == {known_as(style)}
    assert policy(frame_ancestors="https://a.example").endswith("frame-ancestors https://a.example")


def test_what_our_pages_run_is_allowed_and_a_script_that_got_into_one_is_not():
    planted = sentence_page("Not now", "x").replace("</main>", "<script>alert(1)</script></main>")
    (script,) = re.findall(r"<script>(.*?)</script>", opening_page(), flags=re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", opening_page(), flags=re.DOTALL)
    (foreign,) = re.findall(r"<script>(.*?)</script>", planted, flags=re.DOTALL)
    assert known_as(script) in allowed("script-src")
    assert known_as(style) in allowed("style-src")
    assert known_as(foreign) not in allowed("script-src")
