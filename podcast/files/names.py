"""The names of the files of an episode that several modules use.

The names of chapter lists and of other texts stand in the table TEXTS of `formats/texts.py`, those
of subtitles in Traditional characters in `formats/subtitles/files.py`.
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
PREVIOUS_SCRIPT = "script.previous.md"  # the edited script that a build with --rewrite replaced
PAGE = "index.html"
COVER = "cover.jpg"
CHAPTER_FILES = "chapters"  # a folder: the sound and the picture of each chapter
REPORT = "report.json"
FEED = "feed.xml"  # beside the folders of all episodes
ORIGINAL = "original"  # a folder: what fits the original recording
TIMES = "timemap.json"  # in it
# How the names of transcripts end that are offered; files of other names are read as well.
TRANSCRIPTS = frozenset({".txt", ".srt", ".vtt", ".ass", ".lrc", ".json", ".md", ".docx"})
PICTURES = (".png", ".jpg", ".jpeg")  # of covers; beside a seed the first of these counts
