"""The names of the files of an episode: each is written down here, and nowhere else.

Chapter lists and other texts that only one module writes are named in the table TEXTS of
`formats/texts.py`, subtitles in other characters in `subtitles/files.py`.
"""

SOUND = "episode.mp3"
AUDIOBOOK = "episode.m4b"
VIDEO = "episode.mp4"
SUBTITLES = "episode.srt"
WEB_SUBTITLES = "episode.vtt"
CHAPTERS = "chapters.json"
TRANSCRIPT = "transcript.json"
NOTES = "shownotes.md"
SCRIPT = "script.md"
PREVIOUS_SCRIPT = "script.previous.md"  # a person's, after a build with --rewrite
PAGE = "index.html"
COVER = "cover.jpg"
REPORT = "report.json"
ORIGINAL = "original"  # a folder: what fits the original recording
TIMES = "timemap.json"  # in it
