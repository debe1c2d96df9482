"""A built episode in out/<episode>/: how it is replaced, read and checked, and what it becomes.

folder      a new episode takes the place of the old one, wholly or not at all
report      report.json <-> Report: what the last build made, and of what
listened    what was heard of an episode -> its report, and marks on its page
episode     the files of a built episode -> Episode, for a video or a feed
feed        all episodes -> out/feed.xml
sending     one episode as it is to be sent: complete, and the same until all is sent
on_s3       one episode -> a place in an S3 bucket from which it is served, with the feed
on_castopod one episode -> a Castopod server, once
serve       all episodes -> what a server on this machine may show
video       one episode -> episode.mp4, and what video platforms want with it
shared      one episode -> the same files at a URL
check/      every file is read again, by code that did not write it
"""
