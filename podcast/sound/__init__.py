"""Clips -> one mastered stream for each chapter, and all chapters joined to one file of sound.

Clips --assemble--> Take, on a Reel --takes--> the store
Take --master, music--> samples --mp3, aac--> frames, joined without a gap --m4b--> audiobook

All sound has 44 100 samples a second.

sounds      the sounds beside speech: intro, outro, bells, music
reel        a file of nothing but samples, read a part at a time
"""
