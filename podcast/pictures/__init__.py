"""Titles and times -> pictures: the cover, a card for each chapter, the frames of a video.

text --typeset--> lines of the largest letters that fit --cover, card, thumbnail--> pictures
chapters, sound, subtitles --film--> pictures with times --matroska--> a stream for ffmpeg
"""
