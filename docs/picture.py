"""A built episode -> docs/studio.png and docs/episode.png, the pictures of both READMEs.

    python docs/picture.py seeds/2025-02-indigo.txt out/2025-02-indigo

The first picture shows the studio with the episode's script, as Chromium draws it. The second one
shows what goes in, the seed's first captions, and what comes out: the episode's page and the first
subtitles. Both always have the same number of pixels. `make picture` builds the episode first,
unless it is there already.

This script lies beside the pictures that it makes. It measures nothing, as those in bench/ do, and
checks nothing, as those in .ci/ do.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

import srt
import uvicorn
from PIL import Image

from podcast.files.names import PAGE as PAGE_FILE
from podcast.speech.cast import voices_folder
from podcast.studio.app import studio_app
from podcast.studio.guard import Rules
from podcast.studio.serve import LOCALHOST, listening
from podcast.studio.shelf import Shelf
from podcast.text.read import read

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PICTURE = Path(__file__).with_name("episode.png")
STUDIO = Path(__file__).with_name("studio.png")
WIDTH, HEIGHT, SCALE = 1280, 800, 1.5  # of the window in CSS pixels; picture pixels in one of them
COLOURS = 256  # of the picture: enough for text on paper and a cover, for a third of the bytes
CAPTIONS, SUBTITLES = 28, 3  # how many of each are shown
SECONDS = (
    6.0  # into the episode, where both pages stand: a sentence and its word are marked as spoken
)
PATIENCE = 60  # seconds that the page may take to load
TOKEN = "picture"  # with which the studio's page may change something; it changes nothing here
# The episode's page has found its place in the sound and marked the sentence.
PAGE_STANDS = "return document.querySelector('.ready .now') !== null"
# The studio has found its place, too, and the caret stands in the sentence that is marked.
STUDIO_STANDS = f"""
if (!document.documentElement.classList.contains("ready")) return false;
const audio = document.getElementById("audio");
if (audio.readyState < 1) return false;
const seconds = Math.min({SECONDS}, audio.duration - 0.1);
if (audio.currentTime < seconds - 0.05) {{
  audio.currentTime = seconds;
  return false;
}}
const paragraph = [...document.querySelectorAll("#script .p p")].slice(0, 2).at(-1);
paragraph.focus();
getSelection().collapse(paragraph.firstChild, 1);
return CSS.highlights.get("now")?.size > 0;
"""
FLAGS = (
    "headless",
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
    "disable-dev-shm-usage",
    "hide-scrollbars",
    f"force-device-scale-factor={SCALE}",
)
PAGE = """<!doctype html>
<html lang="zh-Hans">
<meta charset="utf-8">
<style>
* {{ box-sizing: border-box; margin: 0; }}
body {{ display: grid; grid-template-columns: 260px 40px 1fr; gap: 12px; width: {width}px;
  height: {height}px; padding: 24px; background: #e9e4d8; color: #23211d;
  font: 14px/1.75 "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", sans-serif; }}
.sheet {{ overflow: hidden; padding: 14px 18px; background: #fffefb; border-radius: 10px;
  box-shadow: 0 2px 10px rgb(60 50 30 / 0.12); }}
.sheet b {{ display: block; margin-bottom: 8px; color: #a2381c; font-size: 12px; }}
p {{ overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.arrow {{ align-self: center; color: #a2381c; font-size: 40px; text-align: center; }}
.episode {{ display: grid; grid-template-rows: 1fr auto; gap: 16px; min-height: 0; }}
.page {{ padding: 0; }}
iframe {{ display: block; width: 1297px; height: 958px; border: 0; transform: scale(0.7);
  transform-origin: 0 0; }}
.subtitles {{ display: flex; gap: 32px; align-items: center; }}
.subtitles b {{ margin: 0; }}
.subtitles small {{ display: block; color: #686157; font-size: 11px; line-height: 1.4; }}
</style>
<div class="sheet"><b>{seed}</b>{captions}</div>
<div class="arrow">→</div>
<div class="episode">
<div class="sheet page"><iframe src="{address}"></iframe></div>
<div class="sheet subtitles"><b>episode.srt</b>{subtitles}</div>
</div>
</html>
"""


class NoBrowser(Exception):
    """What draws a page is not on this machine."""


def main(seed: Path, folder: Path, picture: Path = PICTURE, studio: Path = STUDIO) -> None:
    """Take the pictures of the episode that lies in `folder` and was made from `seed`.

    Raises NoBrowser where no browser can be driven.
    """
    with browser() as chromium, TemporaryDirectory() as around, served(seed, folder) as address:
        chromium.get(f"{address}/edit/{quote(folder.name)}?token={TOKEN}")
        wait_for(chromium, STUDIO_STANDS)
        write_picture(chromium.get_screenshot_as_png(), studio)
        page = Path(around) / "picture.html"
        shown = (folder.absolute() / PAGE_FILE).as_uri()
        page.write_text(page_text(seed, folder, f"{shown}#t={SECONDS}"), "utf-8")
        chromium.get(page.as_uri())
        chromium.switch_to.frame(0)
        wait_for(chromium, PAGE_STANDS)
        chromium.switch_to.default_content()
        write_picture(chromium.get_screenshot_as_png(), picture)


def page_text(seed: Path, folder: Path, address: str) -> str:
    """The page that is photographed: captions, subtitles, and the episode's page at `address`."""
    captions = (line.text for line in islice(read(seed).lines, CAPTIONS))
    cues = islice(srt.parse((folder / "episode.srt").read_text("utf-8")), SUBTITLES)
    subtitles = (
        f"<p><small>{srt.timedelta_to_srt_timestamp(cue.start)} → "
        f"{srt.timedelta_to_srt_timestamp(cue.end)}</small>{escape(cue.content)}</p>"
        for cue in cues
    )
    return PAGE.format(
        width=WIDTH,
        height=HEIGHT,
        seed=escape(seed.name),
        captions="".join(f"<p>{escape(caption)}</p>" for caption in captions),
        subtitles="".join(subtitles),
        address=escape(address),
    )


@contextmanager
def served(seed: Path, folder: Path) -> Iterator[str]:
    """The address of a studio with the episode, which is served to this machine meanwhile."""
    shelf = Shelf(seed.absolute().parent, folder.absolute().parent, voices_folder(), offline=True)
    app = studio_app(shelf, Rules(TOKEN))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    with listening(0) as opened:
        serving = Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        serving.start()
        try:
            yield f"http://{LOCALHOST}:{opened.getsockname()[1]}"
        finally:
            server.should_exit = True
            serving.join()


@contextmanager
def browser() -> Iterator[Chrome]:
    """Chromium with a new, empty profile and the window of the picture; raises NoBrowser."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
    except ImportError:
        webdriver = None  # type: ignore[assignment]
    if not (webdriver and program and driver):
        raise NoBrowser(
            "the picture is taken by chromium, chromedriver and selenium; install them "
            "(Debian: chromium, chromium-driver; pip: selenium), then run: make picture"
        )
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"window-size={WIDTH},{HEIGHT}", f"user-data-dir={profile}"):
            options.add_argument(f"--{flag}")
        service = webdriver.ChromeService(executable_path=driver)
        chromium = webdriver.Chrome(options=options, service=service)
        try:
            size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SCALE, "mobile": False}
            chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            agent = {"userAgent": chromium.execute_script("return navigator.userAgent")}
            agent["acceptLanguage"] = "zh-CN"
            chromium.execute_cdp_cmd("Network.setUserAgentOverride", agent)
            yield chromium
        finally:
            chromium.quit()


def wait_for(chromium: Chrome, script: str) -> None:
    """Wait until a script that runs in the page is true there."""
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(chromium, PATIENCE).until(lambda page: page.execute_script(script))


def write_picture(screenshot: bytes, picture: Path) -> None:
    """Write a PNG of few bytes and always as many pixels."""
    with Image.open(BytesIO(screenshot)) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:3]))
    except NoBrowser as error:
        sys.exit(f"Error: {error}")
    for made in (STUDIO, PICTURE):
        print(made.relative_to(Path.cwd()) if made.is_relative_to(Path.cwd()) else made)
