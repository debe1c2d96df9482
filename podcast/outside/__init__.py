"""What is not Python and may fail for reasons of its own: a program, a service, a model file.

ffmpeg      sound and video, encoded and decoded by the one ffmpeg of a build
endpoint    an OpenAI-compatible service: where it is, whose key, what a failure means
models/     neural models that a person adds: listed, fetched, verified, found again
"""
