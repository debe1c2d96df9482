"""An order -> out/<episode>/, built by processes of this machine or of a Dask cluster.

Order --build--> is it up to date? --make--> Script, Production --publish--> out/<episode>/
Script --produce--> chapters recorded, levelled, pressed --> Production

plan, recording, levelling, pressing    the steps of produce
order                             the order of a build, and the files there are before it
jobs                              the sound of one chapter, made by any free process
workers, open_workers, cluster    the processes that do the work
pictures                          the cover, and a picture for each chapter
by_ear                            a build that is heard, and said again where it is faulty
batch                             many orders side by side
"""
