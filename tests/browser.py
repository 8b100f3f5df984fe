"""A real browser for the tests of pages: headless Chromium that talks to nobody."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Require
    from selenium.webdriver import Chrome

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


def start(profile: Path, *, width: int = 1440, height: int = 900) -> Chrome:
    """Chromium with its own profile, its console and its requests recorded."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(binary("chromium", "chromium-browser", "google-chrome"))
    for argument in (*ARGUMENTS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(str(binary("chromedriver"))))
    driver.set_page_load_timeout(60)
    driver.get("about:blank")  # the first tab's own page is forgotten: its console and requests are not ours
    driver.get_log("browser")
    driver.get_log("performance")
    return driver


def binary(*names: str) -> str | None:
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="module")
def chromium(require: Require, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser of the module; the test is skipped where there is none."""
    require("browser", binary("chromium", "chromium-browser", "google-chrome"), "no chromium on the path")
    require("browser", binary("chromedriver"), "no chromedriver on the path")
    driver = start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def complaints(driver: Chrome) -> list[str]:
    """What the page's console said since last asked."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] != "INFO"]


def requests(driver: Chrome) -> list[str]:
    """Where the page asked for anything since last asked, the file itself and inlined data aside."""
    messages = (json.loads(entry["message"])["message"] for entry in driver.get_log("performance"))
    sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in sent if not url.startswith(("file:", "data:", "blob:"))]


def violations(driver: Chrome) -> list[str]:
    """What axe-core, the usual judge of accessibility, finds wrong with the page as it stands."""
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    driver.execute_script(axe)
    found = driver.execute_async_script("axe.run().then(arguments[0])")
    return [f"{each['id']}: {node['html'][:120]}" for each in found["violations"] for node in each["nodes"]]


def resize(driver: Chrome, width: int, height: int, *, dark: bool = False, **more: Any) -> None:
    """A window of exactly this size, in light or dark."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500, **more}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
