"""Titles and times -> what is seen: the cover, a card for each chapter, the frames of a video.

text --typeset--> letters as large as fits --cover, card, thumbnail--> pictures
chapters, sound, subtitles --film--> pictures with times --matroska--> a stream for ffmpeg
"""
