"""Episode -> str: each module one kind of file, all pure.

    Episode --chapters_json, youtube, bilibili, xiaoyuzhou, podlove, ffmetadata, cue_sheet,
              shownotes, transcript, page--> text    all of them in the table TEXTS of `texts.py`
    Episode --tags--> bytes of ID3
    Episodes --feed--> RSS; Episode --upload--> what video sites ask for; Samples --samples--> page

For one chapter's own file pass an episode of that one track:
`replace(episode, tracks=(track,))`.

To add a format:

1. Write its module here: one function from an Episode to a str. `cue_sheet.py` is a model.
2. Add its row to TEXTS in `texts.py`: the file's name, the function, what a reader of the file
   must find, and its media type. It is then written, looked for by `podcast check`, and served.
3. Where it tells chapters, add the reader of it to READERS in `published/check/readers.py`. Until
   then `podcast check` finds a fault in each episode, and a test fails.
4. Add its row to docs/files.md and docs/files.zh-CN.md; a test fails until then.
5. Test it in tests/formats/test_formats.py. tests/formats/test_texts.py tries it with its reader.
"""
