"""A studio that runs beside the tests, and a person at its page in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import uvicorn
from page import wait
from patience import PATIENCE, wait_until

from podcast.speech.cast import voices_folder
from podcast.studio.app import studio_app
from podcast.studio.guard import Rules
from podcast.studio.serve import LOCALHOST, listening
from podcast.studio.shelf import Shelf

TOKEN = "test"
SAVED = "return document.getElementById('status').textContent === '已保存'"
READY = "return document.documentElement.classList.contains('ready')"
AREAS = "[...document.querySelectorAll('#script section [contenteditable]')]"
TEXTS = f"return {AREAS}.map(area => area.textContent)"


class Studio:
    """The studio of a folder: its address, and what other programs see of it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.address = folder, f"http://{LOCALHOST}:{port}"

    def streams(self, name: str) -> int:
        """How many pages follow an episode's events, as the stream of a further one tells."""
        with urlopen(self.address + quote(f"/api/{name}/events"), timeout=PATIENCE) as answer:
            told = next(line for line in answer if line.startswith(b'data: {"count"'))
        return int(json.loads(told[6:])["count"]) - 1

    def script(self, name: str) -> Path:
        return self.folder / "out" / name / "script.md"

    def write(self, name: str, text: str) -> None:
        """Write an episode's script, as an editor on the disk does."""
        path = self.script(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def ask(self, path: str, body: object = None, tab: str = "") -> Any:
        """What the server answers to a request that no page makes."""
        request = Request(
            self.address + quote(path),
            None if body is None else json.dumps(body).encode(),
            {"X-Token": TOKEN, "X-Tab": tab, "Content-Type": "application/json"},
        )
        with urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def retype(self, name: str, old: str, new: str) -> None:
        """Change a paragraph, as another page does."""
        now = self.ask(f"/api/{name}/script")
        block = next(block for block in now["blocks"] if block["text"] == old)
        edit = {"base": now["version"], "after": "", "remove": [block["id"]]}
        self.ask(f"/api/{name}/edit", edit | {"insert": [block | {"text": new}]}, "another")


@contextmanager
def running(folder: Path) -> Iterator[Studio]:
    """A studio whose seeds and episodes are in `folder`."""
    for name in ("seeds", "out"):
        (folder / name).mkdir()
    shelf = Shelf(folder / "seeds", folder / "out", voices_folder(), jobs=1, offline=True)
    config = uvicorn.Config(
        studio_app(shelf, Rules(TOKEN)), log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    with listening(0) as opened:
        thread = Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        yield Studio(folder, opened.getsockname()[1])
        server.should_exit = True
        thread.join()


class Person:
    """Somebody at the studio's page."""

    def __init__(self, browser: Any, studio: Studio) -> None:
        self.browser, self.studio = browser, studio
        self.name = ""  # of the episode that is edited

    def open(self, path: str) -> None:
        """Open a page of the studio, afresh."""
        self.browser.get("about:blank")
        self.browser.get_log("browser")
        self.browser.get(f"{self.studio.address}{quote(path)}?token={TOKEN}")
        wait(self.browser, READY)

    def edit(self, name: str) -> None:
        """Open the editor of an episode."""
        self.open(f"/edit/{name}")

    def run(self, script: str, *given: object) -> Any:
        return self.browser.execute_script(script, *given)

    def wait(self, script: str) -> Any:
        return wait(self.browser, script)

    def press(self, *keys: str) -> None:
        """Press the last key while those before it are held down."""
        from selenium.webdriver.common.action_chains import ActionChains

        chain = ActionChains(self.browser, duration=0)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in reversed(keys[:-1]):
            chain.key_up(key)
        chain.perform()

    def click(self, selector: str) -> None:
        self.wait(f"return document.querySelector({json.dumps(selector)})")
        self.run("document.querySelector(arguments[0]).click()", selector)

    def caret(self, text: str, offset: int) -> None:
        """Put the caret into the block that has this text, at an offset."""
        self.run(
            f"const area = {AREAS}.find(area => area.textContent === arguments[0]);"
            "area.focus(); getSelection().collapse(area.firstChild ?? area, arguments[1])",
            text,
            offset,
        )

    def compose(self, text: str) -> None:
        """Have an input method show `text`, which is not chosen yet."""
        shown = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        self.browser.execute_cdp_cmd("Input.imeSetComposition", shown)

    def commit(self, text: str) -> None:
        """Choose what the input method has shown."""
        self.browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def saved(self) -> None:
        """Wait until the server has all that was done."""
        self.wait(SAVED)

    @property
    def texts(self) -> Sequence[str]:
        """The texts of all headings and paragraphs, as they are shown."""
        return list(self.run(TEXTS))

    def complaints(self) -> Sequence[str]:
        """What the browser has complained of."""
        return [each["message"] for each in self.browser.get_log("browser")]
