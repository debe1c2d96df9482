"""The studio's page in real Chromium: from a dropped file to a published episode."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import page as bench
import pytest
import srt
from patience import wait_until
from places import SEED
from programs import require_chromium
from studio_page import AREAS, READY, TOKEN, Person, Studio, running

from podcast import engines
from podcast.files.options import OPTIONS
from podcast.files.settings import read_settings
from podcast.studio.front import PAGES, page_text, static_file
from podcast.text import read
from podcast.text.read.forms import FORMS

CONTROL, SHIFT, ALT = "\ue009", "\ue008", "\ue00a"
ENTER, BACKSPACE, DELETE, ESCAPE = "\ue007", "\ue003", "\ue017", "\ue00c"
LEFT, UP, RIGHT, DOWN, HOME, END = "\ue012", "\ue013", "\ue014", "\ue015", "\ue011", "\ue010"
NUMBERS = count()
READERS = Path(read.__file__).parent  # the modules that read transcripts
SCRIPT = """# 一期节目

## 开头

大家好，欢迎收听。今天说三件事。

> [guest] 我同意。

## 后来

第二章只有一段。
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser for all tests of the studio, set to Chinese."""
    require_chromium()
    with bench.chromium(tmp_path_factory.mktemp("profile")) as running:
        speak(running, "zh-CN")
        yield running


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with running(tmp_path_factory.mktemp("studio")) as made:
        yield made


@pytest.fixture
def person(chromium: Any, studio: Studio) -> Person:
    return Person(chromium, studio)


@pytest.fixture
def editor(person: Person, request: pytest.FixtureRequest) -> Person:
    """The editor of a script of two chapters, which no other test has."""
    name = f"{request.node.originalname}{next(NUMBERS)}"
    person.studio.write(name, SCRIPT)
    person.name = name
    person.edit(name)
    return person


def on_disk(person: Person) -> str:
    return person.studio.script(person.name).read_text("utf-8")


def speak(chromium: Any, language: str) -> None:
    """Have the browser ask for pages in a language."""
    agent = chromium.execute_script("return navigator.userAgent")
    told = {"userAgent": agent, "acceptLanguage": language}
    chromium.execute_cdp_cmd("Network.setUserAgentOverride", told)


def emulate(chromium: Any, width: int = 1280, scheme: str = "light") -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


# As text --------------------------------------------------------------------------------------


def table(language: str) -> set[str]:
    """The names of the texts in a language."""
    text = (PAGES / f"{language}.js").read_text("utf-8")
    return set(re.findall(r"^  (\w+):", text, re.MULTILINE))


def test_both_languages_have_every_text() -> None:
    assert table("zh") == table("en")
    used = {
        name
        for path in PAGES.glob("*.js")
        for name in re.findall(r'\btext\("(\w+)"', path.read_text("utf-8"))
    }
    assert used and used <= table("zh")


def test_every_option_has_a_short_name_and_nothing_else_has() -> None:
    named = {name for name in table("zh") if name.startswith("option_")}
    assert named == {f"option_{name}" for name in OPTIONS}


def test_every_value_that_can_be_chosen_has_a_name() -> None:
    choices = [
        f"choice_{option.name}_{re.sub('[^A-Za-z0-9_]+', '_', value)}"
        for option in OPTIONS.values()
        for value in map(str, option.choices)
        if not value.isdigit()
    ]
    choices += [f"choice_engine_{engine}" for engine in ("auto", *engines.offered())]
    assert sorted(choices) == sorted(name for name in table("zh") if name.startswith("choice_"))


def test_every_form_and_every_reason_that_a_reader_tells_has_a_name() -> None:
    source = "".join(path.read_text("utf-8") for path in READERS.rglob("*.py"))
    constants = dict(re.findall(r'^([A-Z_]+) = ("[^"]+")', source, re.MULTILINE))
    told = re.findall(r'\bDropped\(\s*("[^"]+"|[A-Z_]+\b)', source)
    whys = {"cleaned", *(constants.get(why, why).strip('"') for why in told)}
    named = {name for name in table("zh") if name.startswith(("form_", "why_"))}
    keys = [("form", form.name) for form in FORMS] + [("why", why) for why in whys]
    assert named == {f"{kind}_{re.sub(r'[^A-Za-z0-9_]+', '_', name)}" for kind, name in keys}


def test_what_the_program_says_is_said_in_chinese(person: Person) -> None:
    told = {
        "cannot read a.txt: it is empty; give a .txt, .srt, .vtt or Whisper .json transcript":
            "读不了 a.txt：文件是空的；请给 .txt、.srt、.vtt 或 Whisper 的 .json 文稿",
        "cannot read a.toml: recipe.sentence_pause: 99 is not a number from 0 to 10":
            "读不了 a.toml：“句间停顿（秒）”：99 不在 0 到 10 的范围里",
        "cannot read a.toml: title must be text in quotes, not a list":
            "读不了 a.toml：“标题”必须是带引号的文字，不能是列表",
        "chapter 'Go: no problem' begins in line 0; lines count from 1":
            "“Go: no problem”这一章从第 0 行开始；行号从 1 数起",
        "a.txt is read as plain text: 3 lines without times; no speaker is named; "
        "pieces left out: 1": "a.txt 读到的是：纯文本，3 行，没有时间；没有标出说话人；去掉 1 处",
        "a.srt is read as subtitles in zh-Hans: 43 lines with times; speakers: 张三 (host, 60%); "
        "pieces left out: 0":
            "a.srt 读到的是：字幕（简体中文），43 行，有时间；说话人：张三 (host, 60%)；去掉 0 处",
        "another program says this": "another program says this",
    }  # fmt: skip
    person.open("/")
    shown = person.browser.execute_async_script(
        "const [sentences, done] = arguments;"
        "import('/static/chinese.js').then(({inChinese}) => done(sentences.map(inChinese)))",
        list(told),
    )
    assert shown == list(told.values())


def test_what_the_server_refuses_is_told_in_chinese(person: Person) -> None:
    person.open("/")
    person.run(
        "const data = new DataTransfer(); data.items.add(new File([''], 'a.txt'));"
        "document.body.dispatchEvent("
        "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))"
    )
    told = person.wait("return document.querySelector('#read .trouble')?.textContent")
    assert told.startswith("读不了 a.txt：文件是空的")


@pytest.mark.slow
def test_the_types_of_the_scripts_agree(tmp_path: Path) -> None:
    tsc = shutil.which("tsc", path=f"node_modules/.bin{os.pathsep}{os.environ['PATH']}")
    if not tsc:
        pytest.skip("no tsc on PATH and none in node_modules: npm install typescript")
    (tmp_path / "player.d.ts").write_text("declare const player: any;\n")
    options = {
        "allowJs": True, "checkJs": True, "noEmit": True, "types": [], "target": "es2022",
        "module": "es2022", "moduleResolution": "bundler", "lib": ["es2023", "dom", "dom.iterable"],
    }  # fmt: skip
    files = [str(PAGES / "main.js"), "player.d.ts"]
    config = tmp_path / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": options, "files": files}))
    done = subprocess.run([tsc, "-p", str(config)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_page_holds_no_script_and_no_style_of_its_own() -> None:
    page = page_text()
    assert not re.search(r"<style|<script(?! (type=\"module\" )?src=)|\son\w+=|style=", page)
    asked = re.findall(r'(?:src|href)="/static/([^"]+)"', page)
    assert asked and all(static_file(name) for name in asked)
    assert static_file("../front.py") is None and static_file("studio.html") is None


def test_no_text_is_read_as_html() -> None:
    for path in PAGES.glob("*.js"):
        reads = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(",
                           path.read_text("utf-8"))  # fmt: skip
        assert not reads, path


# From a file to an episode --------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(chromium: Any, studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an episode that a person made in the browser from a dropped file."""
    person = Person(chromium, studio)
    seed = tmp_path_factory.mktemp("desk") / "我的节目.txt"
    lines = SEED.read_text("utf-8").splitlines()[:24]
    seed.write_text("\n".join(lines), "utf-8")
    person.open("/")
    chromium.find_element("id", "pick").send_keys(str(seed))
    person.wait("return document.getElementById('as-read')")
    read = person.run("return document.getElementById('read').textContent")
    assert "24 行" in read and lines[0] in read and "清理掉" in read
    title, author = person.run("return [...document.querySelectorAll('.settings input')]")[:2]
    title.send_keys("试一期")
    author.send_keys("张三")
    person.run(
        "const label = [...document.querySelectorAll('.recipe label')]"
        ".find(label => label.textContent === '朗读引擎');"
        "label.control.value = 'tone'"
    )
    assert not (studio.folder / "seeds" / "我的节目.toml").exists()
    person.click("#read .main")
    person.wait("return location.pathname.startsWith('/edit/')")
    person.wait("return document.querySelectorAll('#script .p').length")
    person.wait(READY)
    for place in (2, 3):
        person.caret(person.texts[place], person.texts[place].index("。") + 1)
        person.press(ENTER)
        person.saved()
    person.press(CONTROL, "s")
    person.wait("return !document.getElementById('listen').hidden")
    return "我的节目"


@pytest.mark.slow
def test_a_dropped_file_becomes_an_episode_with_subtitles(built: str, person: Person) -> None:
    settings = (person.studio.folder / "seeds" / f"{built}.toml").read_text("utf-8")
    assert 'title = "试一期"' in settings and 'engine = "tone"' in settings
    person.edit(built)
    assert person.texts[0] == "试一期"
    person.click("#open-files")
    address = person.wait(
        "return document.querySelector('.files-list a[download=\"episode.srt\"]')?.href"
    )
    with urlopen(address) as answer:
        cues = list(srt.parse(answer.read().decode()))
    spoken = "".join(person.texts[1:])
    assert len(cues) > 5 and all(cue.content[:3] in spoken for cue in cues)
    assert person.complaints() == []


def test_a_built_episode_is_listed_and_copied(built: str, person: Person) -> None:
    person.open("/")
    listed = person.wait("return document.querySelector('.episodes a')?.textContent")
    assert listed is not None
    person.edit(built)
    person.run(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => "
        "{ window.copied = text; }}})"
    )
    person.click("#open-files")
    labels = person.wait(
        "const all = [...document.querySelectorAll('#panel button')].map(b => b.textContent);"
        "return all.some(label => label.includes('YouTube')) && all"
    )
    assert {"复制：YouTube", "复制：哔哩哔哩", "复制：小宇宙"} <= set(labels)
    person.run(
        "[...document.querySelectorAll('#panel button')]"
        ".find(b => b.textContent.includes('YouTube')).click()"
    )
    copied = person.wait("return window.copied")
    assert copied == (person.studio.folder / "out" / built / "chapters.txt").read_text("utf-8")


def test_the_sound_goes_on_while_it_is_built_again(built: str, person: Person) -> None:
    person.edit(built)
    audio = "document.getElementById('audio')"
    person.wait(f"return {audio}.readyState >= 1")
    was = person.run(f"return {audio}.src")
    second = person.texts[3]
    person.caret(second, 0)
    person.press("新")
    person.saved()
    person.run(f"{audio}.loop = true; {audio}.play()")  # however long the build takes
    person.wait(f"return {audio}.currentTime > 0.2")
    person.press(CONTROL, "s")
    person.wait(f"return {audio}.src !== arguments[0]".replace("arguments[0]", json.dumps(was)))
    person.wait(f"return !{audio}.paused && {audio}.currentTime > 0")
    person.run(f"{audio}.pause()")
    assert "新" + second[:4] in (person.studio.folder / "out" / built / "episode.srt").read_text(
        "utf-8"
    ).replace("\n", "")
    assert person.complaints() == []


def test_a_sentence_is_heard_as_it_stands(built: str, person: Person) -> None:
    person.edit(built)
    person.run(
        "window.said = []; const own = window.fetch;"
        "window.fetch = (address, options) => {"
        "  if (String(address).endsWith('/say')) said.push(JSON.parse(options.body).text);"
        "  return own(address, options); };"
        "const play = HTMLMediaElement.prototype.play;"
        "HTMLMediaElement.prototype.play = function () {"
        "  window.heard = this; return play.call(this); }"
    )
    whole = person.texts[3]
    person.caret(whole, 0)
    person.press("改")
    person.press(CONTROL, ENTER)
    person.wait("return window.heard && heard.currentTime > 0 && CSS.highlights.get('saying').size")
    first = person.run("return said[0]")
    assert first.startswith("改" + whole[0]) and ("改" + whole).startswith(first)
    person.press(ESCAPE)
    assert person.run("return heard.paused")
    paragraph = person.browser.find_elements("css selector", "#script .p p")[2]
    paragraph.click()
    person.wait("return said.length === 2")
    person.press(CONTROL, "z")
    person.saved()


def test_what_check_finds_leads_to_its_place(built: str, person: Person) -> None:
    path = person.studio.folder / "out" / built / "episode.srt"
    text = path.read_text("utf-8")
    cues = list(srt.parse(text))
    cues[3].content = "很长" * 40
    path.write_text(srt.compose(cues), "utf-8")
    try:
        person.edit(built)
        person.wait("return document.getElementById('audio').readyState >= 1")
        person.click("#open-check")
        person.wait("return document.querySelectorAll('#panel .place time').length")
        person.run("document.querySelector('#panel .place:has(time)').click()")
        seconds = person.run("return document.getElementById('audio').currentTime")
        assert seconds == pytest.approx(cues[3].start.total_seconds(), abs=1)  # as check tells it
        assert person.run("return CSS.highlights.get('now').size") == 1
    finally:
        path.write_text(text, "utf-8")


# Editing --------------------------------------------------------------------------------------


def test_what_is_typed_is_on_disk_after_a_pause(editor: Person) -> None:
    editor.caret("第二章只有一段。", 0)
    editor.press("其实，")
    editor.saved()
    wait_until(lambda: "其实，第二章只有一段。" in on_disk(editor))
    assert on_disk(editor) == SCRIPT.replace("第二章", "其实，第二章")
    assert editor.complaints() == []


def test_enter_splits_backspace_joins_and_undo_outlives_a_reload(editor: Person) -> None:
    whole = "大家好，欢迎收听。今天说三件事。"
    editor.caret(whole, 9)
    editor.press(ENTER)
    editor.saved()
    assert editor.texts[2:4] == ["大家好，欢迎收听。", "今天说三件事。"]
    assert "大家好，欢迎收听。\n\n今天说三件事。" in on_disk(editor)
    editor.press(BACKSPACE)
    editor.saved()
    assert whole in editor.texts and on_disk(editor) == SCRIPT
    editor.press("又")
    editor.saved()
    assert "大家好，欢迎收听。又今天说三件事。" in editor.texts
    editor.edit(editor.name)
    for texts in (2, 3, 2):
        editor.caret(editor.texts[0], 0)
        editor.press(CONTROL, "z")
        editor.wait(f"return {AREAS}[{texts}].textContent === " + json.dumps(
            {2: whole, 3: "今天说三件事。"}[texts]
        ))  # fmt: skip
    editor.wait("return document.querySelector('[aria-label=撤销]').disabled")
    assert on_disk(editor) == SCRIPT
    editor.press(CONTROL, SHIFT, "z")
    editor.wait(f"return {AREAS}[3].textContent === '今天说三件事。'")


def test_a_new_paragraph_is_kept_once_it_has_text(editor: Person) -> None:
    editor.caret("第二章只有一段。", 8)
    editor.press(ENTER)
    editor.press("再来一段。")
    editor.saved()
    assert editor.texts[-2:] == ["第二章只有一段。", "再来一段。"]
    assert on_disk(editor) == SCRIPT + "\n再来一段。\n"
    editor.press(ENTER)
    editor.press(UP)
    editor.wait(f"return {AREAS}.length === 7")
    editor.saved()
    assert on_disk(editor) == SCRIPT + "\n再来一段。\n"


def test_an_emptied_paragraph_can_be_filled_again(editor: Person) -> None:
    editor.caret("我同意。", 0)
    editor.run("getSelection().selectAllChildren(document.activeElement)")
    editor.press(DELETE)
    wait_until(lambda: "我同意" not in on_disk(editor))
    editor.press("我反对。")
    editor.saved()
    assert on_disk(editor) == SCRIPT.replace("我同意", "我反对")


def test_chapters_are_opened_moved_renamed_and_merged_by_keys(editor: Person) -> None:
    editor.caret("大家好，欢迎收听。今天说三件事。", 9)
    editor.press(CONTROL, SHIFT, ENTER)
    editor.press("中间")
    editor.saved()
    assert editor.texts[1:5] == ["开头", "大家好，欢迎收听。", "中间", "今天说三件事。"]
    titles = "return [...document.querySelectorAll('#chapters .title')].map(t => t.textContent)"
    editor.wait(f"{titles}.join() === '开头,中间,后来'")
    editor.press(ALT, DOWN)
    editor.saved()
    assert editor.texts[2:5] == ["大家好，欢迎收听。", "今天说三件事。", "中间"]
    editor.press(ALT, DOWN)
    editor.press(ALT, DOWN)
    editor.saved()
    assert "> [guest] 我同意。\n\n## 中间\n\n## 后来" in on_disk(editor)
    editor.caret("后来", 0)
    editor.press(BACKSPACE)
    editor.saved()
    assert "> [guest] 我同意。\n\n## 中间\n\n第二章" in on_disk(editor)


def test_several_paragraphs_are_deleted_and_come_back(editor: Person) -> None:
    editor.caret("大家好，欢迎收听。今天说三件事。", 16)
    editor.press(SHIFT, DOWN)
    assert editor.run("return document.querySelectorAll('.chosen').length") == 2
    editor.press(DELETE)
    editor.saved()
    assert editor.texts == ["一期节目", "开头", "后来", "第二章只有一段。"]
    editor.press(CONTROL, "z")
    editor.wait(f"return {AREAS}.length === 6")
    wait_until(lambda: on_disk(editor) == SCRIPT)


def test_the_menu_of_a_paragraph_sets_its_speaker(editor: Person) -> None:
    editor.caret("第二章只有一段。", 0)
    editor.press(CONTROL, ".")
    labels = editor.run(
        "return [...document.querySelectorAll('#menu [role=menuitemradio]')]"
        ".map(each => each.textContent)"
    )
    assert labels[:3] == ["这一章的主要声音", "主持人", "嘉宾"]
    for _ in range(5):
        editor.press(DOWN)
    assert editor.run("return document.activeElement.textContent") == "嘉宾"
    editor.press(ENTER)
    editor.saved()
    assert "> [guest] 第二章只有一段。" in on_disk(editor)
    shown = editor.run("return [...document.querySelectorAll('.role')].map(r => r.textContent)")
    assert shown == ["主持人", "嘉宾", "嘉宾"]


def test_several_lines_are_pasted_as_paragraphs(editor: Person) -> None:
    editor.caret("第二章只有一段。", 3)
    editor.run(
        "const data = new DataTransfer(); data.setData('text/plain', '甲。\\n\\n<b>乙</b>。\\n');"
        "document.activeElement.dispatchEvent("
        "new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))"
    )
    editor.saved()
    assert editor.texts[-2:] == ["第二章甲。", "<b>乙</b>。只有一段。"]


def test_nothing_is_split_or_saved_inside_a_composition(editor: Person) -> None:
    editor.caret("我同意。", 0)
    editor.compose("wo")
    editor.run(
        "const key = {key: 'Enter', isComposing: true, bubbles: true, cancelable: true};"
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', key))"
    )
    editor.run("document.dispatchEvent(new Event('visibilitychange'))")
    editor.studio.retype(editor.name, "第二章只有一段。", "别处改的。")
    editor.wait(f"return {AREAS}.at(-1).textContent === '别处改的。'")
    assert "wo我同意。" in editor.texts and len(editor.texts) == 6
    assert "wo" not in on_disk(editor)
    editor.commit("我也")
    editor.saved()
    wait_until(lambda: "我也我同意。" in on_disk(editor))
    assert editor.run("return getSelection().anchorOffset") == 2


# Others ---------------------------------------------------------------------------------------


def test_a_change_on_disk_is_followed(editor: Person) -> None:
    editor.studio.write(editor.name, SCRIPT.replace("三件事", "四件事"))
    editor.wait(f"return {AREAS}[2].textContent === '大家好，欢迎收听。今天说四件事。'")


@pytest.mark.parametrize("choice", ["用我的", "用别处的", "两个都留"])
def test_two_versions_of_a_paragraph_are_shown_to_choose_from(editor: Person, choice: str) -> None:
    name = editor.name
    editor.caret("我同意。", 0)
    editor.compose("我的")
    editor.studio.retype(name, "我同意。", "别处的同意。")
    editor.run("return new Promise(done => setTimeout(done, 50))")
    editor.commit("我的")
    shown = editor.wait(
        "const all = [...document.querySelectorAll('dialog .version p')].map(p => p.textContent);"
        "return all.length && all"
    )
    assert shown == ["我的我同意。", "别处的同意。"]
    editor.run(
        "[...document.querySelectorAll('dialog button')]"
        ".find(button => button.textContent === arguments[0]).click()",
        choice,
    )
    kept = {
        "用我的": ["我的我同意。"],
        "用别处的": ["别处的同意。"],
        "两个都留": ["别处的同意。", "我的我同意。"],
    }[choice]
    editor.wait(f"return {AREAS}.map(a => a.textContent).slice(3, -2).join() === "
                + json.dumps(",".join(kept)))  # fmt: skip
    editor.saved()
    lines = [line for line in on_disk(editor).splitlines() if "同意" in line]
    assert [line.removeprefix("> [guest] ") for line in lines] == kept


def test_a_second_tab_is_told_and_follows(editor: Person) -> None:
    first = editor.browser.current_window_handle
    editor.browser.switch_to.new_window("tab")
    speak(editor.browser, "zh-CN")
    try:
        editor.edit(editor.name)
        editor.wait("return document.getElementById('told').textContent.includes('另外 1 个窗口')")
        editor.caret("我同意。", 3)
        editor.press("你")
        editor.saved()
        editor.browser.switch_to.window(first)
        editor.wait(f"return {AREAS}[3].textContent === '我同意你。'")
    finally:
        editor.browser.switch_to.window(editor.browser.window_handles[-1])
        editor.browser.close()
        editor.browser.switch_to.window(first)


def test_eight_tabs_do_not_wait_for_each_other(editor: Person) -> None:
    # A browser has six connections for one address, and each event stream takes one.
    first = editor.browser.current_window_handle
    try:
        for _ in range(7):
            editor.browser.switch_to.new_window("tab")
            editor.browser.get(f"{editor.studio.address}/edit/{quote(editor.name)}?token={TOKEN}")
        editor.wait(READY)
        editor.caret("我同意。", 3)
        editor.press("你")
        wait_until(lambda: "我同意你。" in on_disk(editor))
        wait_until(lambda: editor.studio.streams(editor.name) == 1)
        editor.browser.switch_to.window(first)
        editor.wait(f"return {AREAS}[3].textContent === '我同意你。'")
    finally:
        for handle in editor.browser.window_handles:
            if handle != first:
                editor.browser.switch_to.window(handle)
                editor.browser.close()
        editor.browser.switch_to.window(first)


# Finding and naming ---------------------------------------------------------------------------


def test_every_place_is_shown_before_it_is_replaced(editor: Person) -> None:
    editor.caret("我同意。", 0)
    editor.press(CONTROL, "f")
    editor.press("一")
    found = "return [...document.querySelectorAll('.places mark')].map(m => m.textContent)"
    editor.wait(f"{found}.length === 2")
    assert editor.run("return document.querySelector('#panel [role=status]').textContent") == "2 处"
    assert editor.run("return CSS.highlights.get('hits').size") == 2
    editor.press("\ue004")
    editor.press("二")
    editor.wait("return !document.querySelector('#panel .main').disabled")
    assert on_disk(editor) == SCRIPT
    editor.click("#panel .main")
    editor.wait(f"return {AREAS}.at(-1).textContent === '第二章只有二段。'")
    editor.press(ESCAPE)
    assert editor.run("return document.getElementById('panel').hidden")
    for hidden in (False, True):
        editor.click("#open-find")
        assert editor.run("return document.getElementById('panel').hidden") is hidden
    editor.press(CONTROL, "z")
    wait_until(lambda: on_disk(editor) == SCRIPT)


def test_a_name_is_always_written_and_said_so(built: str, person: Person) -> None:
    person.edit(built)
    person.click("#open-names")
    person.wait("return document.querySelectorAll('#panel input').length === 4")
    wrong, right = person.browser.find_elements("css selector", "#panel input")[:2]
    wrong.send_keys("indigo")
    right.send_keys("Indigo")
    person.wait("return document.querySelectorAll('#panel .places ins').length")
    person.wait("return !document.querySelector('#panel .main').disabled")
    person.click("#panel .main")
    person.wait(f"return {AREAS}.some(area => area.textContent.includes('Indigo'))")
    rows = (person.studio.folder / "seeds" / f"{built}.toml").read_text("utf-8")
    assert re.search(r'"?Indigo"?\s*=.*"indigo"', rows)


def test_what_cleaning_dropped_comes_back_by_a_click(built: str, person: Person) -> None:
    person.edit(built)
    person.click("#bar .group .toggle:nth-of-type(4)")
    dropped = person.wait("return document.querySelector('#script .dropped s')?.textContent")
    before = "".join(person.texts)
    person.click("#script .dropped button")
    person.saved()
    after = "".join(person.texts)
    assert len(after) == len(before) + len(dropped) and dropped in after


# How it looks, and to whom --------------------------------------------------------------------


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(editor: Person, width: int) -> None:
    emulate(editor.browser, width)
    try:
        for opener in ("find", "names", "keys"):
            editor.click(f"#open-{opener}")
            assert editor.run("return document.documentElement.scrollWidth") <= width
        editor.open("/")
        assert editor.run("return document.documentElement.scrollWidth") <= width
    finally:
        emulate(editor.browser)


def test_a_phone_reaches_the_chapters_before_anything_is_built(editor: Person) -> None:
    emulate(editor.browser, 390)
    try:
        editor.browser.find_element("id", "open-contents").click()
        link = editor.browser.find_element("css selector", "#chapters li:last-child a")
        wait_until(link.is_displayed)
        link.click()
        assert editor.run("return document.activeElement.textContent") == "后来"
    finally:
        emulate(editor.browser)


def test_the_dark_scheme_is_dark(person: Person) -> None:
    shades = []
    for scheme in ("light", "dark"):
        emulate(person.browser, scheme=scheme)
        person.open("/")
        colour = person.run("return getComputedStyle(document.body).backgroundColor")
        shades.append(sum(map(int, re.findall(r"\d+", colour)[:3])))
    emulate(person.browser)
    assert shades[0] > 600
    assert shades[1] < 120


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing(built: str, person: Person, width: int, scheme: str) -> None:
    axe = Path(os.environ.get("AXE", "node_modules/axe-core/axe.min.js"))
    if not axe.is_file():
        pytest.skip("no axe-core: npm install axe-core, or name its axe.min.js in AXE")
    emulate(person.browser, width, scheme)
    run = (
        "const done = arguments[0]; axe.run().then(told => done(told.violations.map("
        "each => [each.id, each.nodes[0].html, each.nodes[0].failureSummary])))"
    )
    try:
        person.open("/")
        person.run(axe.read_text("utf-8"))
        assert person.browser.execute_async_script(run) == []
        person.edit(built)
        person.run(axe.read_text("utf-8"))
        for opener in ("", "find", "names", "files", "settings", "keys"):
            if opener:
                person.click(f"#open-{opener}")
                person.wait("return document.querySelector('#panel .inside *')")
            assert person.browser.execute_async_script(run) == [], opener
        person.caret(person.texts[2], 0)
        person.press(CONTROL, ".")
        assert person.browser.execute_async_script(run) == []
        person.press(ESCAPE)
    finally:
        emulate(person.browser)


def test_names_for_a_screen_reader_are_chinese(editor: Person) -> None:
    labels = editor.run(
        "return [...document.querySelectorAll('[aria-label]')].map(e => e.ariaLabel)"
    )
    assert len(labels) > 20
    assert [label for label in labels if not re.search("[一-鿿]", label)] == []


def test_a_browser_of_another_language_gets_english(editor: Person) -> None:
    speak(editor.browser, "fr-FR")
    try:
        editor.edit(editor.name)
        editor.wait("return document.getElementById('status').textContent === 'Saved'")
        assert editor.run("return document.documentElement.lang") == "en"
        shown = editor.run("return document.getElementById('bar').innerText")
        assert not re.search("[一-鿿]", shown)
    finally:
        speak(editor.browser, "zh-CN")


def test_the_text_can_be_walked_by_keys_alone(editor: Person) -> None:
    areas = f"return {AREAS}.filter(area => area.tabIndex === 0).length"
    assert editor.run(areas) == 1
    editor.caret("一期节目", 4)
    seen = []
    for _ in range(5):
        editor.press(DOWN)
        seen.append(editor.run("return document.activeElement.textContent"))
    assert seen == editor.texts[1:]
    assert editor.run(areas) == 1
    editor.press(ESCAPE)
    assert editor.run("return document.activeElement.id") == "script"
    editor.press(ENTER)
    assert editor.run("return document.activeElement.textContent") == seen[-1]
    for text in reversed(seen[:-1]):
        editor.press(HOME)
        editor.press(LEFT)
        assert editor.run("return document.activeElement.textContent") == text


# Safe -----------------------------------------------------------------------------------------

HOSTILE_PIECES = (
    "<script>window.hacked = 1</script>", "<img src=x onerror=hacked=1>", "<svg onload=hacked=1>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'>", "javascript:hacked=1", "</p></div>",
    "\"'><b onmouseover=hacked=1>", "{{constructor.constructor('hacked=1')()}}", "${hacked=1}",
    "]]>", "&lt;script&gt;", "<a href=//example.com>去</a>", "<style>*{display:none}</style>",
    "<base href=//example.com>", "<meta http-equiv=refresh content=0;url=//example.com>",
    "\u202e反", "<!-- ", "%00", "𠮷<x>", "<textarea autofocus onfocus=hacked=1>",
)  # fmt: skip


def test_two_hundred_hostile_texts_run_nothing(person: Person) -> None:
    texts = [
        f"第{number}。{HOSTILE_PIECES[number % 20]}{HOSTILE_PIECES[number * 7 % 19]}"
        for number in range(200)
    ]
    paragraphs = [text.replace("<!--", "\\<!--") for text in texts]
    head = f"# {paragraphs[0]}\n\n## {paragraphs[1]}\n\n> [guest] {paragraphs[2]}\n\n"
    person.studio.write("hostile", head + "\n\n".join(paragraphs[3:]) + "\n")
    person.edit("hostile")
    person.wait(f"return {AREAS}.length === 200")
    whole = "".join(person.texts)
    assert all(f"第{number}。" in whole for number in range(200))
    assert whole.count("<img src=x onerror=hacked=1>") >= 10
    person.press(CONTROL, "f")
    person.press("hacked")
    person.wait("return document.querySelectorAll('.places li').length > 50")
    assert person.run("return window.hacked") is None
    assert (
        person.run(
            "return document.querySelectorAll('#script :is(img, script, iframe, svg)').length"
        )
        == 0
    )
    assert person.complaints() == []


def test_no_request_leaves_the_machine(built: str, person: Person) -> None:
    person.open("/")
    person.edit(built)
    person.click("#open-files")
    person.wait("return document.querySelector('.files-list')")
    asked = person.run("return performance.getEntriesByType('resource').map(each => each.name)")
    assert len(asked) > 10
    assert [each for each in asked if not each.startswith((person.studio.address, "blob:"))] == []


def test_the_token_leaves_the_address(editor: Person) -> None:
    assert editor.run("return location.search") == ""


def test_without_the_token_the_list_can_be_seen_and_nothing_dropped(
    built: str, person: Person
) -> None:
    person.open("/")
    assert person.run("return document.querySelectorAll('#drop').length") == 1
    person.run("sessionStorage.clear()")
    person.browser.get(f"{person.studio.address}/")
    person.wait(READY)
    assert person.run("return document.querySelectorAll('#drop').length") == 0
    links = person.run("return [...document.querySelectorAll('a')].map(each => each.pathname)")
    assert links and all(link.endswith("/index.html") for link in links)


def test_a_file_can_be_dropped_anywhere(person: Person) -> None:
    person.open("/")
    person.run(
        "const data = new DataTransfer();"
        "data.items.add(new File(['张三：大家好。\\n李四：你好。\\n张三：再见。\\n'], '对话.txt'));"
        "document.body.dispatchEvent("
        "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))"
    )
    read = person.wait("return document.querySelector('.facts')?.textContent")
    assert "说话人：张三、李四" in read
    heard = person.run("return [...document.querySelectorAll('.head li')].map(l => l.textContent)")
    assert heard == ["张三：大家好。", "李四：你好。", "张三：再见。"]
    roles = person.run(
        "return [...document.querySelectorAll('.voice label')].map(l => l.textContent)"
    )
    assert roles[:2] == ["张三（主持人）", "李四（嘉宾）"]


def test_a_drop_while_the_server_is_away_is_told_and_can_be_done_again(person: Person) -> None:
    person.open("/")
    person.run(
        "const real = window.fetch;"
        "window.fetch = () => { window.fetch = real; return Promise.reject(new TypeError('no')); };"
    )
    drop = (
        "const data = new DataTransfer();"
        "data.items.add(new File(['今天种菜。\\n'], '种菜.txt'));"
        "document.body.dispatchEvent("
        "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))"
    )
    person.run(drop)
    person.wait("return document.querySelector('.trouble')?.textContent")
    person.run(drop)
    person.wait("return document.getElementById('as-read')")


def test_sounds_that_are_given_are_in_the_settings(person: Person) -> None:
    person.open("/")
    person.run(
        "const data = new DataTransfer();"
        "data.items.add(new File(['今天聊一聊怎么种菜。先选种子，再浇水。\\n'], '种菜.txt'));"
        "data.items.add(new File(['sound'], '原声.M4B'));"
        "document.body.dispatchEvent("
        "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))"
    )
    person.wait("return document.getElementById('as-read')")
    person.run(
        "const input = [...document.querySelectorAll('.recipe label')]"
        ".find(label => label.textContent === '片头声音文件').control;"
        "const data = new DataTransfer(); data.items.add(new File(['x'], '叮.mp3'));"
        "input.files = data.files; input.dispatchEvent(new Event('change'))"
    )
    person.wait(
        "return document.querySelector('[role=status] .quiet').textContent.includes('试排')"
    )
    person.click("#read .main")
    person.wait("return location.pathname.startsWith('/edit/')")
    seeds = person.studio.folder / "seeds"
    recipe = read_settings(seeds / "种菜.txt").recipe
    assert recipe == {"recording": seeds / "种菜.m4b", "intro": seeds / "种菜-intro.mp3"}
    assert (seeds / "种菜.m4b").read_bytes() == b"sound"
    person.wait(READY)
    person.click("#open-settings")
    person.wait("return document.querySelector('#panel .recipe')")
    person.run(
        "const input = [...document.querySelectorAll('.recipe label')]"
        ".find(label => label.textContent === '片尾声音文件').control;"
        "const data = new DataTransfer(); data.items.add(new File(['y'], '再见.mp3'));"
        "input.files = data.files; input.dispatchEvent(new Event('change'))"
    )
    for _ in range(2):  # the second time there is nothing new to send
        person.run("document.getElementById('told').textContent = ''")
        person.click("#panel .main")
        person.wait("return document.getElementById('told').textContent.startsWith('设置保存')")
    assert read_settings(seeds / "种菜.txt").recipe == {
        **recipe, "outro": seeds / "种菜-outro.mp3"
    }  # fmt: skip
    assert len(list(seeds.glob("*.mp3"))) == 2
