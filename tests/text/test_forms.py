"""Forms that no case has: what each file of `tests/data/forms` says, when, and in whose role."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from places import DATA

from podcast.errors import ReadError
from podcast.text.read import reading
from podcast.text.read.form import Form
from podcast.text.read.forms import FORMS, form_of

TALK = (
    "text with times",
    [
        ("host", 2000, "大家好，欢迎来到今天的圆桌。"),
        ("guest", 15000, "谢谢主持人。我觉得算力是最关键的。"),
        ("host", 31000, "那创业公司怎么跟大厂竞争？"),
        ("guest", 40000, "要找大厂看不上的场景。"),
    ],
)
PANEL = (
    "text with times",
    [
        ("host", 0, "大家好，今天我们聊番茄。"),
        ("host", 5000, "好的，我先说说土。"),
        ("host", 9000, "我种在阳台上。"),
        ("host", 14000, "那水要怎么浇？"),
        ("host", 62000, "三天浇一次就够了。"),
        ("host", 69000, "蚜虫用肥皂水喷。"),
        ("host", 75000, "谢谢两位。"),
    ],
)
SAID = {
    "tingwu-chapters.txt": TALK,
    "tingwu-notes.md": TALK,
    "name-above-dated.txt": TALK,
    "recorder-times.txt": ("text with times", TALK[1][:3]),
    "bare-names.txt": ("plain text", [(who, None, said) for who, _, said in TALK[1]]),
    "posts.txt": ("plain text", [(who, None, said) for who, _, said in TALK[1]]),
    "japanese-below.srt": (
        "subtitles",
        [
            ("host", 0, "大家好"),
            ("host", 2000, "欢迎来到今天的节目"),
            ("host", 4000, "我们聊一聊番茄"),
            ("host", 6000, "番茄要晒太阳"),
        ],
    ),
    "iflytek-heard.txt": (
        "text with times",
        [
            ("host", 5000, "大家好，今天聊番茄。"),
            ("guest", 9000, "好的，我先说土。"),
        ],
    ),
    "name-am.txt": (
        "text with times",
        [
            ("host", 602000, "大家好，今天聊番茄。"),
            ("guest", 603000, "好的，我先说土。"),
            ("host", 604000, "那水呢？"),
        ],
    ),
    "round-brackets.txt": (
        "plain text",
        [
            ("host", None, "大家好"),
            ("guest", None, "你好"),
            ("host", None, "今天聊番茄"),
        ],
    ),
    "dashes.txt": (
        "turns that open with a dash",
        [
            ("host", None, "大家好，今天聊番茄。"),
            ("guest", None, "你好，我种了十年。"),
            ("host", None, "那土呢？"),
            ("guest", None, "土要松。"),
        ],
    ),
    "names-in-cues.vtt": (
        "subtitles",
        [
            ("host", 1000, "大家好"),
            ("guest", 3000, "你好，我是李四"),
            ("host", 5000, "今天聊番茄"),
        ],
    ),
    "stamp-name-above.txt": (
        "text with times",
        [
            ("host", 1000, "大家好，今天聊番茄。"),
            ("guest", 5000, "好的，我先说土。"),
            ("host", 9000, "那水呢？"),
        ],
    ),
    "stamp-bracket-name.txt": (
        "text with times",
        [
            ("host", 1000, "大家好"),
            ("guest", 3000, "你好"),
            ("host", 5000, "聊番茄"),
        ],
    ),
    "name-above.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天聊番茄。"),
            ("guest", None, "好的，我先说土。"),
            ("host", None, "那水呢？"),
        ],
    ),
    "bold-name-stamp.txt": (
        "text with times",
        [
            ("host", 1000, "大家好，今天聊番茄。"),
            ("guest", 5000, "好的，我先说土。"),
            ("host", 9000, "那水呢？"),
        ],
    ),
    "microdvd.sub": (
        "MicroDVD subtitles",
        [
            ("host", 0, "大家好今天聊番茄"),
            ("host", 3200, "土要松"),
            ("host", 5200, "水要少"),
        ],
    ),
    "word-times.lrc": (
        "LRC lyrics",
        [
            ("host", 1000, "大家好"),
            ("host", 3000, "番茄好"),
            ("host", 6000, "土要松"),
            ("host", 9000, "番茄好"),
        ],
    ),
    "srv3.xml": (
        "timed text in XML",
        [
            ("host", 500, "大家好"),
            ("host", 3400, "今天聊番茄"),
        ],
    ),
    "premiere.csv": (
        "a table",
        [
            ("host", 0, "大家好，欢迎"),
            ("guest", 3200, "你好"),
            ("host", 6000, "今天聊番茄"),
        ],
    ),
    "premiere.txt": (
        "text with times",
        [
            ("host", 0, "大家好，欢迎"),
            ("guest", 3200, "你好，番茄"),
            ("host", 6000, "今天聊番茄"),
        ],
    ),
    "podcasting-2.json": (
        "a recogniser's JSON",
        [
            ("host", 500, "大家好"),
            ("guest", 1500, "你好"),
        ],
    ),
    "tencent.json": (
        "a recogniser's JSON",
        [
            ("host", 20, "大家好。"),
            ("guest", 2400, "你好。"),
        ],
    ),
    "bcut.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好"),
            ("host", 2000, "今天聊番茄"),
        ],
    ),
    "lattice.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好。"),
            ("guest", 3300, "你好"),
        ],
    ),
    "amazon-speakers.json": (
        "a recogniser's JSON",
        [
            ("host", 40, "大家好，今天聊番茄。"),
            ("guest", 3040, "你好。"),
        ],
    ),
    "elevenlabs-speakers.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好。"),
            ("guest", 2000, "你好。"),
        ],
    ),
    "printed-text.txt": (
        "a recogniser's result as Python prints it",
        [
            ("host", None, "大家好，欢迎。"),
        ],
    ),
    "markdown-table.txt": (
        "a table",
        [
            ("host", 1000, "大家好"),
            ("guest", 5000, "你好，番茄"),
            ("host", 9000, "土要松"),
        ],
    ),
    "two-figures.txt": (
        "text with times",
        [
            ("host", 0, "这是第0句话"),
            ("host", 3200, "这是第1句话"),
            ("host", 6400, "这是第2句话"),
            ("host", 9600, "这是第3句话"),
            ("host", 12800, "这是第4句话"),
            ("host", 16000, "这是第5句话"),
            ("host", 19200, "这是第6句话"),
            ("host", 22400, "这是第7句话"),
        ],
    ),
    "entities.txt": (
        "plain text",
        [
            ("host", None, "大家好 欢迎收听"),
            ("host", None, '今天聊"番茄"'),
            ("host", None, "土要松"),
            ("host", None, "水要少&勤"),
        ],
    ),
    "english-above.srt": (
        "subtitles",
        [
            ("host", 0, "大家好"),
            ("host", 2000, "今天聊番茄"),
            ("host", 4000, "OK 好"),
        ],
    ),
    "bilingual.ass": (
        "SubStation subtitles",
        [
            ("host", 1000, "大家好"),
            ("host", 3000, "番茄"),
            ("host", 5000, "再见"),
        ],
    ),
    "bilingual-apart.ass": (
        "SubStation subtitles",
        [
            ("host", 1000, "大家好"),
            ("host", 3000, "番茄"),
            ("host", 5000, "再见"),
        ],
    ),
    "no-speech.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好"),
            ("host", 6000, "谢谢观看"),
        ],
    ),
    "name-stamp-colon.txt": (
        "text with times",
        [
            ("host", 1000, "大家好"),
            ("guest", 5000, "你好"),
            ("host", 9000, "番茄"),
        ],
    ),
    "stamp-name-colon.txt": (
        "text with times",
        [
            ("host", 1000, "大家好"),
            ("guest", 5000, "你好"),
            ("host", 9000, "番茄"),
        ],
    ),
    "name-range.txt": (
        "text with times",
        [
            ("host", 1000, "大家好"),
            ("guest", 3000, "你好"),
        ],
    ),
    "a-line-each.txt": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好"),
            ("host", 2000, "番茄"),
        ],
    ),
    "numbers-alone.txt": (
        "numbered lines",
        [
            ("host", None, "大家好"),
            ("host", None, "今天聊番茄"),
            ("host", None, "土要松"),
            ("host", None, "水要少"),
            ("host", None, "完了"),
        ],
    ),
    "role-and-name.txt": (
        "plain text",
        [
            ("host", None, "大家好"),
            ("guest", None, "你好"),
            ("host", None, "今天聊番茄"),
            ("guest", None, "好"),
        ],
    ),
    "hash-number.txt": (
        "text with times",
        [
            ("host", 1000, "大家好"),
            ("host", 4000, "番茄"),
            ("host", 8000, "土"),
        ],
    ),
    "arrow-text.txt": (
        "subtitles",
        [
            ("host", 1000, "大家好"),
            ("host", 3000, "番茄"),
        ],
    ),
    "printed-whisper.txt": (
        "a recogniser's result as Python prints it",
        [
            ("host", 0, "大家好"),
        ],
    ),
    "tingwu-summary.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("发言人3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("发言人3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "iflytek-header.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("说话人3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("说话人3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "teams-page.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "meet-english.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("王五", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("王五", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "descript.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "sonix.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "granola.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("guest", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("guest", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "funclip.srt": (
        "subtitles",
        [
            ("host", 430, "大家好，今天我们聊番茄。"),
            ("guest", 5430, "好的，我先说说土。"),
            ("spk2", 9430, "我种在阳台上。"),
            ("host", 14430, "那水要怎么浇？"),
            ("guest", 62430, "三天浇一次就够了。"),
            ("spk2", 69430, "蚜虫用肥皂水喷。"),
            ("host", 75430, "谢谢两位。"),
        ],
    ),
    "paddlespeech.json": (
        "a recogniser's JSON",
        [
            ("host", None, "大家好今天我们聊番茄"),
        ],
    ),
    "pyannote.txt": (
        "text with times",
        [
            ("host", 200, "大家好，今天我们聊番茄。"),
            ("guest", 5200, "好的，我先说说土。"),
            ("SPEAKER 02", 9200, "我种在阳台上。"),
            ("host", 14200, "那水要怎么浇？"),
            ("guest", 62200, "三天浇一次就够了。"),
            ("SPEAKER 02", 69200, "蚜虫用肥皂水喷。"),
            ("host", 75200, "谢谢两位。"),
        ],
    ),
    "pyannote-arrow.txt": (
        "text with times",
        [
            ("host", 120, "大家好，今天我们聊番茄。"),
            ("guest", 5120, "好的，我先说说土。"),
            ("SPEAKER 02", 9120, "我种在阳台上。"),
            ("host", 14120, "那水要怎么浇？"),
            ("guest", 62120, "三天浇一次就够了。"),
            ("SPEAKER 02", 69120, "蚜虫用肥皂水喷。"),
            ("host", 75120, "谢谢两位。"),
        ],
    ),
    "youtube-panel-head.txt": PANEL,
    "youtube-chapters.txt": PANEL,
    "subtitle-edit.txt": (
        "a table",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("host", 5000, "好的，我先说说土。"),
            ("host", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("host", 62000, "三天浇一次就够了。"),
            ("host", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "encore.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("host", 5000, "好的，我先说说土。"),
            ("host", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("host", 62000, "三天浇一次就够了。"),
            ("host", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "spruce.stl": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("host", 5000, "好的，我先说说土。"),
            ("host", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("host", 62000, "三天浇一次就够了。"),
            ("host", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "sheet.csv": (
        "a table",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "sheet-no-times.tsv": (
        "a table",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("王五", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("王五", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "qa-numbered.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("guest", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("guest", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "deepgram-print.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("Speaker 2", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("Speaker 2", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "recorder.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("说话者 3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("说话者 3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "notta.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "volc.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "aliyun-file.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "tingwu-api.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "feishu-api.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "baidu.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("host", 5000, "好的，我先说说土。"),
            ("host", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("host", 62000, "三天浇一次就够了。"),
            ("host", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "otter-names.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "apple.ttml": (
        "timed text in XML",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("SPEAKER 3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("SPEAKER 3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "dingtalk.txt": (
        "text with times",
        [
            ("host", 36000000, "大家好，今天我们聊番茄。"),
            ("guest", 36005000, "好的，我先说说土。"),
            ("王五", 36009000, "我种在阳台上。"),
            ("host", 36014000, "那水要怎么浇？"),
            ("guest", 36062000, "三天浇一次就够了。"),
            ("王五", 36069000, "蚜虫用肥皂水喷。"),
            ("host", 36075000, "谢谢两位。"),
        ],
    ),
    "rev-speakers.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("Speaker 3", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("Speaker 3", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "feishu-share.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "teams-name-above.txt": (
        "subtitles",
        [
            ("host", 120, "大家好，今天我们聊番茄。"),
            ("guest", 5120, "好的，我先说说土。"),
            ("王五", 9120, "我种在阳台上。"),
            ("host", 14120, "那水要怎么浇？"),
            ("guest", 62120, "三天浇一次就够了。"),
            ("王五", 69120, "蚜虫用肥皂水喷。"),
            ("host", 75120, "谢谢两位。"),
        ],
    ),
    "meet-cn.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("王五", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("王五", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "whisperx-aud.txt": (
        "a table",
        [
            ("host", 31, "大家好，今天我们聊番茄。"),
            ("guest", 5031, "好的，我先说说土。"),
            ("SPEAKER 02", 9031, "我种在阳台上。"),
            ("host", 14031, "那水要怎么浇？"),
            ("guest", 62031, "三天浇一次就够了。"),
            ("SPEAKER 02", 69031, "蚜虫用肥皂水喷。"),
            ("host", 75031, "谢谢两位。"),
        ],
    ),
    "nemo.json": (
        "a recogniser's JSON",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("speaker 2", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("speaker 2", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "excel-range.tsv": (
        "a table",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "dash-name.txt": (
        "plain text",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("王五", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("王五", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "gladia.json": (
        "a recogniser's JSON",
        [
            ("host", 100, "大家好，今天我们聊番茄。"),
            ("guest", 5100, "好的，我先说说土。"),
            ("2", 9100, "我种在阳台上。"),
            ("host", 14100, "那水要怎么浇？"),
            ("guest", 62100, "三天浇一次就够了。"),
            ("2", 69100, "蚜虫用肥皂水喷。"),
            ("host", 75100, "谢谢两位。"),
        ],
    ),
    "speechmatics.json": (
        "a recogniser's JSON",
        [
            ("host", 100, "大家好，今天我们聊番茄。"),
            ("guest", 5100, "好的，我先说说土。"),
            ("S3", 9100, "我种在阳台上。"),
            ("host", 14100, "那水要怎么浇？"),
            ("guest", 62100, "三天浇一次就够了。"),
            ("S3", 69100, "蚜虫用肥皂水喷。"),
            ("host", 75100, "谢谢两位。"),
        ],
    ),
    "md-table-notime.txt": (
        "a table",
        [
            ("host", None, "大家好，今天我们聊番茄。"),
            ("guest", None, "好的，我先说说土。"),
            ("王五", None, "我种在阳台上。"),
            ("host", None, "那水要怎么浇？"),
            ("guest", None, "三天浇一次就够了。"),
            ("王五", None, "蚜虫用肥皂水喷。"),
            ("host", None, "谢谢两位。"),
        ],
    ),
    "at-time.txt": (
        "text with times",
        [
            ("host", 0, "大家好，今天我们聊番茄。"),
            ("guest", 5000, "好的，我先说说土。"),
            ("王五", 9000, "我种在阳台上。"),
            ("host", 14000, "那水要怎么浇？"),
            ("guest", 62000, "三天浇一次就够了。"),
            ("王五", 69000, "蚜虫用肥皂水喷。"),
            ("host", 75000, "谢谢两位。"),
        ],
    ),
    "quoted.csv": (
        "a table",
        [
            ("host", 40, "大家好，今天我们聊番茄。"),
            ("guest", 5040, "好的，我先说说土。"),
            ("王五", 9040, "我种在阳台上。"),
            ("host", 14040, "那水要怎么浇？"),
            ("guest", 62040, "三天浇一次就够了。"),
            ("王五", 69040, "蚜虫用肥皂水喷。"),
            ("host", 75040, "谢谢两位。"),
        ],
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_form(name: str) -> None:
    form, said = SAID[name]
    found = reading(DATA / "forms" / name)
    assert found.form == form
    assert [(line.voice, line.start_ms, line.text) for line in found.transcript.lines] == said


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_an_example_is_of_its_form(form: Form) -> None:
    assert form_of(form.example, "") is form
    assert [one.text for one in form.read(form.example)]


def test_every_file_is_tried() -> None:
    assert {path.name for path in (DATA / "forms").iterdir()} == {*SAID}


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([f"key{n}: 'value {n}'" for n in range(8)], 'most lines have a key, as in "key0'),
        ([f"<p id='{n}'>第{n}句</p>" for n in range(8)], "most lines have a tag, as in"),
        ([f"{3 * n}、第{n}句" for n in range(8)], "most lines have a figure, as in"),
    ],
)
def test_what_would_be_read_aloud_with_its_marks_is_refused(
    tmp_path: Path, lines: list[str], why: str
) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(ReadError, match=re.escape(why)) as caught:
        reading(path)
    assert "\n" not in str(caught.value)
    assert "podcast reads plain text, .srt" in str(caught.value)


def zipped(path: Path, paragraphs: int) -> Path:
    body = "<w:p><w:r><w:t>发言人1   00:0{}</w:t></w:r></w:p><w:p><w:t>你好&amp;再见</w:t></w:p>"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        xml = "".join(body.format(n % 10) for n in range(paragraphs))
        archive.writestr("word/document.xml", f"<w:document><w:body>{xml}</w:body></w:document>")
    return path


def test_a_word_document(tmp_path: Path) -> None:
    lines = reading(zipped(tmp_path / "talk.docx", 3)).transcript.lines
    assert [line.text for line in lines] == ["你好&再见"] * 3
    assert [line.start_ms for line in lines] == [0, 1000, 2000]


@pytest.mark.slow
def test_a_word_document_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "talk.docx", 1_000_000)
    with pytest.raises(
        ReadError, match="a Word document of more than 64 MB; save it as plain text"
    ):
        reading(path)


def test_entities_of_a_files_own_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.ttml"
    path.write_text('<!DOCTYPE tt [<!ENTITY a "b">]><tt><body><p begin="1s">&a;</p></body></tt>')
    with pytest.raises(ReadError, match="its XML declares entities of its own"):
        reading(path)


OUTSIDE = "outside the subtitles"
BESIDE = {
    "above the first cue": (
        "talk.srt",
        "听写稿第三版\n\n1\n00:00:01,000 --> 00:00:02,000\n大家好\n",
        ["听写稿第三版"],
    ),
    "a comment of WebVTT, and no style": (
        "talk.vtt",
        "WEBVTT\nKind: captions\n\nSTYLE\n::cue(b) { color: red }\n\nNOTE 这里改过\n\n"
        "一\n00:01.000 --> 00:02.000\n大家好\n\n没有时间的话\n\n"
        "二\n00:03.000 --> 00:04.000\n再见\n",
        ["NOTE 这里改过", "没有时间的话"],
    ),
    "dialogue whose time is broken": (
        "talk.ass",
        "[Script Info]\nTitle: 集\n[Events]\nComment: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,记得改\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,大家好\n接上一行\n"
        "Dialogue: 0,0:00:03,x,D,,0,0,0,,{\\i1}坏时间\nDialogue: 0,缺了几栏\n",
        ["记得改", "接上一行", "坏时间", "缺了几栏"],
    ),
    "a line without frames": (
        "talk.sub",
        "{1}{2}大家好\n{3}\ufeff{4}今天\n接着说\n{5}{6}再见\n{7}{8}好",
        ["接着说"],
    ),
    "outside of all paragraphs": (
        "talk.ttml",
        "<tt><head><title>集</title></head><body>前言<p begin='1s'>大家好</p>中间<p begin='2s'/>"
        "<p begin='3s'>没有结束</body></tt>",
        ["前言", "中间", "没有结束"],
    ),
    "around the moments": (
        "talk.smi",
        "<SAMI><HEAD><TITLE>集</TITLE></HEAD><BODY>前言\n"
        "<SYNC Start=1><P>大家好\n</BODY>后记</SAMI>",
        ["前言", "后记"],
    ),
}


@pytest.mark.parametrize("what", BESIDE)
def test_words_that_a_form_has_no_place_for_are_told(tmp_path: Path, what: str) -> None:
    name, text, beside = BESIDE[what]
    (tmp_path / name).write_text(text, "utf-8")
    found = reading(tmp_path / name)
    assert [one.text for one in found.dropped if one.why == OUTSIDE] == beside
    assert not any(words in line.text for line in found.transcript.lines for words in beside)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_an_example_has_nothing_outside(form: Form) -> None:
    assert form.unread(form.example) == []


def test_the_chapters_that_youtube_names_are_those_of_the_talk() -> None:
    found = reading(DATA / "forms" / "youtube-chapters.txt")
    assert [one.title for one in found.openings] == ["选土", "浇水", "除虫"]


def test_what_a_subtitle_shows_is_no_chapter(tmp_path: Path) -> None:
    path, said = tmp_path / "a.srt", ["第1章：选土", "土要松", "第2章：浇水", "水要少"]
    path.write_text(
        "\n".join(f"{n}\n00:0{n}:00,0 --> 00:0{n}:09,0\n{t}\n" for n, t in enumerate(said)),
        "utf-8",
    )
    assert [line.text for line in reading(path).transcript.lines] == said
