"""Episode -> str: each module one kind of file, all pure.

    Episode --cues--> Cues --srt, vtt, ass--> text
    Episode --chapters_json, youtube, bilibili, xiaoyuzhou, podlove, ffmetadata, cue_sheet,
              shownotes--> text

For one chapter's own file pass an episode of that one track:
`replace(episode, tracks=(track,))`.
"""
