"""Clips -> one mastered stream a chapter, at 44 100 samples a second, and its place in the whole.

Clips --assemble--> Take, on a Reel --takes--> the store
Take --master, music--> samples --mp3, aac--> frames, joined without a gap --m4b--> audiobook

sounds      what is heard beside speech: intro, outro, bells, music
reel        a file of bare samples, read a part at a time
"""
