"""out/<episode>/ once it is there: what it tells, and what is made from it later.

folder      one folder takes the place of another, at once or not at all
report      report.json <-> Report: what the last build made, and of what
episode     the files of a built episode -> Episode, for a video or a feed
feed, serve, video    the episodes listed, heard in a browser, shown as a film
check/      every file read again, by other code than wrote it
"""
