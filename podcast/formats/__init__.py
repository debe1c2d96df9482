"""Episode -> str: each module writes one kind of file. No function here reads or writes a disk.

    Episode --chapters_json, youtube, bilibili, xiaoyuzhou, podlove, ffmetadata, cue_sheet,
              shownotes, transcript, page--> text    all of them in the table TEXTS of `texts.py`
    Episode --tags--> the bytes of an ID3 tag
    Episodes --feed--> RSS
    page, faults that were heard in it --faults--> the page with a mark at each
    Episode --upload--> title, description and tags for the upload pages of video sites
    Samples --samples--> a page that plays samples of voices
    words and their times --subtitles/--> lines, cues, SRT, VTT and ASS

What the published page has in common with the studio lies in files of its own: `script_html.py`,
`look.css`, `player.html` and `player.js`.

To write the file of one chapter, pass an episode that has only its track:
`replace(episode, tracks=(track,))`.

To add a format:

1. Write its module here: one function from an Episode to a str. `cue_sheet.py` is a model.
2. Add its row to TEXTS in `texts.py`: the file's name, the function, what a reader of the file
   must find, and its media type. It is then written, looked for by `podcast check`, and served.
3. If it lists chapters, add its reader to READERS in `published/check/readers.py`. Until then
   `podcast check` finds a fault in each episode, and a test fails.
4. Add its row to docs/files.md and docs/files.zh-CN.md; a test fails until then.
5. Test it in tests/formats/test_formats.py. tests/formats/test_texts.py tries it with its reader.
"""
