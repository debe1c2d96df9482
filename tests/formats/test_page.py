"""The page, as text and as real Chromium opens it from disk."""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote

import page as bench
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page import RATE, opened, track_of, wait
from patience import PATIENCE
from programs import require_chromium

from podcast.formats.page import page_text
from podcast.formats.passages import passages
from podcast.model import NOTICE, Episode, Span, Track
from podcast.outside import ffmpeg

HOSTILE = [
    "<script>alert(1)</script>。",
    "</script><!-- ]]> -->。",
    "a\u2028b\u2029c。",
    "$title {policy} \"引号\" '单' &lt;&amp;。",
    "😀表情𠮷字。",
]


def small_episode() -> Episode:
    tracks = (
        track_of("开场", [("host", ["大家好，欢迎收听。", "今天说三件事。"])]),
        track_of(
            "正题 <b>",
            [("host", ["第一件事是 Grok 3。", "第二件事。"]), ("guest", ["我同意，grok 很快。"])],
        ),
        track_of("结语", [("host", HOSTILE)]),
    )
    return Episode("</title><script>坏</script>", RATE, tracks, "作者", "2025-03-01")


class Reader(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sentences: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.inline: list[tuple[str, str]] = []
        self.timing: dict[str, Any] = {}
        self.path: list[str] = []
        self.kind = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.kind = dict(attrs).get("type") or ""
        self.path.append(tag)
        if self.path[-2:] == ["p", "span"] and "section" in self.path and "main" in self.path:
            self.sentences.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.path and self.path.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.path[-2:] == ["p", "span"] and "main" in self.path:
            self.sentences[-1] += data
        elif self.path[-1:] == ["script"] and self.kind == "application/json":
            self.timing = json.loads(data)
        elif self.path and self.path[-1] in ("script", "style"):
            self.inline.append((self.path[-1], data))


def said(episode: Episode) -> list[str]:
    return [
        "".join(word.text for word in words)
        for track in episode.tracks
        for passage in passages(track)
        for words in passage.sentences
    ]


# As text --------------------------------------------------------------------------------------


def test_the_page_shows_any_text_as_text() -> None:
    episode = small_episode()
    reader = Reader(page_text(episode))
    assert reader.sentences == said(episode)
    assert set(HOSTILE) <= set(reader.sentences)


def test_the_policy_allows_the_pages_own_scripts_and_style_alone() -> None:
    page = page_text(small_episode())
    reader = Reader(page)
    policy = next(value for _, name, value in reader.attributes if "default-src" in value)
    allowed = {"script": "script-src", "style": "style-src"}
    for kind, text in reader.inline:
        digest = b64encode(sha256(text.encode()).digest()).decode()
        allowed[kind] += f" 'sha256-{digest}'"
    assert [kind for kind, _ in reader.inline] == ["style", "script", "script"]
    assert set(allowed.values()) <= set(policy.split("; "))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not any(name == "style" or name.startswith("on") for _, name, _ in reader.attributes)


def test_each_chapter_has_its_picture_beside_the_page() -> None:
    names = ["01-开场", "02-a b?", "03-结语"]
    reader = Reader(page_text(small_episode(), names, pictures=names))
    shown = [value for tag, name, value in reader.attributes if (tag, name) == ("img", "src")]
    assert [unquote(value) for value in shown] == [f"chapters/{name}.jpg" for name in names]
    assert "?" not in "".join(shown)
    policy = next(value for _, name, value in reader.attributes if "default-src" in value)
    assert "img-src data: 'self' file:" in policy


def test_the_page_asks_no_other_machine() -> None:
    page = page_text(small_episode(), ["01-开场", "02-正题", "03-结语"], b"\xff\xd8\xff")
    links = [value for _, name, value in Reader(page).attributes if name in ("src", "href")]
    assert links
    assert all(re.match(r"#|data:|(?![a-z]+:|/)", link) for link in links)
    assert not re.search(r"https?://|@import|url\(", page)


def test_the_page_says_that_the_voices_are_synthetic() -> None:
    assert page_text(small_episode()).count(NOTICE) == 2  # to read, and for machines


def test_files_are_linked() -> None:
    page = page_text(small_episode(), ["01-开 场", "02-正题", "03-结语"])
    links = [value for _, name, value in Reader(page).attributes if name == "href"]
    assert {"episode.mp3", "episode.srt", "episode.vtt", "script.md"} <= set(links)
    assert "chapters/01-%E5%BC%80%20%E5%9C%BA.mp3" in links


text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
paragraph_lists = st.lists(
    st.tuples(st.sampled_from(["host", "guest"]), st.lists(text, min_size=1, max_size=4)),
    min_size=1,
    max_size=3,
)


@given(paragraph_lists)
def test_times_meet_the_sentences(paragraphs: list[tuple[str, list[str]]]) -> None:
    track = track_of("章", paragraphs)
    reader = Reader(page_text(Episode("集", RATE, (track,))))
    shown = [sentence.encode("utf-16-le") for sentence in reader.sentences]
    assert len(shown) == len(reader.timing["starts"]) == len(reader.timing["words"])
    for sentence, times in zip(shown, reader.timing["words"], strict=True):
        assert sum(times[1::2]) * 2 == len(sentence)
        assert [0, *times[2::2]] == sorted([0, *times[2::2]])
    assert reader.timing["starts"] == sorted(reader.timing["starts"])


@given(paragraph_lists)
def test_every_word_is_in_one_passage(paragraphs: list[tuple[str, list[str]]]) -> None:
    track = track_of("章", paragraphs)
    found = passages(track)
    whole = "".join(word.text for word in track.words)
    assert "".join(map("".join, (said(Episode("", RATE, (track,))),))) == whole
    assert [passage.voice for passage in found] == [voice for voice, _ in paragraphs]


@pytest.mark.parametrize(("characters", "pieces"), [(160, 1), (161, 2)])
def test_a_sentence_without_a_stop_ends_after_160_characters(characters: int, pieces: int) -> None:
    words = tuple(Span(place, place + 1, "字") for place in range(characters))
    (passage,) = passages(Track("章", characters, (), words))
    assert len(passage.sentences) == pieces
    assert sum(map(len, passage.sentences)) == characters


# In Chromium ----------------------------------------------------------------------------------


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Any]:
    """A browser whose commands do not wait until its page has loaded."""
    require_chromium()
    with bench.chromium(tmp_path / "profile", strategy="none") as running:
        yield running


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser for all tests of the page."""
    require_chromium()
    with bench.chromium(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small episode, as it is published."""
    made = tmp_path_factory.mktemp("小 集")
    episode = small_episode()
    (made / "index.html").write_text(page_text(episode, ["a", "b", "c"]), "utf-8")
    ffmpeg.encode_mp3(
        (bytes(2 * RATE) for _ in range(episode.length // RATE + 1)),
        RATE,
        96,
        made / "episode.mp3",
    )
    return made


@pytest.fixture
def page(chromium: Any, folder: Path) -> Any:
    """The small episode's page, freshly opened from disk."""
    return opened(chromium, folder)


def now(chromium: Any) -> str:
    return str(chromium.execute_script("return document.querySelector('.now')?.textContent || ''"))


def time(chromium: Any) -> float:
    return float(chromium.execute_script("return document.getElementById('audio').currentTime"))


def press(chromium: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    chains = ActionChains(chromium)
    for key in keys[:-1]:
        chains.key_down(key)
    chains.send_keys(keys[-1])
    for key in keys[:-1]:
        chains.key_up(key)
    chains.perform()


def seconds_of(episode: Episode, sentence: str) -> tuple[float, float]:
    """When a sentence begins and ends."""
    starts = [chapter.start for chapter in episode.chapters]
    for start, track in zip(starts, episode.tracks, strict=True):
        for passage in passages(track):
            for words in passage.sentences:
                if "".join(word.text for word in words) == sentence:
                    return (words[0].start + start) / RATE, (words[-1].end + start) / RATE
    raise AssertionError(sentence)


def sentence_at(seconds: float) -> str:
    """What the small episode says then, or said last."""
    starts = {
        seconds_of(small_episode(), sentence)[0]: sentence for sentence in said(small_episode())
    }
    return starts[max(start for start in starts if start <= seconds + 0.02)]


def seek(chromium: Any, seconds: float) -> None:
    chromium.execute_script("document.getElementById('audio').currentTime = arguments[0]", seconds)
    wait(chromium, "return !document.getElementById('audio').seeking")


@pytest.mark.slow
def test_it_opens_from_disk_without_a_complaint(page: Any) -> None:
    assert page.get_log("browser") == []
    assert page.title == small_episode().title
    assert page.execute_script("return document.querySelectorAll('main script').length") == 0
    assert page.execute_script("return document.documentElement.lang") == "zh-Hans"


def test_it_plays(page: Any) -> None:
    press(page, " ")
    wait(page, "return document.getElementById('audio').currentTime > 1.3")
    wait(page, "return document.querySelector('.word')")
    press(page, " ")
    wait(page, "return document.getElementById('audio').paused")
    assert now(page) == sentence_at(time(page))
    assert page.get_log("browser") == []


def test_the_sentence_and_word_said_are_marked(page: Any) -> None:
    episode = small_episode()
    for sentence in ("今天说三件事。", "我同意，grok 很快。", HOSTILE[0], HOSTILE[-1]):
        start, end = seconds_of(episode, sentence)
        seek(page, (start + end) / 2)
        wait(page, "return document.querySelector('.word')")
        assert now(page) == sentence
        word = page.execute_script("return document.querySelector('.word').textContent")
        assert word in sentence
        middle = len(sentence) * 0.5
        assert abs(sentence.index(word) - middle) <= max(3, len(word))
        for edge in (start + 0.001, end - 0.05):
            seek(page, edge)
            assert now(page) == sentence


def test_a_sentence_clicked_is_heard(page: Any) -> None:
    start, _ = seconds_of(small_episode(), "第二件事。")
    seconds, sentence = page.execute_script(
        "[...document.querySelectorAll('.p p > span')].find(e => e.textContent === '第二件事。')"
        ".click();"
        "return [document.getElementById('audio').currentTime,"
        " document.querySelector('.now').textContent]"
    )
    assert (seconds, sentence) == (pytest.approx(start, abs=0.05), "第二件事。")
    wait(page, "return !document.getElementById('audio').paused")


def test_a_chapter_is_jumped_to(page: Any) -> None:
    seconds, current = page.execute_script(
        "document.querySelectorAll('#chapters a')[1].click();"
        "return [document.getElementById('audio').currentTime,"
        " document.querySelector('#chapters [aria-current] .title').textContent]"
    )
    start = small_episode().chapters[1].start / RATE
    assert (seconds, current) == (pytest.approx(start, abs=0.05), "正题 <b>")
    wait(page, "return !document.getElementById('audio').paused")


def test_search_lists_and_visits_every_hit(page: Any) -> None:
    press(page, "/")
    press(page, "GROK")
    told = page.execute_script("return document.getElementById('count').textContent")
    assert told.startswith("2 处")
    hits = page.execute_script(
        "return [...document.querySelectorAll('#hits mark')].map(e => e.textContent)"
    )
    assert hits == ["Grok", "grok"]
    for sentence in ("第一件事是 Grok 3。", "我同意，grok 很快。", "第一件事是 Grok 3。"):
        press(page, "\ue007")
        wait(page, "return !document.getElementById('audio').seeking")
        assert now(page) == sentence
    assert page.execute_script("return CSS.highlights.get('hits').size") == 2
    press(page, "\ue00c")
    assert page.execute_script("return document.getElementById('hits').hidden")
    assert page.execute_script("return CSS.highlights.get('hits').size") == 0
    press(page, "/")
    press(page, "没有这句")
    assert page.execute_script("return document.getElementById('count').textContent") == "没有找到"
    press(page, "\ue00c")


def test_keys_move_through_the_sound(page: Any) -> None:
    left, right, shift = "\ue012", "\ue014", "\ue008"
    press(page, right)
    assert time(page) == pytest.approx(10)
    press(page, left)
    assert time(page) == pytest.approx(0)
    press(page, shift, right)
    press(page, shift, right)
    assert now(page) == "今天说三件事。"
    press(page, shift, left)
    assert now(page) == "大家好，欢迎收听。"
    press(page, "]")
    assert time(page) == pytest.approx(small_episode().chapters[1].start / RATE, abs=0.01)
    press(page, "[")
    assert time(page) == pytest.approx(0, abs=0.01)
    press(page, "+")
    assert page.execute_script("return document.getElementById('audio').playbackRate") == 1.25


def test_an_address_names_a_time_and_the_place_is_remembered(chromium: Any, folder: Path) -> None:
    start, _ = seconds_of(small_episode(), "第二件事。")
    page = opened(chromium, folder, f"#t={start:.3f}")
    assert now(page) == "第二件事。"
    page.get("about:blank")
    page.get((folder / "index.html").as_uri())
    wait(page, "return document.getElementById('audio').readyState >= 1")
    assert now(page) == "第二件事。"


def test_an_address_names_a_chapter(chromium: Any, folder: Path) -> None:
    chapters = small_episode().chapters
    page = opened(chromium, folder, "#c3")
    assert time(page) == pytest.approx(chapters[2].start / RATE, abs=0.01)
    page.execute_script("location.hash = '#c2'")
    wait(page, "return !document.getElementById('audio').seeking")
    assert time(page) == pytest.approx(chapters[1].start / RATE, abs=0.01)
    page.execute_script("document.querySelectorAll('#chapters a')[2].click()")
    assert page.execute_script("return location.hash") == "#c3"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_window(page: Any, width: int) -> None:
    emulate(page, width, "light")
    try:
        wide = page.execute_script("return document.documentElement.scrollWidth")
        assert wide <= width
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def emulate(page: Any, width: int, scheme: str) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


# While it loads, and where its script cannot run -----------------------------------------------

SEEN_IN_LIST = """(() => {
  const seen = [0.1, 0.3, 0.5, 0.7, 0.9].map((part) =>
    document.elementFromPoint(innerWidth / 2, innerHeight * part)?.closest("#contents"));
  return seen.filter(Boolean).length;
})()"""  # of five points down the middle of the window, how many show the list of chapters


class Held:
    """Serves a page, and holds back all from its first `<script id=` on until it is let go."""

    def __init__(self, page: bytes) -> None:
        self.go = Event()
        first = page.index(b"<script id=")
        go = self.go

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page) if found else 0))
                self.end_headers()
                if found:
                    self.wfile.write(page[:first])
                    self.wfile.flush()
                    go.wait(PATIENCE)
                    self.wfile.write(page[first:])

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever, daemon=True).start()


def evaluated(chromium: Any, script: str) -> Any:
    """What a script gives in a page that may still be loading: nothing waits for it."""
    asked = {"expression": script, "returnByValue": True}
    return chromium.execute_cdp_cmd("Runtime.evaluate", asked)["result"].get("value")


def wait_loading(chromium: Any, script: str) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(chromium, PATIENCE, 0.05).until(lambda page: evaluated(page, script))


PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 3, "mobile": True}


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """The browser with a phone's window, at no page."""
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    yield chromium
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.get("about:blank")


def test_a_phone_never_shows_the_list_while_the_page_loads(impatient: Any) -> None:
    phone = impatient
    phone.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    held = Held(page_text(small_episode()).encode())
    watch = """addEventListener("transitionrun", (event) => {
      (window.moved ||= []).push(event.target.id); })"""
    try:
        phone.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": watch})
        phone.execute_cdp_cmd("Page.navigate", {"url": held.url})
        wait_loading(phone, "Boolean(document.getElementById('player'))")
        style = "getComputedStyle(document.getElementById('contents'))"
        assert evaluated(phone, f"{style}.visibility") == "hidden"
        assert evaluated(phone, SEEN_IN_LIST) == 0
        assert evaluated(phone, "document.readyState") == "loading"
        held.go.set()
        wait_loading(phone, "document.readyState === 'complete'")
        assert evaluated(phone, f"{style}.visibility") == "hidden"
        assert (
            phone.execute_async_script(
                "requestAnimationFrame(() => requestAnimationFrame(() => "
                "arguments[0](window.moved || [])))"
            )
            == []
        )
    finally:
        held.go.set()
        held.server.shutdown()
        held.server.server_close()


def test_the_list_of_a_phone_opens_over_the_page_and_closes(phone: Any, folder: Path) -> None:
    opened(phone, folder)
    press_open = "document.getElementById('open').click()"
    hidden = "return getComputedStyle(document.getElementById('contents')).visibility === 'hidden'"
    shows = f"return {SEEN_IN_LIST} > 0"
    assert phone.execute_script(hidden)
    phone.execute_script(press_open)
    wait(phone, shows)
    phone.execute_script(press_open)
    wait(phone, hidden)
    assert not phone.execute_script(shows)


def test_a_window_made_narrow_hides_the_list_at_once(page: Any) -> None:
    visibility = "return getComputedStyle(document.getElementById('contents')).visibility"
    try:
        emulate(page, 1280, "light")
        assert page.execute_script(visibility) == "visible"
        emulate(page, 390, "light")
        assert page.execute_script(visibility) == "hidden"
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


PLAIN = """[getComputedStyle(document.getElementById("contents")).position,
  getComputedStyle(document.getElementById("audio")).display,
  getComputedStyle(document.getElementById("play")).visibility === "visible"
    && document.getElementById("play").getClientRects().length]"""


@pytest.mark.parametrize("trouble", ["scripts are off", "the script fails"])
def test_without_its_script_the_page_is_plain(phone: Any, folder: Path, trouble: str) -> None:
    path = folder / "plain.html"
    text = page_text(small_episode(), ["a", "b", "c"])
    path.write_text(re.sub(r'(type="application/json">)\{', r"\1[", text), "utf-8")
    if trouble == "scripts are off":
        path.write_text(text, "utf-8")
        phone.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    phone.get(path.as_uri())
    assert evaluated(phone, PLAIN) == ["static", "block", 0]
    phone.get_log("browser")


def test_the_dark_scheme_is_dark(page: Any) -> None:
    script = "return getComputedStyle(document.body).backgroundColor"
    shades = []
    for scheme in ("light", "dark"):
        emulate(page, 1280, scheme)
        shades.append(sum(map(int, re.findall(r"\d+", page.execute_script(script))[:3])))
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert shades[0] > 600
    assert shades[1] < 120


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(page: Any, width: int, scheme: str) -> None:
    axe = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
    if not axe.is_file():
        pytest.skip("no axe-core: npm install axe-core, or name its axe.min.js in AXE")
    emulate(page, width, scheme)
    try:
        seek(page, 2)
        page.execute_script(axe.read_text("utf-8"))
        for query in ("", "grok"):
            page.execute_script(
                "const query = document.getElementById('query'); query.value = arguments[0];"
                "query.dispatchEvent(new Event('input'));"
                "document.getElementById('contents').classList.toggle('open', query.value !== '')",
                query,
            )
            found = page.execute_async_script(
                "const done = arguments[0];"
                "const moving = document.getAnimations().map(each => each.finished);"
                "Promise.allSettled(moving).then(() => axe.run()).then(told => done("
                "told.violations.map("
                "each => [each.id, each.nodes[0].html, each.nodes[0].failureSummary])))"
            )
            assert found == []
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


# Three hours ----------------------------------------------------------------------------------

# Does an act and tells of it: how many nodes came, went or changed, how many ranges were made, and
# how often the script asked where an element is. The sound stays still, so nothing else happens.
COUNTED = """
const [script, done] = arguments;
const act = new Function(script);
const counts = {nodes: 0, ranges: 0, boxes: 0};
const size = (node) => 1 + (node.querySelectorAll ? node.querySelectorAll("*").length : 0);
const observer = new MutationObserver(() => {});
const whole = {subtree: true, childList: true, attributes: true, characterData: true};
observer.observe(document, whole);
const own = {Range, box: Element.prototype.getBoundingClientRect};
window.Range = new Proxy(own.Range, {
  construct: (target, given) => { counts.ranges += 1; return new target(...given); },
});
Element.prototype.getBoundingClientRect = function () {
  counts.boxes += 1;
  return own.box.call(this);
};
const settled = () => {
  if (document.getElementById("audio").seeking) return setTimeout(settled, 10);
  for (const {addedNodes, removedNodes} of [...records, ...observer.takeRecords()]) {
    const nodes = [...addedNodes, ...removedNodes];
    counts.nodes += nodes.length ? nodes.map(size).reduce((a, b) => a + b) : 1;
  }
  observer.disconnect();
  window.Range = own.Range;
  Element.prototype.getBoundingClientRect = own.box;
  done(counts);
};
act();
const records = observer.takeRecords();
requestAnimationFrame(() => requestAnimationFrame(settled));
"""


def steps_since(browser: Any) -> int:
    """How often functions and blocks of the page's script have run since this was last asked."""
    scripts = browser.execute_cdp_cmd("Profiler.takePreciseCoverage", {})["result"]
    address = browser.current_url.partition("#")[0]
    functions = [each for one in scripts if one["url"] == address for each in one["functions"]]
    run = [each for each in functions if each["ranges"][0]["count"]]
    assert all(each["isBlockCoverage"] for each in run)
    return sum(span["count"] for each in run for span in each["ranges"])


def work_of(browser: Any, folder: Path) -> dict[str, dict[str, int]]:
    """What the page in `folder` does for each act, at the place where it does most.

    V8 counts blocks only in what it compiles after the counting began, in the same process: so a
    blank page beside it is opened first, in a browser that has seen no such script.
    """
    (folder / "blank.html").write_text("<!doctype html><title></title>", "utf-8")
    browser.get((folder / "blank.html").as_uri())
    browser.execute_cdp_cmd("Profiler.enable", {})
    counting = {"callCount": True, "detailed": True}
    browser.execute_cdp_cmd("Profiler.startPreciseCoverage", counting)
    browser.get((folder / "index.html").as_uri())
    wait(browser, "return document.getElementById('audio').readyState >= 1")
    count = browser.execute_script(
        "document.getElementById('audio').play = () => Promise.resolve();"
        "return document.querySelectorAll('.p p > span').length"
    )
    work: dict[str, dict[str, int]] = {}
    for name, act in bench.ACTS.items():
        turns = []
        for place in bench.places(count):
            steps_since(browser)
            turns.append(browser.execute_async_script(COUNTED, act % place))
            turns[-1]["steps"] = steps_since(browser)
        work[name] = {kind: max(turn[kind] for turn in turns) for kind in turns[0]}
    return work | {"page": {"sentences": count}}


@pytest.mark.slow
def test_what_a_page_of_three_hours_does_is_bounded(chromium: Any, tmp_path: Path) -> None:
    """Only a search reads all sentences; it paints each hit once, and lists two hundred."""
    bench.write_long_page(tmp_path, 3)
    with bench.chromium(tmp_path / "profile") as browser:
        work = work_of(browser, tmp_path)
        assert browser.get_log("browser") == []
    print(work)
    sentences = work.pop("page")["sentences"]
    assert sentences > 1500
    search, clear = work.pop("search"), work.pop("clear")
    for act in work.values():
        assert act["steps"] <= 400 and act["nodes"] <= 60, work
        assert act["boxes"] <= 4 and act["ranges"] == 0, work
    assert search["steps"] <= 40 * sentences and search["ranges"] <= sentences
    assert search["nodes"] <= 2500 and search["boxes"] == 0
    assert clear["steps"] <= 10 * sentences and clear["ranges"] == 0
    assert clear["nodes"] <= 1500 and clear["boxes"] == 0


def test_a_word_without_end_is_put_together_in_a_moment() -> None:
    words = tuple(Span(at, at + 1, "a") for at in range(100_000))
    (passage,) = passages(Track("", 100_000, (), words))
    assert passage.sentences == ((Span(0, 100_000, "a" * 100_000),),)
