"""Things outside this program that may fail: the program ffmpeg, online services, model files.

ffmpeg      encodes and decodes sound and video, with one ffmpeg in all of a build
recogniser  a speech recogniser: sound -> the text that it hears
endpoint    an OpenAI-compatible service: its address, its key, the meaning of its errors
s3          a place in an S3 bucket: its objects, and the hashes of their contents
castopod    a Castopod server: its podcasts and episodes, and how one is created and published
pauses      how long to wait before a request is sent again
models/     neural models that a user adds: listed, fetched, verified, loaded
"""
