"""The page in a real browser: it asks the network for nothing and complains about nothing."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--no-default-browser-check",
    # The browser asks for the time and for updates all the same: no name resolves, so nothing gets out.
    "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--enable-logging=stderr", "--log-level=0",
]  # fmt: skip
SCRIPT = "document.title='taken'"

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser: none of {', '.join(NAMES)} is on PATH (apt-get install chromium)"
)


def open_page(page: Path, folder: Path, *flags: str):
    """Return the DOM after loading, the console's lines, and the URLs that were asked for."""
    net_log = folder / "net.json"
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={net_log}", *flags]
    done = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console, requested(net_log)


def requested(net_log: Path) -> set[str]:
    """Return the URLs the page asked for; what the browser wants for itself has no origin.

    The browser may stop before it has closed the file.
    """
    text = net_log.read_text(encoding="utf-8")
    try:
        log = json.loads(text)
    except json.JSONDecodeError:
        log = json.loads(text.rstrip().rstrip(",") + "]}")
    started = [event["params"] for event in log["events"] if "initiator" in event.get("params", {})]
    return {params["url"] for params in started if params["initiator"] != "not an origin"}


def test_the_page_loads_without_a_request_or_a_complaint_and_hostile_answers_run_nothing(make, tmp_path):
    hostile = f'<script>{SCRIPT}</script><img src=http://127.0.0.1:9/x onerror="{SCRIPT}">'
    questions = [make.question(i, question=hostile) for i in range(10)]
    run = make.run(questions=questions, texts=[hostile] * 10, judged_by_model=True)
    dom, console, urls = open_page(run.page, tmp_path)
    assert (console, urls) == ([], set())
    assert dom.count("<svg") == 4
    assert re.search("<title>(.*?)</title>", dom)[1] == "Domain tuning: report of the run"


def test_the_test_itself_would_see_a_request_and_a_complaint(tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(
        "<img src=http://127.0.0.1:9/x><script>console.error('seen'); fetch('http://127.0.0.1:9/y')</script>"
    )
    _, console, urls = open_page(page, tmp_path)
    assert any("seen" in line for line in console)
    assert urls == {"http://127.0.0.1:9/x", "http://127.0.0.1:9/y"}
