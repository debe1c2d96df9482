"""Words and their times -> lines that can be read in time, and the files that hold them.

words --breaks, lines--> Lines (samples) --cues--> Cues (milliseconds)
    --srt, vtt, ass--> text --files--> the subtitle files of an episode and of each chapter
"""
