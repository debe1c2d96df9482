"""A Chinese ASR transcript in, a podcast episode out.

    file --read--> Transcript --clean--> Transcript --punctuate--> Sentences --divide--> Script
        --speak--> Clips --assemble--> Take --master, encode--> Episode --publish--> out/<episode>/

Each arrow is a verb, and the module or package of that name does it. They stand in rooms, on
floors; a room imports only from the floors below it, which `make check` holds:

    cli                                 the command
    studio                              the page that edits, hears and builds, and its server
    production                          an order -> out/<episode>/, on however many processes
    speech                              a script -> what each voice says
    engines | published                 whatever reads aloud | what lies in out/ once it is there
    sound | pictures                    samples -> one mastered stream | cover, cards, film
    formats                             an episode -> text, subtitles and tags, all pure
    text | pronounce                    a transcript -> a script | text as shown -> text as said
    outside                             ffmpeg, services, models
    files                               bytes on disk or in a bucket
    model                               the nouns
    errors                              what can go wrong

docs/architecture.md tells the same at more length.
"""

__version__ = "0.2.0"
DISTRIBUTION = "zh2podcast"  # its name where packages are installed; another project is `podcast`
