"""The full form of what pages are held to by programs of others: axe-core, Lighthouse, the Nu HTML checker, and the budgets.

Node, Java and Chromium are needed; the programs come from the npm registry once and are kept beside the environment.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from browser import CHROMIUM, FLAGS, chromium
from edition_sample import ARTICLE, PAGES, built, served
from standards import faults, installed

from publish.pages import POLICY

pytestmark = pytest.mark.proof

MEASURED = (
    "",
    ARTICLE,
    ARTICLE.replace("index.html", "evidence/index.html"),
    "threads/osterby-and-the-grid/index.html",
    "stack/index.html",
)
ARTICLE_BYTES, STYLE_BYTES = 60_000, 12_288
"""Most bytes of an article's page as a server sends it, and of the one style sheet before that."""


@pytest.fixture(scope="module")
def tools() -> Path:
    return installed()


@pytest.fixture(scope="module")
def readable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site as Lighthouse can read it: it asks for robots.txt from within the page, which the policy of the pages forbids everyone."""
    root = tmp_path_factory.mktemp("readable")
    with served(root) as address:
        for page in (root / "output/site").rglob("*.html"):
            before, policy, after = re.split(r'(?<=Policy" content=")([^"]+)', page.read_text("utf-8"), maxsplit=1)
            assert unescape(policy) == POLICY
            page.write_text(f"{before}{policy}; connect-src 'self'{after}", "utf-8")
        yield address


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("standards")) as address:
        yield address


def test_t7_axe_finds_nothing_on_any_kind_of_page(tools: Path, site: str) -> None:
    program = (tools / "axe-core/axe.min.js").read_text()
    found: list[str] = []
    with chromium() as browser:
        for scheme, width in (("light", 1280), ("dark", 1280), ("light", 320)):
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
            tab = context.new_page()
            for path in PAGES:
                tab.goto(site + path)
                tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                found += [f"{scheme} {width} {path}: {fault}" for fault in faults(tab, program)]
            tab.goto(site + ARTICLE)
            tab.locator(".body button.cite").first.press("Enter")
            found += [f"{scheme} {width} open evidence: {fault}" for fault in faults(tab, program)]
            context.close()
    print(f"\naxe-core: {len(found)} violations on {len(PAGES)} kinds of page, light, dark and 320 px")
    assert found == []


@pytest.mark.parametrize("path", MEASURED)
def test_t7_lighthouse_gives_full_marks(tools: Path, readable: str, path: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    command = ["node", str(tools / "lighthouse/cli/index.js"), readable + path, "--quiet", "--output=json", f"--output-path={report}"]
    flags = ["--chrome-flags=" + " ".join(("--headless=new", *FLAGS)), "--only-categories=accessibility,best-practices,seo,performance"]
    environment = {"CHROME_PATH": str(CHROMIUM), "PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path)}
    subprocess.run([*command, *flags], check=True, capture_output=True, timeout=180, env=environment)
    result = json.loads(report.read_text())
    scores = {name: round((category["score"] or 0) * 100) for name, category in result["categories"].items()}
    low = [i for i, audit in result["audits"].items() if audit["score"] is not None and audit["score"] < 1]
    print(f"\nLighthouse {path}: {scores}")
    hidden = {"is-crawlable"} if "evidence" in path else set()
    wanted = {"accessibility", "best-practices"} | (set() if hidden else {"seo"})
    assert {name: scores[name] for name in wanted} == dict.fromkeys(wanted, 100), low
    assert {ref["id"] for ref in result["categories"]["seo"]["auditRefs"] if ref["id"] in low} <= hidden


def test_t7_the_html_checker_finds_no_error(tools: Path, tmp_path: Path) -> None:
    pages = sorted(str(p) for p in built(tmp_path).rglob("*.html"))
    command = ["java", "-jar", str(tools / "vnu-jar/build/dist/vnu.jar"), "--format", "json", "--errors-only", *pages]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    messages = json.loads(done.stderr[done.stderr.index("{") :])["messages"]
    print(f"\nvnu: {len(messages)} errors on {len(pages)} pages")
    assert messages == []


def test_t7_pages_keep_to_their_budget(tmp_path: Path) -> None:
    site = built(tmp_path)
    sizes = {p.parent.name: len(gzip.compress(p.read_bytes())) for p in site.glob("articles/*/index.html")}
    style = len((site / "static/style.css").read_bytes())
    print(f"\narticle pages at most {max(sizes.values()):,} bytes gzipped; style sheet {style:,} bytes")
    assert max(sizes.values()) <= ARTICLE_BYTES and style <= STYLE_BYTES
    scripts = {p.name for p in site.rglob("*") if p.suffix in (".js", ".mjs")}
    assert scripts == set()
