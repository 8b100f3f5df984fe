"""The questions in Neo4j Browser itself, in a real Chromium: they run as they are, draw, and take our colours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import mapped
import pytest
import server
from browser import chromium, resize

from influence_graph import queries
from influence_graph.store import local_neo4j
from influence_graph.store.graph import Neo4jStore

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

__all__ = ["chromium"]

PATIENCE = 60
DROP = """
const [name, content] = arguments, files = new DataTransfer();
files.items.add(new File([content], name));
for (const kind of ['dragenter', 'dragover', 'drop'])
  document.querySelector('.filedrop')
    .dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: files}));
"""
DROP_BYTES = DROP.replace("[content]", "[Uint8Array.from(atob(content), letter => letter.charCodeAt(0))]")
CIRCLES = r"""
const lines = node => [...node.querySelectorAll('text.caption')].map(line => line.textContent.trim());
return [...document.querySelectorAll('[data-testid=frame]')[0].querySelectorAll('svg g.node')].map(node => {
  const circle = node.querySelector('circle.b-outline'), caption = lines(node).filter(line => line).join(' ');
  const colour = circle.getAttribute('fill').toLowerCase(), diameter = 2 * Number(circle.getAttribute('r'));
  return [caption.replace(/\s+/g, ' '), colour, diameter];
});
"""
Found = TypeVar("Found")


class Browser:
    """Neo4j Browser, as far as a test has to know it."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", css)

    def wait(self, what: Callable[[], Found], why: str) -> Found:
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(self.driver, PATIENCE, ignored_exceptions=[StaleElementReferenceException])
        return waiting.until(lambda _: what(), why)

    def log_in(self, graph: server.Graph) -> None:
        from selenium.webdriver.common.keys import Keys

        page = local_neo4j.status(graph.home).browser
        assert page
        self.driver.get(page)
        (address,) = self.wait(lambda: self.all("input[data-testid=boltaddress]"), "no login")
        address.send_keys(Keys.CONTROL, "a")
        address.send_keys(graph.uri.partition("://")[2])
        self.all("input[data-testid=username]")[0].send_keys(graph.user)
        self.all("input[data-testid=password]")[0].send_keys(graph.password)
        self.all("button[data-testid=connect]")[0].click()
        self.wait(lambda: "You are connected" in self.all("[data-testid=stream]")[0].text, "not let in")

    def run(self, statement: str) -> str:
        """Paste and run; the newest frame's words once it has an answer."""
        from selenium.webdriver.common.keys import Keys

        self.clear()
        (editor,) = self.all(".monaco-editor textarea")
        self.driver.execute_cdp_cmd("Input.insertText", {"text": statement})
        editor.send_keys(Keys.CONTROL, Keys.ENTER)
        return self.wait(self._answer, "no answer")

    def clear(self) -> None:
        from selenium.webdriver.common.keys import Keys

        (editor,) = self.all(".monaco-editor textarea")
        editor.send_keys(Keys.CONTROL, "a")
        editor.send_keys(":clear")
        editor.send_keys(Keys.CONTROL, Keys.ENTER)
        self.wait(lambda: not self.all("[data-testid=frame]"), "frames stay")

    def _answer(self) -> str:
        frames = self.all("[data-testid=frame]")
        words = frames[0].text if frames else ""
        return words if re.search(r"Displaying \d+ nodes|Started streaming|ERROR|no changes, no records", words) else ""

    def circles(self) -> dict[str, tuple[str, float]]:
        """The nodes drawn in the newest frame: colour and diameter by caption."""
        drawn = self.wait(lambda: self.driver.execute_script(CIRCLES), "nothing is drawn")
        return {caption: (fill, diameter) for caption, fill, diameter in drawn}

    def drop(self, name: str, content: str, *, script: str = DROP) -> None:
        self.driver.execute_script(script, name, content)


@pytest.fixture(scope="module")
def graph(require: Callable[[str, object, str], None]) -> Iterator[server.Graph]:
    """The programme of `mapped`, loaded and with its results written back."""
    with server.alone(require) as there:
        store = Neo4jStore(there.address)
        store.write(mapped.tables())
        store.write_results(mapped.results(), mapped.run())
        yield there


@pytest.fixture(scope="module")
def neo4j_browser(graph: server.Graph, chromium: Chrome) -> Browser:
    resize(chromium, 1400, 900)
    browser = Browser(chromium)
    browser.log_in(graph)
    return browser


def words(name: str) -> str:
    return (queries.folder() / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("query", queries.listed(), ids=lambda query: query.name)
def test_a_question_runs_as_it_is(neo4j_browser: Browser, query: Any) -> None:
    answer = neo4j_browser.run(words(f"{query.name}.cypher"))
    assert "ERROR" not in answer
    assert "Warn" not in answer.split()
    [gives] = re.findall(rf"^\| \[{query.name[:2]}\].*\| (a \w+) \|$", words("README.md"), re.MULTILINE)
    if gives == "a drawing":
        assert neo4j_browser.circles()
    else:
        assert neo4j_browser.all("[data-testid=frame] table tbody tr, [data-testid=frame] [role=row]")
        assert not neo4j_browser.all("[data-testid=frame] svg g.node")


def test_our_style_colours_roles_and_sizes_drivers(neo4j_browser: Browser) -> None:
    question = words("07-first-post-to-purchase.cypher")
    neo4j_browser.run(question)
    ours = {"#0072b2", "#e69f00", "#44546a"}
    assert not ours & {colour for colour, _ in neo4j_browser.circles().values()}
    neo4j_browser.clear()
    neo4j_browser.drop("style.grass", words("style.grass"))
    neo4j_browser.wait(lambda: neo4j_browser.all("[data-testid=frame]"), "the style is not shown")
    neo4j_browser.run(question)
    drawn = neo4j_browser.circles()
    assert drawn["Mai"] == ("#e69f00", 64)
    assert drawn["linh"][0] == "#0072b2"
    assert drawn["linh"][1] < drawn["Mai"][1]
    assert drawn["Spring launch spring"][0] == "#44546a"
    assert {"order", "person", "video"} <= drawn.keys()
    assert not {"p1", "p3", "p3.shop"} & drawn.keys(), "people who are not creators are no names in a drawing"
    neo4j_browser.run(words("13-advocates-outside.cypher"))
    assert neo4j_browser.circles()["advocate"][0] == "#009e73"


def test_all_questions_come_in_at_once_as_favourites(neo4j_browser: Browser, tmp_path: Path) -> None:
    from base64 import b64encode

    from influence_graph.queries.files import save

    (archive,) = [path for path in save(tmp_path) if path.suffix == ".zip"]
    neo4j_browser.drop(archive.name, b64encode(archive.read_bytes()).decode("ascii"), script=DROP_BYTES)
    neo4j_browser.all("[data-testid=navigationFavorites]")[0].click()
    (folder,) = neo4j_browser.wait(lambda: neo4j_browser.all("[data-testid=expandFolder-influence-graph]"), "no folder")
    folder.click()
    titles = neo4j_browser.wait(lambda: neo4j_browser.all("[data-testid^=scriptTitle-]"), "no favourites")
    listed = {title.get_attribute("data-testid") for title in titles}
    assert {f"scriptTitle-{query.name[:2]} {query.questions['en']}" for query in queries.listed()} <= listed
    neo4j_browser.all("[data-testid=navigationFavorites]")[0].click()


def test_parameters_can_be_set_for_statements_of_ones_own(neo4j_browser: Browser) -> None:
    neo4j_browser.clear()
    (editor,) = neo4j_browser.all(".monaco-editor textarea")
    from selenium.webdriver.common.keys import Keys

    neo4j_browser.driver.execute_cdp_cmd("Input.insertText", {"text": words("params.cypher")})
    editor.send_keys(Keys.CONTROL, Keys.ENTER)
    question = (
        "UNWIND range(1, 100)[..$people] AS one RETURN count(one) + $days AS sum, $measure AS of, $reshares AS last"
    )
    # The frame of the parameters themselves may come after the first answer, and stand before it.
    told = {"55", '"driven"', "20"}
    assert neo4j_browser.wait(lambda: told <= set(neo4j_browser.run(question).split()), "not set")
