"""A built episode -> docs/episode.png, the picture at the head of both READMEs.

    python docs/picture.py seeds/2025-02-indigo.txt out/2025-02-indigo

The picture shows what goes in, the seed's first captions, and what comes out: the episode's page
as Chromium draws it, and the first subtitles. It always has the same number of pixels. `make
picture` builds the episode first, unless it is there already.

This script lies beside the picture that it makes. It measures nothing, as those in bench/ do, and
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
from typing import TYPE_CHECKING, Any

import srt
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from uvicorn import Config, Server

from podcast.studio.serve import LOCALHOST, listening
from podcast.text.read import read

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

PICTURE = Path(__file__).with_name("episode.png")
WIDTH, HEIGHT, SCALE = 1280, 800, 1.5  # of the window in CSS pixels; picture pixels in one of them
COLOURS = 256  # of the picture: enough for text on paper and a cover, for a third of the bytes
CAPTIONS, SUBTITLES = 28, 3  # how many of each are shown
SECONDS = (
    6.0  # into the episode, where the page stands: a sentence and its word are marked as spoken
)
PATIENCE = 60  # seconds that the page may take to load
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


def main(seed: Path, folder: Path, picture: Path = PICTURE) -> None:
    """Take the picture of the episode that lies in `folder` and was made from `seed`.

    Raises NoBrowser where no browser can be driven.
    """
    with browser() as chromium, TemporaryDirectory() as around, served(folder) as address:
        page = Path(around) / "picture.html"
        page.write_text(page_text(seed, folder, f"{address}#t={SECONDS}"), "utf-8")
        chromium.get(page.as_uri())
        wait_for_page(chromium)
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
def served(folder: Path) -> Iterator[str]:
    """The address of the episode in `folder`, which is served to this machine meanwhile."""
    files = StaticFiles(directory=folder.absolute().parent, html=True)
    serving = Server(Config(Starlette(routes=[Mount("/", files)]), log_config=None))
    with listening(0) as opened:
        thread = Thread(target=serving.run, kwargs={"sockets": [opened]})
        thread.start()
        try:
            yield f"http://{LOCALHOST}:{opened.getsockname()[1]}/{folder.absolute().name}/"
        finally:
            serving.should_exit = True
            thread.join()


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
            yield chromium
        finally:
            chromium.quit()


def wait_for_page(chromium: Chrome) -> None:
    """Wait until the episode's page has found its place in the sound and marked the sentence."""
    from selenium.webdriver.support.wait import WebDriverWait

    def stands(page: Any) -> bool:
        return bool(page.execute_script("return document.querySelector('.ready .now') !== null"))

    chromium.switch_to.frame(0)
    WebDriverWait(chromium, PATIENCE).until(stands)
    chromium.switch_to.default_content()


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
    print(PICTURE.relative_to(Path.cwd()) if PICTURE.is_relative_to(Path.cwd()) else PICTURE)
