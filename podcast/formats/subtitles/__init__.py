"""Words and their times -> subtitle lines that can be read in time, and the subtitle files.

words --breaks, lines--> Lines (samples) --cues--> Cues (milliseconds)
    --srt, vtt, ass--> text --files--> the subtitle files of an episode and of each chapter

To add a style of subtitles:

1. Add a row to STYLES in `podcast/model.py`, with the source of its numbers. The choices of the
   option, the modules here and `podcast check` read that table. It stands in the model because
   the options of the recipe are on a floor below this room.
2. Add its name to the table in docs/recipe.md and docs/recipe.zh-CN.md; a test fails until then.
3. Test what it does otherwise in tests/formats/test_subtitle.py, whose laws try every style.
"""
