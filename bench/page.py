"""The page of a three-hour episode -> the time that it takes to react to a person, in Chromium.

    python bench/page.py

Each act is done six times at different places of the page. Its time is that of the page's own
script and of the layout that follows. The benchmark fails if the slowest but one takes over 100 ms,
which a person notices. It needs `chromium` and `chromedriver` on PATH.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from podcast.formats.page import page_text
from podcast.model import Episode, Span, Track
from podcast.outside import ffmpeg
from podcast.sound.mp3 import frame_starts

RATE = 44_100
HOURS = 3
MOST_MS = 100
TURNS = 6
PATIENCE = 300  # seconds for a browser on a busy machine
SENTENCE = "我们说的时候它已经在变化了，这是二零二五年最大的事情。"
FLAGS = (
    "headless=new",
    "no-sandbox",
    "no-first-run",
    "disable-gpu",
    "disable-quic",
    "disable-sync",
    "disable-background-networking",
    "disable-component-update",
    "disable-dev-shm-usage",
    "mute-audio",
    "autoplay-policy=no-user-gesture-required",
    "window-size=1280,860",
)
# What a person does, as JavaScript; %d is a number that says where.
ACTS = {
    "sentence": "document.querySelectorAll('.p p > span')[%d].click()",
    "chapter": "const links = document.querySelectorAll('#chapters a');"
    "links[%d %% links.length].click()",
    "search": "const q = document.getElementById('query'); q.value = '的时'.slice(%d %% 2);"
    "q.dispatchEvent(new Event('input'))",
    "clear": "const q = document.getElementById('query'); q.value = ''; /* %d */"
    "q.dispatchEvent(new Event('input'))",
    "step": "const key = new KeyboardEvent('keydown', {key: ']', bubbles: true}); /* %d */"
    "document.body.dispatchEvent(key)",
    "slide": "const p = document.getElementById('place'); p.value = %d;"
    "p.dispatchEvent(new Event('input'))",
}
TIMED = """
const done = arguments[1];
const act = new Function(arguments[0]);
const start = performance.now();
act();
document.body.offsetHeight;
const own = performance.now() - start;
requestAnimationFrame(() => setTimeout(() => done(own)));
"""


# The page ------------------------------------------------------------------------------------


def track_of(title: str, paragraphs: list[tuple[str, list[str]]], seconds: float = 0.2) -> Track:
    """A chapter of paragraphs, each a pair of a voice and its sentences.

    Each character lasts `seconds`, and before each sentence there is a second of silence.
    """
    words: list[Span] = []
    turns: list[Span] = []
    at = 0
    for voice, sentences in paragraphs:
        opened = at
        for sentence in sentences:
            at += RATE
            for part in re.findall(r"..?", sentence, re.DOTALL):
                end = at + round(seconds * len(part) * RATE)
                words.append(Span(at, end, part))
                at = end
        turns.append(Span(opened, at, voice))
    return Track(title, at + RATE, (), tuple(words), turns=tuple(turns))


def write_long_page(folder: Path, hours: float) -> Episode:
    """Write the page and the silent sound of an episode that lasts `hours` or a little more."""
    track = track_of("一章的标题", [("host", [SENTENCE] * 4)] * 11)
    episode = Episode("长", RATE, (track,) * (round(hours * 3600 * RATE) // track.length + 1))
    (folder / "index.html").write_text(page_text(episode), "utf-8")
    write_silence(folder / "episode.mp3", episode.length)
    return episode


def write_silence(path: Path, samples: int) -> None:
    """Write silence as MP3: one silent frame, repeated."""
    ffmpeg.encode_mp3([bytes(2 * RATE)], RATE, 32, path)
    stream = path.read_bytes()
    start, end = frame_starts(stream)[3:5]
    frame = stream[start:end]
    path.write_bytes(frame * (samples // 1152 + 2))


# The browser ---------------------------------------------------------------------------------


@contextmanager
def chromium(profile: Path, strategy: str = "normal") -> Iterator[Any]:
    """A browser with its files in `profile`; it needs no network. LookupError where none is.

    With the `strategy` "none" a command does not wait until the page has loaded.
    """
    from selenium import webdriver

    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        raise LookupError("chromium and chromedriver are not on PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    options.page_load_strategy = strategy
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=driver)
    running = webdriver.Chrome(options=options, service=service)
    running.set_script_timeout(PATIENCE)
    try:
        yield running
    finally:
        running.quit()


def opened(browser: Any, folder: Path, fragment: str = "") -> Any:
    """Open the page in `folder` in a browser that has no stored state of it."""
    browser.get("about:blank")
    browser.get((folder / "index.html").as_uri())
    browser.execute_script("localStorage.clear(); Storage.prototype.setItem = () => {}")
    browser.get("about:blank")
    browser.get_log("browser")
    browser.get((folder / "index.html").as_uri() + fragment)
    wait(browser, "return document.getElementById('audio').readyState >= 1")
    return browser


def wait(browser: Any, script: str) -> Any:
    """The result of a script, as soon as that is true."""
    from selenium.webdriver.support.wait import WebDriverWait

    return WebDriverWait(browser, PATIENCE, 0.05).until(lambda page: page.execute_script(script))


def places(sentences: int) -> list[int]:
    """The numbers of some sentences, all over the page."""
    return [(turn * 7919) % sentences for turn in range(TURNS)]


def main() -> int:
    """Print the time of each act; return 1 if one takes too long, 2 if there is no browser."""
    slowest: dict[str, float] = {}
    with TemporaryDirectory() as name:
        folder, profile = Path(name) / "page", Path(name) / "profile"
        folder.mkdir()
        write_long_page(folder, HOURS)
        try:
            with chromium(profile) as browser:
                page = opened(browser, folder)
                count = page.execute_script(
                    "return document.querySelectorAll('.p p > span').length"
                )
                for act, script in ACTS.items():
                    times = []
                    for place in places(count):
                        page.execute_script("document.getElementById('audio').pause()")
                        times.append(page.execute_async_script(TIMED, script % place))
                    slowest[act] = sorted(times)[-2]  # one may meet a busy machine
        except (LookupError, ImportError) as error:
            print(error)
            return 2
    print(f"{count} sentences in {HOURS} hours")
    for act, ms in slowest.items():
        print(f"{act:10}{ms:6.0f} ms")
    return int(max(slowest.values()) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
