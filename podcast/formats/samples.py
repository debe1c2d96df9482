"""Samples of voices -> one page that plays them, for a person who chooses a voice."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from podcast.model import Voice

STYLE = """
:root { color-scheme: light dark }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: .25rem solid #a2381c }
table { width: 100%; border-collapse: collapse }
th, td { padding: .5rem; text-align: left; border-bottom: 1px solid #8886; overflow-wrap: anywhere }
audio { width: 16rem; max-width: 100% }
"""


class Sample(NamedTuple):
    """A sentence said by a voice, as an MP3; `roles` are the roles whose files list the voice."""

    voice: Voice
    roles: tuple[str, ...]
    mp3: bytes


class Missed(NamedTuple):
    """A voice without a sample, and the reason."""

    voice: Voice
    reason: str


def samples_text(text: str, samples: Iterable[Sample], missed: Sequence[Missed]) -> str:
    """The text of a page that needs no other file.

    It has a player for each voice, and a list of the voices without a sample. `text` is the
    sentence that all of them say.
    """
    rows = "\n".join(map(_row, samples))
    reasons = "\n".join(f"<li>{_name(each.voice)}：{escape(each.reason)}</li>" for each in missed)
    left = f"<h2>没有听到的</h2>\n<ul>\n{reasons}\n</ul>\n" if missed else ""
    return (
        '<!doctype html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>声音试听</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>声音试听</h1>\n"
        f"<blockquote>{escape(text)}</blockquote>\n<p>都是合成的声音，响度相同。</p>\n"
        "<table>\n<thead><tr><th>声音</th><th>角色</th><th>语言、许可</th><th>试听</th></tr></thead>"
        f"\n<tbody>\n{rows}\n</tbody>\n</table>\n{left}</body>\n</html>\n"
    )


def _row(sample: Sample) -> str:
    voice = sample.voice
    about = escape("、".join(filter(None, (voice.language, voice.licence))))
    sound = b64encode(sample.mp3).decode()
    player = (
        f'<audio controls preload="none" aria-label="{_name(voice)}" '
        f'src="data:audio/mpeg;base64,{sound}"></audio>'
    )
    cells = (_name(voice), escape("、".join(sample.roles)), about, player)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _name(voice: Voice) -> str:
    """The name of a voice in the table: its engine, its id, and a speed or pitch that is set."""
    changes = [
        f"{name} {value:g}"
        for name, value in (("speed", voice.speed), ("pitch", voice.pitch))
        if value != 1
    ]
    return escape(" ".join(filter(None, [voice.engine, voice.id, *changes])))
